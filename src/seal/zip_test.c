/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/hex.h"
#include "base/limits.h"
#include "seal/zip.h"

/* By Python's zipfile, told our versions and dates; its mode 0600 made 0. */
static const char want[] =
    "504b03040a000000000000002100d39e3c5a0f0000000f000000080000006d696d65747970656170706c"
    "69636174696f6e2f782d61504b03040a0000000000000021000000000000000000000000000900000061"
    "2f622d312e747874504b03040a00000000000000210072fddb6c020000000200000003000000635f6400"
    "ff504b01020a000a000000000000002100d39e3c5a0f0000000f00000008000000000000000000000000"
    "00000000006d696d6574797065504b01020a000a00000000000000210000000000000000000000000009"
    "0000000000000000000000000035000000612f622d312e747874504b01020a000a000000000000002100"
    "72fddb6c020000000200000003000000000000000000000000005c000000635f64504b05060000000003"
    "0003009e0000007f0000000000";

static const struct zip_file files[] = {
	{ STR("mimetype"), STR("application/x-a") },
	{ STR("a/b-1.txt"), STR("") },
	{ STR("c_d"), STR("\0\377") },
};

static int
append(void *ctx, struct str bytes, struct err *e)
{
	(void)e;
	buf_add(ctx, bytes);
	return 0;
}

static void
write_files(struct buf *out)
{
	struct zip_writer z = zip_to((struct zip_sink){ append, out });

	for (size_t i = 0; i < TEST_ROWS(files); i++)
		assert_int_equal(zip_add(&z, &files[i], NULL), 0);
	assert_int_equal(zip_end(&z, NULL), 0);
	zip_free(&z);
}

static void
writing(void **state)
{
	struct buf out = BUF_MAX(1000), hex = BUF_MAX(2000);

	(void)state;
	write_files(&out);
	hex_add(&hex, buf_str(&out));
	test_str("zip", buf_str(&hex), want);
	buf_free(&out);
	buf_free(&hex);
}

/* What was written is read; any byte altered, lost or added is not. */
static void
reading(void **state)
{
	struct arena *a = arena_new(64 << 20);
	struct buf out = BUF_MAX(1000);
	struct zip z;
	struct err e;

	(void)state;
	write_files(&out);
	assert_int_equal(zip_read(a, buf_str(&out), &z, &e), 0);
	assert_int_equal(z.n, 3);
	test_str("mimetype", zip_find(&z, STR("mimetype")), "application/x-a");
	assert_int_equal(zip_find(&z, STR("c_d")).n, 2);
	assert_null(zip_find(&z, STR("c")).p);
	for (size_t i = 0; i < out.n; i++) {
		for (int bit = 0; bit < 8; bit++) {
			out.p[i] ^= (char)(1 << bit);
			assert_int_equal(zip_read(a, buf_str(&out), &z, &e), -1);
			out.p[i] ^= (char)(1 << bit);
		}
		assert_int_equal(zip_read(a, str_head(buf_str(&out), i), &z, &e), -1);
	}
	buf_byte(&out, 0);
	assert_int_equal(zip_read(a, buf_str(&out), &z, &e), -1);
	buf_free(&out);
	arena_free(a);
}

static const char *const bad_names[] = { "", "/a", "a/../b", "..", "a b", "a\\b", "a\nb",
	"\303\244" };

static void
refused(void **state)
{
	struct buf out = BUF_MAX(1000);
	struct zip_writer z = zip_to((struct zip_sink){ append, &out });
	struct err e;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(bad_names); i++) {
		struct zip_file f = { str_of(bad_names[i]), STR("x") };

		assert_int_equal(zip_add(&z, &f, &e), -1);
	}
	assert_int_equal(
	    zip_add(&z, &(struct zip_file){ STR("a"), { "", LIMIT_BUNDLE + 1 } }, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(out.n, 0);
	zip_free(&z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing),
		cmocka_unit_test(reading),
		cmocka_unit_test(refused),
	};

	assert_int_equal(zip_crc32(STR("123456789")), 0xcbf43926); /* its check value */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
