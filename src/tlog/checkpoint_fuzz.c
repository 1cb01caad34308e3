/* SPDX-License-Identifier: ISC */
/* A checkpoint that is taken, written again, is the same bytes: one value has one spelling. */
#include "tlog/checkpoint.h"

#include <stdlib.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_MAX(LIMIT_NOTE);
	struct str text = str_head(str_bytes(data, size), LIMIT_NOTE);
	struct checkpoint c;

	if (checkpoint_parse(text, &c, NULL) == 0) {
		checkpoint_add(&again, &c);
		if (!str_eq(buf_str(&again), text) || c.origin.n == 0 || c.head.size > LIMIT_TREE)
			abort();
	}
	buf_free(&again);
	return 0;
}
