/* SPDX-License-Identifier: ISC */
/*
 * A value that is quoted, one in pieces, and one with its bytes escaped are the same; and what a
 * field of any bytes has is no longer than it.  The first byte says where it is cut.
 */
#include "msg/parameter.h"

#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
quote(struct buf *out, struct str s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, s.p[i]);
	}
	buf_byte(out, '"');
}

static void
escape(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_printf(out, "%%%02x", (unsigned char)s.p[i]);
}

/* Once it is unescaped it is as long as the others; before that it must fit, too. */
static void
check_forms(struct str s, size_t cut)
{
	struct buf quoted = BUF_MAX(10000), pieces = BUF_MAX(10000);
	char a[LIMIT_BOUNDARY], b[LIMIT_BOUNDARY];
	size_t n;

	buf_add(&quoted, STR("a/b; n="));
	quote(&quoted, s);
	buf_add(&pieces, STR("a/b; n*1*="));
	escape(&pieces, str_from(s, cut));
	buf_add(&pieces, STR("; n*0*=x'y'"));
	escape(&pieces, str_head(s, cut));
	n = parameter_get(buf_str(&quoted), "n", a);
	if (n != s.n || parameter_get(buf_str(&pieces), "n", b) != n ||
	    !str_eq(str_bytes(a, n), str_bytes(b, n)))
		abort();
	buf_free(&quoted);
	buf_free(&pieces);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str field = str_bytes(data, size);
	char value[LIMIT_BOUNDARY];
	bool in_pieces;

	if (parameter_get(field, "n", value) > size)
		abort();
	parameter_count(field, "n", &in_pieces);
	if (size > 0 && size < LIMIT_BOUNDARY / 3 && str_chr(field, '\r') == -1 &&
	    str_chr(field, '\n') == -1)
		check_forms(str_from(field, 1), data[0] % size);
	return 0;
}
