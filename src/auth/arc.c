/* SPDX-License-Identifier: ISC */
#include "auth/arc.h"

#include <string.h>

#include "auth/dkim.h"
#include "base/limits.h"
#include "msg/token.h"

enum {
	SETS_USUAL = 4, /* hops; a set takes half a kilobyte, and most mail has none or one */
};

/* RFC 8617 4.1.1: i= comes first and ends with a semicolon; it is taken off.  0 when it is not so. */
static unsigned
results_instance(struct str *body)
{
	struct str digits;
	size_t n = 0;

	if (!token_char(body, 'i') || !token_char(body, '='))
		return 0;
	token_skip(body);
	while (n < body->n && char_is_digit(body->p[n]))
		n++;
	digits = str_head(*body, n);
	*body = str_from(*body, n);
	return token_char(body, ';') ? signature_instance(digits) : 0;
}

static void
weigh(struct arc *c, enum code code)
{
	if (code < c->code)
		c->code = code;
}

static void
make_room(struct arc *c, struct arena *a, unsigned sets)
{
	struct arc_parts *set = arena_array(a, sets, sizeof *set);

	c->full = c->full || set == NULL;
	if (set == NULL)
		return;
	if (c->n > 0)
		memcpy(set, c->set, c->n * sizeof *set);
	c->set = set;
	c->room = sets;
}

/* The set of an instance; NULL, and the chain broken, when there is no such instance. */
static struct arc_parts *
set_of(struct arc *c, struct arena *a, unsigned instance)
{
	if (instance == 0) {
		weigh(c, CODE_ARC_FIELD);
		return NULL;
	}
	if (instance > c->room)
		make_room(c, a, instance <= SETS_USUAL ? SETS_USUAL : LIMIT_ARC_SETS);
	if (c->full)
		return NULL;
	if (instance > c->n)
		c->n = instance;
	return &c->set[instance - 1];
}

/* The first of its kind in a set stands; a second breaks the chain. */
static void
put_results(struct arc *c, struct arena *a, const struct header *h)
{
	struct str body = h->body;
	struct arc_parts *set = set_of(c, a, results_instance(&body));

	if (set != NULL && set->results != NULL) {
		weigh(c, CODE_ARC_SETS);
	} else if (set != NULL) {
		set->results = h;
		set->testimony = body;
	}
}

static void
put_signature(struct arc *c, struct arena *a, enum signature_kind kind, const struct header *h)
{
	struct signature s, *place;
	struct arc_parts *set;

	signature_parse(a, kind, h, &s);
	set = set_of(c, a, s.instance);
	if (set == NULL)
		return;
	place = kind == SIGNATURE_AMS ? &set->ams : &set->seal;
	if (place->field != NULL)
		weigh(c, CODE_ARC_SETS);
	else
		*place = s;
}

/* RFC 8617 5.2, steps 2 and 3. */
static void
check_structure(struct arc *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		const struct arc_parts *set = &c->set[i];
		const char *want = i == 0 ? "none" : "pass";

		if (set->results == NULL || set->ams.field == NULL || set->seal.field == NULL)
			weigh(c, CODE_ARC_SETS);
		else if (i + 1 == c->n && strcmp(set->seal.cv, "fail") == 0)
			weigh(c, CODE_ARC_CV_FAIL);
		else if (strcmp(set->seal.cv, want) != 0)
			weigh(c, CODE_ARC_CV);
	}
}

int
arc_collect(struct arena *a, const struct fields *f, struct arc *c, struct err *e)
{
	*c = (struct arc){ .code = CODE_ARC_PASS };
	for (uint32_t i = 0; i < f->n; i++) {
		const struct header *h = &f->field[i];

		if (!str_casestarts(h->name, STR("ARC-")))
			continue;
		if (str_caseeq(h->name, STR("ARC-Authentication-Results")))
			put_results(c, a, h);
		else if (str_caseeq(h->name, STR("ARC-Message-Signature")))
			put_signature(c, a, SIGNATURE_AMS, h);
		else if (str_caseeq(h->name, STR("ARC-Seal")))
			put_signature(c, a, SIGNATURE_SEAL, h);
	}
	if (c->full)
		return err_set(e, ERR_LIMIT, "no room for the ARC sets");
	if (c->n == 0)
		weigh(c, CODE_ARC_NONE);
	check_structure(c);
	return 0;
}

