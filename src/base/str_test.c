/* SPDX-License-Identifier: ISC */
#include "base/str.h"

#include "base/test.h"

static void
cut(void **state)
{
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
		{ "empty", "", "||" },
		{ "one", "a", "|a|" },
		{ "two", "a,b", "|a|b|" },
		{ "ends with the mark", "a,", "|a||" },
		{ "only marks", ",,", "||||" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].text), part;
		struct buf got = BUF_MAX(100);

		buf_byte(&got, '|');
		while (str_cut(&rest, ',', &part))
			buf_printf(&got, "%.*s|", STR_FMT(part));
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

static void
numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		int rc;
		uint64_t want;
	} rows[] = {
		{ "0", 9, 0, 0 },
		{ "42", 42, 0, 42 },
		{ "43", 42, -1, 0 },
		{ "", 9, -1, 0 },
		{ "01", 9, -1, 0 },
		{ "-1", 9, -1, 0 },
		{ "+1", 9, -1, 0 },
		{ " 1", 9, -1, 0 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, -1, 0 },
		{ "99999999999999999999999", UINT64_MAX, -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		uint64_t v = 0;

		assert_int_equal(str_u64(str_of(rows[i].text), rows[i].max, &v), rows[i].rc);
		assert_int_equal(v, rows[i].want);
	}
}

static void
searching(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
	assert_int_equal(str_find(STR("abc"), STR("abcd")), -1);
	assert_int_equal(str_find(STR("a\0b"), STR("b")), 2);
	assert_int_equal(str_chr(STR(""), 'a'), -1);
	assert_true(str_caseeq(STR("DKIM-Signature"), STR("dkim-signature")));
	assert_false(str_caseeq(STR("\xc3\x84"), STR("\xc3\xa4")));
	assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
	assert_true(str_is_ascii(STR("a\x7f")) && str_is_ascii(STR("")));
	assert_false(str_is_ascii(STR("a\x80")));
	test_str("trim", str_trim(STR(" \t\r\n a b \r\n")), "a b");
	test_str("trim all", str_trim(STR(" \t\r\n")), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut),
		cmocka_unit_test(numbers),
		cmocka_unit_test(searching),
	};

	return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
