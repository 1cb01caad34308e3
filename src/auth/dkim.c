/* SPDX-License-Identifier: ISC */
#include "auth/dkim.h"

#include "auth/sender.h"
#include "base/limits.h"
#include "msg/taglist.h"

/* Top down, of the sender's or of the others: those that *left has room for stay computable. */
static void
choose(struct dkim *d, struct str sender, bool senders, size_t *left)
{
	for (size_t i = 0; i < d->n; i++) {
		struct signature *s = &d->sig[i];

		if (!s->computable || sender_is_related(s->host, sender) != senders)
			continue;
		if (*left > 0) {
			--*left;
			continue;
		}
		s->computable = false;
		s->code = CODE_LIMIT_SIGNATURES;
		d->more = true;
	}
}

int
dkim_collect(
    struct arena *a, const struct fields *f, struct str sender, struct dkim *d, struct err *e)
{
	size_t n = fields_count(f, STR("DKIM-Signature")), left = LIMIT_SIGNATURES_VERIFIED;

	*d = (struct dkim){ .more = n > LIMIT_SIGNATURES_LISTED };
	if (d->more)
		n = LIMIT_SIGNATURES_LISTED;
	d->sig = arena_array(a, n, sizeof *d->sig);
	if (d->sig == NULL)
		return err_set(e, ERR_LIMIT, "no room for the signatures");
	for (uint32_t i = 0; i < f->n && d->n < n; i++)
		if (str_caseeq(f->field[i].name, STR("DKIM-Signature")))
			signature_parse(a, SIGNATURE_DKIM, &f->field[i], &d->sig[d->n++]);
	choose(d, sender, true, &left);
	choose(d, sender, false, &left);
	return 0;
}

void
dkim_want_body(struct signature *s, struct bodyhash *bodies)
{
	if (!s->computable)
		return;
	s->body_hash_number = bodyhash_want(bodies, s->body_canon, s->digest, s->body_limit);
	if (s->body_hash_number == -1) {
		s->computable = false;
		s->code = CODE_LIMIT_SIGNATURES;
	}
}

/* RFC 6376 3.7: the fields that h= names, then the signature's own field without its b=. */
static void
build_signed_bytes(struct verifier *v, const struct signature *s)
{
	struct str rest = s->fields, name;

	buf_clear(&v->signed_bytes);
	fields_take_start(v->fields, s->field);
	while (taglist_item(&rest, &name)) {
		const struct header *h = fields_take(v->fields, name);

		if (h != NULL)
			canon_header(&v->signed_bytes, h, s->header_canon);
	}
	canon_signature(&v->signed_bytes, s->field, s->header_canon);
}

void
dkim_verify(struct verifier *v, const struct signature *s, struct sig_result *r)
{
	struct keys keys;

	if (!verifier_keys(v, s, &keys, r))
		return;
	build_signed_bytes(v, s);
	verifier_judge(v, s, &keys, r);
	r->body_size = bodyhash_size(v->bodies, s->body_canon);
	r->body_signed = s->body_limit < r->body_size ? s->body_limit : r->body_size;
}

uint32_t
dkim_mentions(const struct signature *s, struct str name)
{
	struct str rest = s->fields, item;
	uint32_t n = 0;

	while (taglist_item(&rest, &item))
		n += str_caseeq(item, name);
	return n;
}
