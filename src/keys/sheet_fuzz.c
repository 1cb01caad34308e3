/* SPDX-License-Identifier: ISC */
/* What is read from a sheet, printed again, is read as the same. */
#include "keys/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "keys/keyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct custodian_secret secret, again;
	struct custodian c = { .name = "sheet" };
	struct buf text = BUF_MAX(KEYFILE_MAX);

	if (sheet_read(str_bytes(data, size), &secret, NULL) == 0) {
		struct sheet_about about = { str_head(str_bytes(data, size), 20), size };

		for (size_t i = 0; i < about.origin.n; i++)
			if (about.origin.p[i] < '!' || about.origin.p[i] > '~')
				about.origin.n = i;
		sheet_write(&text, &c, &secret, &about);
		if (sheet_read(buf_str(&text), &again, NULL) == -1 ||
		    memcmp(&again, &secret, sizeof secret) != 0)
			abort();
	}
	buf_free(&text);
	return 0;
}
