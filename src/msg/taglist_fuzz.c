/* SPDX-License-Identifier: ISC */
/* The tags written again as name=value; are the same list. */
#include "msg/taglist.h"

#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_MAX(1 << 20);
	struct taglist t, again;

	if (size > 1 << 16 || taglist_parse(str_bytes(data, size), &t, NULL) == -1)
		return 0;
	if (t.n == 0)
		abort();
	for (size_t i = 0; i < t.n; i++) {
		buf_add(&text, t.tag[i].name);
		buf_byte(&text, '=');
		buf_add(&text, t.tag[i].value);
		buf_byte(&text, ';');
	}
	if (taglist_parse(buf_str(&text), &again, NULL) == -1 || again.n != t.n)
		abort();
	for (size_t i = 0; i < t.n; i++)
		if (!str_eq(again.tag[i].name, t.tag[i].name) ||
		    !str_eq(again.tag[i].value, t.tag[i].value))
			abort();
	buf_free(&text);
	return 0;
}
