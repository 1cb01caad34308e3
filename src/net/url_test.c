/* SPDX-License-Identifier: ISC */
#include "net/url.h"

#include "base/test.h"

static void
escape(void **state)
{
	static const struct {
		const char *raw, *want;
	} rows[] = {
		{ "", "" },
		{ "AZaz09-._~", "AZaz09-._~" },
		{ "https://mail.google.com/", "https%3A%2F%2Fmail.google.com%2F" },
		{ "a b+c&d=e%f", "a%20b%2Bc%26d%3De%25f" },
		{ "\xc3\xa9\n", "%C3%A9%0A" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(200), back = BUF_MAX(200);

		url_escape(&out, str_of(rows[i].raw));
		test_str(rows[i].raw, buf_str(&out), rows[i].want);
		assert_int_equal(url_unescape(buf_str(&out), &back, NULL), 0);
		test_str(rows[i].want, buf_str(&back), rows[i].raw);
		buf_free(&out);
		buf_free(&back);
	}
}

static void
nul_is_escaped(void **state)
{
	struct buf out = BUF_MAX(8);

	(void)state;
	url_escape(&out, str_bytes("\0", 1));
	test_str("NUL", buf_str(&out), "%00");
	buf_free(&out);
}

static void
unescape(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} rows[] = {
		{ "4%2F0Ab", "4/0Ab" },
		{ "4%2f0Ab", "4/0Ab" },
		{ "a+b", "a b" },
		{ "%", NULL },
		{ "%2", NULL },
		{ "a%2", NULL },
		{ "%2x", NULL },
		{ "%%20", NULL },
		{ "%20", " " },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(200);
		int rc = url_unescape(str_of(rows[i].text), &out, NULL);

		if ((rc == -1) != (rows[i].want == NULL))
			fail_msg("%s: %d", rows[i].text, rc);
		if (rc == 0)
			test_str(rows[i].text, buf_str(&out), rows[i].want);
		buf_free(&out);
	}
}

static void
fields(void **state)
{
	struct buf out = BUF_MAX(200);
	struct str v;

	(void)state;
	buf_add(&out, STR("https://x/?"));
	url_field(&out, "a", STR("1 2"));
	url_field(&out, "b", STR(""));
	test_str("query", buf_str(&out), "https://x/?a=1%202&b=");
	buf_free(&out);

	assert_int_equal(url_value(STR("a=1&b=&c"), "b", &v, NULL), 1);
	test_str("empty", v, "");
	assert_int_equal(url_value(STR("aa=1&a=2=3"), "a", &v, NULL), 1);
	test_str("second =", v, "2=3");
	assert_int_equal(url_value(STR("aa=1"), "a", &v, NULL), 0);
	assert_int_equal(url_value(STR("a=1&a=1"), "a", &v, NULL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escape),
		cmocka_unit_test(nul_is_escaped),
		cmocka_unit_test(unescape),
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
