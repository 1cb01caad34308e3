/* SPDX-License-Identifier: ISC */
/* Bytes come back from what is written of them, by readers of mail whatever stands between the digits;
 * what is taken strictly is what would be written. */
#include "base/base64.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
there_and_back(struct str bytes)
{
	struct buf text = BUF_MAX(1 << 20), again = BUF_MAX(1 << 20);

	base64_add(&text, bytes);
	if (base64_decode(buf_str(&text), BASE64_STRICT, &again, NULL) == -1 ||
	    !str_eq(buf_str(&again), bytes))
		abort();
	buf_clear(&again);
	buf_byte(&again, ',');
	for (size_t i = 0; i < text.n; i++)
		buf_printf(&again, "%c%s", text.p[i], i % 3 == 0 ? "\r\n>" : "");
	buf_clear(&text);
	base64_decode_mail(buf_str(&again), &text);
	if (!str_eq(buf_str(&text), bytes))
		abort();
	buf_free(&text);
	buf_free(&again);
}

static void
back_and_there(struct str text)
{
	struct buf strict = BUF_MAX(1 << 20), loose = BUF_MAX(1 << 20), again = BUF_MAX(1 << 20);

	if (base64_decode(text, BASE64_STRICT, &strict, NULL) == 0) {
		base64_add(&again, buf_str(&strict));
		if (!str_eq(buf_str(&again), text) ||
		    base64_decode(text, BASE64_LOOSE, &loose, NULL) == -1 ||
		    !str_eq(buf_str(&loose), buf_str(&strict)))
			abort();
	}
	buf_free(&strict);
	buf_free(&loose);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	there_and_back(str_bytes(data, size));
	back_and_there(str_bytes(data, size));
	return 0;
}
