/* SPDX-License-Identifier: ISC */
#include "auth/sender.h"

#include "msg/address.h"

static struct str
from_body(const struct fields *f)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (str_caseeq(f->field[i].name, STR("From")))
			return f->field[i].body;
	return STR("");
}

struct str
sender_domain(struct arena *a, const struct fields *f)
{
	struct str rest = from_body(f);
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
