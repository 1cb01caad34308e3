/* SPDX-License-Identifier: ISC */
#include "auth/sender.h"

#include "msg/address.h"

struct str
sender_domain(struct arena *a, const struct fields *f)
{
	const struct header *from = fields_top(f, STR("from"));
	struct str rest = from == NULL ? STR("") : from->body;
	struct address first, other;
	char *lower;

	if (fields_count(f, STR("from")) != 1 || !address_next(&rest, &first) ||
	    address_next(&rest, &other) || first.domain.n == 0)
		return STR("");
	lower = arena_array(a, first.domain.n, 1);
	for (size_t i = 0; i < first.domain.n && lower != NULL; i++)
		lower[i] = char_lower(first.domain.p[i]);
	return lower == NULL ? STR("") : str_bytes(lower, first.domain.n);
}

/* Is one name the other, or below it? */
static bool
is_within(struct str name, struct str above)
{
	size_t extra;

	if (above.n == 0 || name.n < above.n)
		return false;
	extra = name.n - above.n;
	return str_caseeq(str_from(name, extra), above) && (extra == 0 || name.p[extra - 1] == '.');
}

bool
sender_is_related(struct str a, struct str b)
{
	return is_within(a, b) || is_within(b, a);
}
