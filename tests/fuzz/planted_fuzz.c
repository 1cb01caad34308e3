/* SPDX-License-Identifier: ISC */
/* A reader that goes one byte too far after a word of its dictionary; tests/fuzz/run wants it found. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *p = copy;
	int after = 0;

	if (copy == NULL)
		abort();
	memcpy(copy, data, size);
	if (size > 8 && memcmp(copy, "planted=", 8) == 0)
		after = p[size + 1];
	free(copy);
	return after == 256;
}
