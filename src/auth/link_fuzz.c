/* SPDX-License-Identifier: ISC */
/* A link that leads to a file does so as well when it is wrapped into another, twice or once. */
#include "auth/link.h"

#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	WRAPPED_MAX = 256, /* of a wrapped link more is looked at */
};

/* RFC 3986 section 2.3. */
static bool
is_unreserved(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '.' || c == '_';
}

static void
escape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (is_unreserved(text.p[i]))
			buf_byte(out, text.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)text.p[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_bytes(data, size);
	struct buf once = BUF_MAX(4096), twice = BUF_MAX(16384);

	if (!link_to_file(text) || size > WRAPPED_MAX || str_chr(text, '%') != -1)
		return 0;
	escape(&once, text);
	escape(&twice, buf_str(&once));
	if (!link_to_file(buf_str(&once)) || !link_to_file(buf_str(&twice)))
		abort();
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
