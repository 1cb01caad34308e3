/* SPDX-License-Identifier: ISC */
/* A date that is one lies between the years 0 and 10000, and stays one with a comment after it. */
#include "msg/date.h"

#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf more = BUF_MAX(size + 10);
	int64_t seconds, again;

	if (date_parse(str_bytes(data, size), &seconds, NULL) == -1)
		return 0;
	if (seconds < -63000000000 || seconds > 254000000000)
		abort();
	buf_add(&more, str_bytes(data, size));
	buf_add(&more, STR("\r\n (x)"));
	/* Within a comment that was left open it is part of that. */
	if (date_parse(buf_str(&more), &again, NULL) == -1 || again != seconds)
		abort();
	buf_free(&more);
	return 0;
}
