/* SPDX-License-Identifier: ISC */
/* Whatever comes, a field is well-formed UTF-8 that holds no fold, and not much longer. */
#include "msg/encoded.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "msg/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_MAX(1 << 20), folded = BUF_MAX(1 << 20), plain = BUF_MAX(1 << 20);
	struct str text = str_bytes(data, size);

	encoded_field_ascii(&out, text);
	if (out.n > 3 * size || !utf8_valid(buf_str(&out)))
		abort();
	buf_clear(&out);
	encoded_field(&out, text);
	if (out.n > 3 * size || !utf8_valid(buf_str(&out)))
		abort();
	charset_add_folded(&folded, buf_str(&out));
	if (folded.n != out.n)
		abort();
	encoded_quoted_printable(&plain, text);
	if (plain.n > 2 * size)
		abort();
	buf_free(&out);
	buf_free(&folded);
	buf_free(&plain);
	return 0;
}
