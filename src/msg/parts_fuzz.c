/* SPDX-License-Identifier: ISC */
/* Leaves come in their order and lie within the message, and so do their headers. */
#include "msg/parts.h"

#include <stdlib.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_MAX(1 << 20);
	struct str message = str_bytes(data, size);
	const char *at = message.p;
	struct parts p;
	struct part part;

	parts_start(&p, message);
	while (parts_next(&p, &part)) {
		if (part.content.p < at || part.content.n > size ||
		    part.content.p + part.content.n > message.p + size)
			abort();
		if (part.header.n > 0 && part.header.p + part.header.n > part.content.p)
			abort();
		at = part.content.p + part.content.n;
		buf_clear(&out);
		parts_name(&part, &out);
		parts_text(&part, &out);
		if (!utf8_valid(buf_str(&out)))
			abort();
	}
	parts_end(&p);
	buf_free(&out);
	return 0;
}
