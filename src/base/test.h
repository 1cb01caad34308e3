/* SPDX-License-Identifier: ISC */
#ifndef BASE_TEST_H
#define BASE_TEST_H

/* test: what every x_test.c includes: cmocka, and comparing with a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"

#define TEST_ROWS(table) (sizeof(table) / sizeof(table)[0])

/* Compares, and on a difference prints both, and what it was about, before failing. */
static inline void
test_str(const char *what, struct str got, const char *want)
{
	struct buf shown = BUF_MAX(4096);

	if (str_eq(got, str_of(want)))
		return;
	utf8_add_safe(&shown, got);
	fprintf(stderr, "%s: got \"%.*s\", want \"%s\"\n", what, (int)shown.n, shown.p, want);
	buf_free(&shown);
	fail();
}

/* Reads $MAILSEAL_CORPUS/name, published vectors that are not shipped; skips the test without. */
static inline void
test_corpus(const char *name, struct buf *out)
{
	const char *corpus = getenv("MAILSEAL_CORPUS");
	char path[1024], chunk[4096];
	size_t n;
	FILE *f;

	if (corpus == NULL)
		skip();
	snprintf(path, sizeof path, "%s/%s", corpus, name);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("cannot read %s", path);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(out, (struct str){ chunk, n });
	fclose(f);
	assert_int_equal(buf_check(out, name, NULL), 0);
}

#endif
