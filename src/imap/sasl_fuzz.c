/* SPDX-License-Identifier: ISC */
/* Whatever a server refuses with: one bounded line, well-formed, that no terminal obeys. */
#include "imap/sasl.h"

#include <stdlib.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_MAX(4 * SASL_REFUSAL_MAX);
	struct str rest;
	uint32_t c;
	size_t n = 0;

	sasl_refusal(str_bytes(data, size), &out);
	if (out.over || !utf8_valid(buf_str(&out)))
		abort();
	for (rest = buf_str(&out); utf8_next(&rest, &c); n++)
		if (utf8_is_control(c) || c == '"')
			abort();
	if (n > SASL_REFUSAL_MAX)
		abort();
	buf_free(&out);
	return 0;
}
