/* SPDX-License-Identifier: ISC */
/* Elements lie end to end, and each has the only header that DER allows it (X.690 section 10.1). */
#include "base/der.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The octets of a header: the tag, and the shortest length. */
static size_t
header_size(size_t n)
{
	size_t octets = 2;

	for (size_t left = n; n >= 0x80 && left > 0; left >>= 8)
		octets++;
	return octets;
}

static void
check(const struct der *d)
{
	struct str magnitude;

	if (d->raw.n != header_size(d->body.n) + d->body.n ||
	    d->body.p + d->body.n != d->raw.p + d->raw.n || (uint8_t)d->raw.p[0] != d->tag)
		abort();
	if (d->tag == DER_INTEGER && der_magnitude(d->body, &magnitude, NULL) == 0 &&
	    magnitude.n > 0 && (magnitude.p[0] == 0 || magnitude.n > d->body.n))
		abort();
}

/* Down one level at a time, as our readers go. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_bytes(data, size);
	struct der d;

	for (unsigned depth = 0; depth < 16; depth++) {
		struct str level = rest;
		const char *end = rest.p;

		rest = (struct str){ 0 };
		while (der_next(&level, &d, NULL) == 1) {
			if (d.raw.p != end)
				abort();
			end += d.raw.n;
			check(&d);
			if (d.tag == DER_SEQUENCE)
				rest = d.body;
		}
	}
	return 0;
}
