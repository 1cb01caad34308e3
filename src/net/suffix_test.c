/* SPDX-License-Identifier: ISC */
#include "net/suffix.h"

#include "base/test.h"
#include "dns/orgdom.h"

/* Names whose place on the list will stay (from its own test data). */
static void
domains(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "example.com", "example.com" },
		{ "a.b.example.com", "example.com" },
		{ "a.example.co.uk", "example.co.uk" },
		{ "www.city.kobe.jp", "city.kobe.jp" },
		{ "a.b.c.kobe.jp", "b.c.kobe.jp" },
		{ "a.example.mailtest", "example.mailtest" }, /* a top level that is not listed */
		{ "com", "com" },
		{ "co.uk", "co.uk" },
		{ "_x.example.com", "example.com" },
		{ "xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn" },
	};
	struct suffix *s = suffix_new(NULL);

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf line = BUF_MAX(1000);
		struct orgdom o;

		suffix_answer(s, str_of(rows[i].name), &line);
		assert_int_equal(orgdom_read(buf_str(&line), str_of(rows[i].name), &o, NULL), 0);
		test_str(rows[i].name, o.domain, rows[i].want);
		assert_true(str_cmp(o.list, STR("2020-01-01")) > 0);
		buf_free(&line);
	}
	suffix_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains),
	};

	return cmocka_run_group_tests_name("net/suffix", tests, NULL, NULL);
}
