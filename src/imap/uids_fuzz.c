/* SPDX-License-Identifier: ISC */
/* Whatever lines come: no more UIDs than asked for, ascending, each once, none of them 0. */
#include "imap/uids.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_bytes(data, size), line;
	uint32_t uid[64];
	struct uids u = { .uid = uid, .max = 64 };

	while (str_line(&rest, &line))
		if (uids_line(&u, line, NULL) == -1)
			break;
	uids_sort(&u);
	if (u.n > 64)
		abort();
	for (size_t i = 0; i < u.n; i++)
		if (uid[i] <= (i > 0 ? uid[i - 1] : 0))
			abort();
	return 0;
}
