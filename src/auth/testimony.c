/* SPDX-License-Identifier: ISC */
#include "auth/testimony.h"

#include "base/limits.h"
#include "dns/alabel.h"

/* The value of ptype.property; empty when there is none. */
static struct str
property_of(const struct authres_result *r, struct str ptype, struct str property)
{
	struct str rest = r->properties;
	struct authres_property p;

	while (authres_property(&rest, &p))
		if (str_caseeq(p.ptype, ptype) && str_caseeq(p.property, property))
			return p.value;
	return (struct str){ NULL, 0 };
}

/* No signature of that domain can have passed.  Of what is no name nothing is said. */
static bool
nobody_signed(const struct examination *x, struct str domain)
{
	struct buf name = BUF_MAX(ALABEL_NAME_MAX);
	bool nobody = domain.n > 0 && alabel_name(domain, &name, NULL) == 0;

	for (size_t i = 0; i < x->n_dkim && nobody; i++)
		if (alabel_below(buf_str(&name), x->dkim[i].host))
			nobody = x->dkim[i].crypto == RESULT_FAIL;
	buf_free(&name);
	return nobody;
}

/* What stands behind the last @, if there is one: the value, or what is before the @, may be a
 * quoted string (RFC 8601 section 2.2). */
static struct str
domain_in(struct str value)
{
	size_t n = value.n;

	while (n > 0 && value.p[n - 1] != '@')
		n--;
	value = str_from(value, n);
	if (str_starts(value, STR("\"")))
		value = str_from(value, 1);
	return str_ends(value, STR("\"")) ? str_head(value, value.n - 1) : value;
}

/* header.d, or the domain of header.i. */
static struct str
signer(const struct authres_result *r)
{
	struct str d = property_of(r, STR("header"), STR("d"));
	struct str i = property_of(r, STR("header"), STR("i"));

	return domain_in(d.n > 0 || str_chr(i, '@') == -1 ? d : i);
}

static bool
contradicted(const struct examination *x, const struct authres_result *r)
{
	struct str from;

	if (!str_caseeq(r->result, STR("pass")))
		return false;
	if (str_caseeq(r->method, STR("dkim")))
		return nobody_signed(x, signer(r));
	if (str_caseeq(r->method, STR("arc")))
		return x->arc.result == RESULT_NONE;
	if (!str_caseeq(r->method, STR("dmarc")))
		return false;
	from = domain_in(property_of(r, STR("header"), STR("from")));
	return from.n > 0 && x->dmarc.domain.n > 0 && !alabel_same(from, x->dmarc.domain);
}

void
testimony_read(const struct fields *f, const struct examination *x, struct findings *found)
{
	unsigned looked_at = 0;
	struct authres_result r;
	struct authres a;
	int rc;

	for (uint32_t i = 0; i < f->n; i++) {
		if (!str_caseeq(f->field[i].name, STR("Authentication-Results")) ||
		    authres_open(&a, f->field[i].body, NULL) == -1)
			continue;
		while ((rc = authres_next(&a, &r, NULL)) != 0) {
			if (++looked_at > LIMIT_TESTIMONY) {
				found->is[FINDING_LIMIT_TESTIMONY] = true;
				return;
			}
			if (rc == 1 && contradicted(x, &r))
				found->is[FINDING_RESULTS_CONTRADICTED] = true;
		}
	}
}
