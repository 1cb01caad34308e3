/* SPDX-License-Identifier: ISC */
#include "auth/recipients.h"

#include "base/base64.h"
#include "base/limits.h"
#include "dns/alabel.h"
#include "msg/address.h"
#include "msg/taglist.h"

struct hash
recipients_hash(struct fields *f)
{
	static const char *const names[] = { "cc", "to" };
	struct buf bytes = BUF_MAX(LIMIT_HEADER);
	struct hash hash;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct header *h = fields_bottom(f, str_of(names[i]));

		if (h != NULL)
			canon_header(&bytes, h, CANON_RELAXED);
	}
	hash = sha256(buf_str(&bytes));
	buf_free(&bytes);
	return hash;
}

/* Is it the hash, in base64? */
static bool
is_hash(struct str value, struct hash hash)
{
	struct buf bytes = BUF_MAX(sizeof hash.b);
	bool same = base64_decode(value, BASE64_LOOSE, &bytes, NULL) == 0 &&
	            str_eq(buf_str(&bytes), hash_str(&hash));

	buf_free(&bytes);
	return same;
}

static bool
field_names(const struct header *h, struct str domain)
{
	struct str rest = h->body;
	struct address a;

	if (!str_caseeq(h->name, STR("to")) && !str_caseeq(h->name, STR("cc")))
		return false;
	while (address_next(&rest, &a))
		if (alabel_same(a.domain, domain))
			return true;
	return false;
}

/* In A-labels from the beginning: a header has room for 300,000 that it is compared to. */
static bool
some_field_names(const struct fields *f, struct str domain)
{
	struct buf name = BUF_MAX(ALABEL_NAME_MAX);
	bool is_name = alabel_name(domain, &name, NULL) == 0;
	bool named = is_name && str_eq(buf_str(&name), STR("google.com"));

	for (uint32_t i = 0; i < f->n && is_name && !named; i++)
		named = field_names(&f->field[i], buf_str(&name));
	buf_free(&name);
	return named;
}

void
recipients_read(const struct coverage *c)
{
	struct str hash = { NULL, 0 }, domain = { NULL, 0 };
	struct taglist tags;

	/* One of each: a second would be more work, and says nothing that the first does not. */
	for (size_t k = 0; k < c->n_by; k++) {
		if (taglist_parse(c->by[k].sig->field->body, &tags, NULL) == -1)
			continue;
		if (hash.p == NULL)
			hash = taglist_get(&tags, "fh");
		if (domain.p == NULL)
			domain = taglist_get(&tags, "darn");
		if (domain.p == NULL)
			domain = taglist_get(&tags, "dara");
	}
	if (hash.p != NULL && !is_hash(hash, recipients_hash(c->fields)))
		c->found->is[FINDING_RECIPIENTS_CHANGED] = true;
	if (domain.p != NULL && !some_field_names(c->fields, domain))
		c->found->is[FINDING_RECIPIENT_DOMAIN] = true;
}
