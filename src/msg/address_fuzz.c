/* SPDX-License-Identifier: ISC */
/* Mailboxes come in their order, none is empty, and what is said of one lies within it. */
#include "msg/address.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct str part, const char *from, const char *to)
{
	if (part.n > 0 && (part.p < from || part.p + part.n > to))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_bytes(data, size);
	const char *from = rest.p;
	struct address a;

	for (; address_next(&rest, &a); from = rest.p) {
		if (rest.p == from)
			abort();
		check(a.display, from, rest.p);
		check(a.local, from, rest.p);
		check(a.domain, from, rest.p);
		if (a.domain.n > 0 && a.local.p + a.local.n >= a.domain.p)
			abort();
	}
	if (rest.n > 0)
		abort();
	return 0;
}
