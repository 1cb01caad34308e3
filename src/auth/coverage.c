/* SPDX-License-Identifier: ISC */
#include "auth/coverage.h"

#include "auth/dkim.h"
#include "base/limits.h"
#include "msg/taglist.h"

/* In the order of FINDING_AMBIGUOUS_FROM and after; without from, of FINDING_UNSIGNED_TO. */
static const char *const claimed_fields[] = { "from", "to", "cc", "date", "subject", "message-id",
	"reply-to", "in-reply-to" };

/* RFC 2045: what says how the bytes of a body are to be read; of FINDING_UNSIGNED_CONTENT_TYPE. */
static const char *const interpretation[] = { "content-type", "mime-version",
	"content-transfer-encoding" };

enum {
	CLAIMED_FIELDS = sizeof claimed_fields / sizeof claimed_fields[0],
	INTERPRETATION = sizeof interpretation / sizeof interpretation[0],
};

/* A name, and how often h= must name it to bind every field of it; of none, it binds all. */
struct wanted {
	struct str name;
	uint32_t times;
};

static struct wanted
wanted(const struct coverage *c, const char *name)
{
	struct wanted w = { str_of(name), 0 };

	w.times = fields_hide(c->fields, w.name) ? UINT32_MAX : fields_count(c->fields, w.name);
	return w;
}

static bool
binds(const struct signature *s, struct wanted w)
{
	return w.times == 0 || dkim_mentions(s, w.name) >= w.times;
}

static struct claim
claim(const char *name, const struct by *by, size_t n)
{
	return (struct claim){ name, n > 0 ? VERDICT_HOLDS : VERDICT_UNKNOWN, by, n };
}

/*
 * Signers put their field on top (RFC 6376 section 5.6): what stands above it, though From stands
 * below, came later.
 */
static bool
stands_above(const struct coverage *c, const struct signature *s, struct str name)
{
	const struct header *top = fields_top(c->fields, name);
	const struct header *from = fields_bottom(c->fields, STR("from"));

	return top != NULL && top < s->field && from > s->field;
}

/* What the sender's own signatures say of a field that is there: `unsigned_id` when nothing. */
static void
ask_sender(const struct coverage *c, struct wanted w, enum finding_id unsigned_id)
{
	bool asked = false, named = false, above = false;

	for (size_t k = 0; k < c->n_by; k++) {
		const struct covering *by = &c->by[k];

		if (!by->aligned)
			continue;
		if (binds(by->sig, w))
			return;
		asked = true;
		named = named || dkim_mentions(by->sig, w.name) > 0;
		above = above || stands_above(c, by->sig, w.name);
	}
	if (asked && !named)
		c->found->is[unsigned_id] = true;
	if (above)
		c->found->is[FINDING_ADDED_ABOVE] = true;
}

/* True with *out set when there is such a field. */
static bool
claim_field(const struct coverage *c, int i, struct claim *out)
{
	struct wanted w = wanted(c, claimed_fields[i]);
	struct by *list;
	bool aligned = false;
	size_t n = 0;

	if (fields_count(c->fields, w.name) == 0)
		return false;
	list = arena_array(c->arena, c->n_by, sizeof *list);
	for (size_t k = 0; k < c->n_by && list != NULL; k++) {
		if (binds(c->by[k].sig, w)) {
			list[n++] = c->by[k].by;
			aligned = aligned || c->by[k].aligned;
		} else if (dkim_mentions(c->by[k].sig, w.name) > 0) {
			c->found->is[FINDING_AMBIGUOUS_FROM + i] = true;
		}
	}
	*out = claim(claimed_fields[i], list, n);
	if (i > 0)
		ask_sender(c, w, FINDING_UNSIGNED_TO + i - 1);
	else if (!aligned) /* a stranger's signature vouches for itself, not for the author */
		out->verdict = VERDICT_UNKNOWN;
	return true;
}

static bool
binds_interpretation(const struct signature *s, const struct wanted w[INTERPRETATION])
{
	for (int i = 0; i < INTERPRETATION; i++)
		if (!binds(s, w[i]))
			return false;
	return true;
}

static bool
binds_body(const struct bodyhash *bodies, const struct signature *s)
{
	return s->body_limit == BODYHASH_ALL ||
	       s->body_limit == bodyhash_size(bodies, s->body_canon);
}

/* The bytes; whether their interpretation is bound too is a finding. */
static void
claim_body(const struct coverage *c, struct claim *out)
{
	struct by *list = arena_array(c->arena, c->n_by, sizeof *list);
	struct wanted w[INTERPRETATION];
	bool interpreted = false;
	size_t n = 0;

	for (int i = 0; i < INTERPRETATION; i++) {
		w[i] = wanted(c, interpretation[i]);
		if (fields_count(c->fields, w[i].name) > 0)
			ask_sender(c, w[i], FINDING_UNSIGNED_CONTENT_TYPE + i);
	}
	for (size_t k = 0; k < c->n_by && list != NULL; k++) {
		if (!binds_body(c->bodies, c->by[k].sig)) {
			c->found->is[FINDING_BODY_PARTLY_SIGNED] = true;
			continue;
		}
		list[n++] = c->by[k].by;
		interpreted = interpreted || binds_interpretation(c->by[k].sig, w);
	}
	/* Readers who end the header at a bare empty line show another body. */
	c->found->is[FINDING_BODY_INTERPRETATION] =
	    n > 0 && (!interpreted || c->found->is[FINDING_BARE_LF_SEPARATOR]);
	*out = claim("body", list, n);
}

const struct claim *
coverage_claims(const struct coverage *c, size_t *n)
{
	struct claim *claims = arena_array(c->arena, CLAIMED_FIELDS + 1, sizeof *claims);

	*n = 0;
	if (claims == NULL)
		return NULL;
	for (int i = 0; i < CLAIMED_FIELDS; i++)
		*n += claim_field(c, i, &claims[*n]);
	claim_body(c, &claims[(*n)++]);
	return claims;
}

enum {
	NAME_MAX = 76, /* bytes of a name that is told; the longest registered has 42 */
};

/* Not a signature, nor what nobody would read. */
static bool
is_told(struct str name)
{
	return name.n > 0 && name.n <= NAME_MAX && !str_caseeq(name, STR("DKIM-Signature")) &&
	       !str_casestarts(name, STR("ARC-"));
}

/* Each field a signature takes is marked by its number. */
static void
mark_bound(const struct coverage *c, const struct signature *s, bool *bound)
{
	struct str rest = s->fields, name;

	fields_take_start(c->fields, s->field);
	while (taglist_item(&rest, &name)) {
		const struct header *h = fields_take(c->fields, name);

		if (h != NULL)
			bound[h - c->fields->field] = true;
	}
}

const struct str *
coverage_unbound(const struct coverage *c, size_t *n)
{
	const struct fields *f = c->fields;
	struct str *list = arena_array(c->arena, LIMIT_UNBOUND, sizeof *list);
	bool *bound = arena_array(c->arena, (size_t)f->n + 1, sizeof *bound);

	*n = 0;
	if (list == NULL || bound == NULL)
		return NULL;
	for (size_t k = 0; k < c->n_by; k++)
		mark_bound(c, c->by[k].sig, bound);
	for (uint32_t i = 0; i < f->n && *n < LIMIT_UNBOUND; i++) {
		struct str name = f->field[f->by_name[i]].name;

		if (bound[f->by_name[i]] || !is_told(name) ||
		    (*n > 0 && str_caseeq(list[*n - 1], name)))
			continue;
		list[(*n)++] = name;
	}
	return list;
}
