/* SPDX-License-Identifier: ISC */
/* Fields and body, put together, are the message; and the header is where split says it is. */
#include "msg/header.h"

#include <stdlib.h>

#include "msg/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str message = str_bytes(data, size), rest = message;
	struct split s = split_start();
	size_t fields = 0, header;
	struct header h;
	int rc;

	while ((rc = header_next(&rest, &h, NULL)) != 0) {
		if (h.raw.p != message.p + fields || h.raw.n == 0)
			abort();
		if (rc == 1 && (h.name.n == 0 || h.body.p < h.name.p + h.name.n ||
		                   h.body.p + h.body.n > h.raw.p + h.raw.n))
			abort();
		fields += h.raw.n;
	}
	header = size - rest.n;
	if (header != fields && header != fields + 2)
		abort();
	for (size_t i = 0; i < size && !split_done(&s); i++)
		split_add(&s, str_head(str_from(message, i), 1));
	if (s.header != header)
		abort();
	return 0;
}