void
arc_want_bodies(struct arc *c, struct bodyhash *bodies)
{
	for (unsigned i = 0; i < c->n; i++)
		if (c->set[i].ams.field != NULL)
			dkim_want_body(&c->set[i].ams, bodies);
}

static void
add_set(struct buf *out, const struct arc_parts *set, bool with_seal)
{
	if (set->results != NULL)
		canon_header(out, set->results, CANON_RELAXED);
	if (set->ams.field != NULL)
		canon_header(out, set->ams.field, CANON_RELAXED);
	if (with_seal && set->seal.field != NULL)
		canon_header(out, set->seal.field, CANON_RELAXED);
}

/* RFC 8617 5.1.1: all sets up to this one; 5.1.2: only this one when it says cv=fail. */
static void
build_sealed_bytes(struct verifier *v, const struct arc *c, unsigned i)
{
	const struct signature *seal = &c->set[i].seal;
	unsigned first = strcmp(seal->cv, "fail") == 0 ? i : 0;

	buf_clear(&v->signed_bytes);
	for (unsigned k = first; k <= i; k++)
		add_set(&v->signed_bytes, &c->set[k], k < i);
	canon_signature(&v->signed_bytes, seal->field, CANON_RELAXED);
}

static void
verify_set(struct verifier *v, const struct arc *c, unsigned i, struct arc_set *out)
{
	const struct arc_parts *set = &c->set[i];
	struct keys keys;

	*out = (struct arc_set){ .instance = i + 1, .cv = "-", .testimony = set->testimony };
	verifier_say(&set->ams, CODE_ABSENT, &out->ams);
	verifier_say(&set->seal, CODE_ABSENT, &out->seal);
	if (set->ams.field != NULL)
		dkim_verify(v, &set->ams, &out->ams);
	if (set->seal.field == NULL)
		return;
	out->cv = set->seal.cv;
	if (!verifier_keys(v, &set->seal, &keys, &out->seal))
		return;
	build_sealed_bytes(v, c, i);
	verifier_judge(v, &set->seal, &keys, &out->seal);
}

static enum code
part_code(const struct sig_result *part, enum code failed)
{
	if (part->result == RESULT_PASS)
		return CODE_ARC_PASS;
	if (part->code == code_rows[CODE_LIMIT_SIGNATURES].code)
		return CODE_LIMIT_SIGNATURES;
	return part->result == RESULT_TEMPERROR ? CODE_ARC_KEY_UNAVAILABLE : failed;
}

/* RFC 8617 5.2, at the end of step 4. */
static int
oldest_pass(const struct arc_set *sets, unsigned n)
{
	unsigned i = n;

	while (i > 0 && sets[i - 1].ams.result == RESULT_PASS)
		i--;
	return i == n ? -1 : i == 0 ? 0 : (int)i + 1;
}

void
arc_verify(struct verifier *v, const struct arc *c, struct arc_result *r)
{
	struct arc_set *sets = arena_array(v->arena, c->n, sizeof *sets);
	struct arc chain = *c;

	if (sets == NULL)
		chain.n = 0;
	for (unsigned i = 0; i < chain.n; i++) {
		verify_set(v, c, i, &sets[i]);
		weigh(&chain, part_code(&sets[i].seal, CODE_ARC_SEAL));
	}
	if (chain.n > 0)
		weigh(&chain, part_code(&sets[chain.n - 1].ams, CODE_ARC_MESSAGE_SIGNATURE));
	*r = (struct arc_result){
		.result = code_rows[chain.code].result,
		.code = code_rows[chain.code].code,
		.reason = code_rows[chain.code].reason,
		.sets = sets,
		.n = chain.n,
		.oldest_pass = oldest_pass(sets, chain.n),
	};
}
