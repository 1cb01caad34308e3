/* SPDX-License-Identifier: ISC */
/* What is parsed names no file outside, and written again is the same text (but for x- lines). */
#include "store/manifest.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_bytes(data, size);
	struct buf out = BUF_MAX(1 << 20);
	struct manifest_file f;
	struct manifest m;

	if (manifest_parse(text, &m, NULL) == -1)
		return 0;
	manifest_begin(&out, &m);
	while (manifest_next(&m.files, &f)) {
		if (str_find(f.name, STR("..")) == 0 || str_find(f.name, STR("/..")) != -1 ||
		    f.name.p[0] == '/')
			abort();
		manifest_add(&out, &f);
	}
	manifest_end(&out);
	if (str_find(text, STR("x-")) == -1 && !str_eq(buf_str(&out), text))
		abort();
	buf_free(&out);
	return 0;
}
