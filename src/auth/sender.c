/* SPDX-License-Identifier: ISC */
#include "auth/sender.h"

#include "dns/alabel.h"
#include "msg/address.h"

struct str
sender_domain(struct arena *a, const struct fields *f)
{
	const struct header *from = fields_top(f, STR("from"));
	struct str rest = from == NULL ? STR("") : from->body;
	struct address first, other;
	struct buf name = BUF_MAX(ALABEL_NAME_MAX);
	struct str domain = STR("");

	if (fields_count(f, STR("from")) != 1 || !address_next(&rest, &first) ||
	    address_next(&rest, &other))
		return domain;
	if (alabel_name(first.domain, &name, NULL) == 0 && name.n > 0)
		domain = arena_str(a, buf_str(&name));
	buf_free(&name);
	return domain.p == NULL ? STR("") : domain;
}

bool
sender_is_related(struct str a, struct str b)
{
	return alabel_below(a, b) || alabel_below(b, a);
}
