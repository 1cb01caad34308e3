/* SPDX-License-Identifier: ISC */
/* How a body is cut into chunks does not matter, and canonical bytes are their own canonical form. */
#include "auth/canon.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
canonical(struct buf *out, struct str body, enum canon how, size_t step)
{
	struct canon_body c = { .how = how };
	struct str piece;

	for (struct str rest = body; rest.n > 0; rest = str_from(rest, step)) {
		struct str chunk = str_head(rest, step);

		while (canon_body_next(&c, &chunk, &piece))
			buf_add(out, piece);
	}
	while (canon_body_last(&c, &piece))
		buf_add(out, piece);
}

static void
check(struct str body, enum canon how, size_t step)
{
	struct buf whole = BUF_MAX(1 << 20), cut = BUF_MAX(1 << 20), again = BUF_MAX(1 << 20);

	canonical(&whole, body, how, body.n + 1);
	canonical(&cut, body, how, step);
	canonical(&again, buf_str(&whole), how, step);
	if (!str_eq(buf_str(&whole), buf_str(&cut)) || !str_eq(buf_str(&whole), buf_str(&again)))
		abort();
	if (whole.n > body.n + 2 || (whole.n > 0 && !str_ends(buf_str(&whole), STR("\r\n"))))
		abort();
	buf_free(&whole);
	buf_free(&cut);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > 1 << 16)
		return 0;
	check(str_bytes(data + 1, size - 1), CANON_SIMPLE, 1u + data[0] % 16);
	check(str_bytes(data + 1, size - 1), CANON_RELAXED, 1u + data[0] % 16);
	return 0;
}
