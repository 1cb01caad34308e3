/* SPDX-License-Identifier: ISC */
/* Property: in one piece or byte by byte, the filter decides the same. */
#include "imap/filter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct filter whole = { 0 }, bytes = { 0 };
	int rc = 0;

	filter_command(&whole, 50, 1000);
	filter_command(&bytes, 50, 1000);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = filter_bytes(&bytes, str_bytes(data + i, 1), NULL);
	if (filter_bytes(&whole, str_bytes(data, n), NULL) != rc)
		abort();
	return 0;
}
