/* SPDX-License-Identifier: ISC */
/*
 * Two sets, the input cut at its first blank: a set's text reads as the set; what is in a and not
 * in b, joined with b, is a joined with b; and has no UID of b.
 */
#include "base/ranges.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same(const struct ranges *a, const struct ranges *b)
{
	bool rc = a->n == b->n;

	for (size_t i = 0; rc && i < a->n; i++)
		rc = a->range[i].first == b->range[i].first && a->range[i].last == b->range[i].last;
	return rc;
}

static void
check_text(const struct ranges *r)
{
	struct buf out = BUF_MAX(1 << 20);
	struct ranges again = { 0 };
	uint64_t count;

	if (ranges_put(r, &out, 1 << 20) != 0 || ranges_parse(&again, buf_str(&out), NULL) == -1 ||
	    !same(r, &again))
		abort();
	if (ranges_is_text(buf_str(&out), &count) != (r->n > 0) || count != ranges_count(r))
		abort();
	ranges_free(&again);
	buf_free(&out);
}

static void
check_sets(const struct ranges *a, const struct ranges *b)
{
	struct ranges join = { 0 }, minus = { 0 }, again = { 0 };

	ranges_join(&join, a, b);
	ranges_minus(&minus, a, b);
	ranges_join(&again, &minus, b);
	if (!same(&join, &again) || ranges_count(&join) != ranges_count(&minus) + ranges_count(b))
		abort();
	for (size_t i = 0; i < b->n; i++)
		if (ranges_has(&minus, b->range[i].first) || ranges_has(&minus, b->range[i].last))
			abort();
	ranges_free(&join);
	ranges_free(&minus);
	ranges_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_bytes(data, size), first;
	struct ranges a = { 0 }, b = { 0 };

	str_cut(&rest, ' ', &first);
	if (ranges_parse(&a, first, NULL) == 0 && ranges_parse(&b, rest, NULL) == 0) {
		check_text(&a);
		check_sets(&a, &b);
	}
	ranges_free(&a);
	ranges_free(&b);
	return 0;
}
