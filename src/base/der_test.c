/* SPDX-License-Identifier: ISC */
#include "base/der.h"

#include "base/test.h"

#define ROW(what, bytes, want)                       \
	{                                            \
		what, bytes, sizeof(bytes) - 1, want \
	}

/* want: tag and content length of each element, then "." at the end or "!" on refusal. */
static const struct {
	const char *what, *bytes;
	size_t n;
	const char *want;
} rows[] = {
	ROW("nothing", "", "."),
	ROW("two elements", "\x02\x01\x05\x05\x00", "02:1 05:0 ."),
	ROW("cut short", "\x02\x02\x05", "!"),
	ROW("no length", "\x02", "!"),
	ROW("indefinite", "\x30\x80\x00\x00", "!"),
	ROW("not minimal", "\x02\x81\x01\x05", "!"),
	ROW("leading zero", "\x02\x82\x00\x81", "!"),
	ROW("five octets", "\x02\x85\x01\x00\x00\x00\x00", "!"),
	ROW("4 GB announced", "\x02\x84\xff\xff\xff\xff", "!"),
	ROW("high tag", "\x1f\x01\x00", "!"),
};

static void
elements(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = { rows[i].bytes, rows[i].n };
		struct buf got = BUF_MAX(200);
		struct der d;
		int rc;

		while ((rc = der_next(&rest, &d, NULL)) == 1)
			buf_printf(&got, "%02x:%zu ", d.tag, d.body.n);
		buf_byte(&got, rc == 0 ? '.' : '!');
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

static void
integers(void **state)
{
	struct str m;

	(void)state;
	assert_int_equal(der_magnitude(STR("\x00\x80"), &m, NULL), 0);
	assert_int_equal(m.n, 1);
	assert_int_equal(der_magnitude(STR("\x80"), &m, NULL), -1);
	assert_int_equal(der_magnitude(STR("\x00\x01"), &m, NULL), -1);
	assert_int_equal(der_magnitude(STR(""), &m, NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements),
		cmocka_unit_test(integers),
	};

	return cmocka_run_group_tests_name("base/der", tests, NULL, NULL);
}
