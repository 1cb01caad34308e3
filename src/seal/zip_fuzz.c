/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "seal/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
append(void *ctx, struct str bytes, struct err *e)
{
	(void)e;
	buf_add(ctx, bytes);
	return 0;
}

static void
write_again(const struct zip *z, struct buf *out)
{
	struct zip_writer w = zip_to((struct zip_sink){ append, out });

	for (size_t i = 0; i < z->n; i++)
		if (zip_add(&w, &z->file[i], NULL) == -1)
			abort();
	if (zip_end(&w, NULL) == -1)
		abort();
	zip_free(&w);
}

/*
 * What is read is what its files give when they are written; and the input as a file in a ZIP is
 * read as it is.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(1 << 20);
	struct buf out = BUF_MAX(LIMIT_BUNDLE);
	const struct zip_file one = { STR("a/b"), str_bytes(data, size) };
	struct zip z;

	if (zip_read(a, str_bytes(data, size), &z, NULL) == 0) {
		write_again(&z, &out);
		if (!str_eq(buf_str(&out), str_bytes(data, size)))
			abort();
		buf_clear(&out);
	}
	write_again(&(struct zip){ &one, 1 }, &out);
	if (zip_read(a, buf_str(&out), &z, NULL) == -1 ||
	    !str_eq(zip_find(&z, STR("a/b")), one.bytes))
		abort();
	buf_free(&out);
	arena_free(a);
	return 0;
}
