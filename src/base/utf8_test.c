/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

#include "base/test.h"

static const struct {
	const char *what, *text;
	bool valid;
} rows[] = {
	{ "nothing", "", true },
	{ "two, three and four bytes", "\xc3\xa9 \xe2\x80\x94 \xf0\x9f\x94\x92", true },
	{ "the replacement character itself", "\xef\xbf\xbd", true },
	{ "a byte that begins nothing", "a\xff", false },
	{ "cut short", "\xe2\x80", false },
	{ "longer than needed", "\xc0\xaf", false },
	{ "surrogate", "\xed\xa0\x80", false },
	{ "above U+10FFFF", "\xf4\x90\x80\x80", false },
};

static void
validity(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++)
		if (utf8_valid(str_of(rows[i].text)) != rows[i].valid)
			fail_msg("%s", rows[i].what);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(validity),
	};

	return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
