/* SPDX-License-Identifier: ISC */
#include "dns/script.h"

#include "base/test.h"
#include "dns/alabel.h"

static const struct {
	const char *name;
	bool mixed, looks_ascii;
} rows[] = {
	{ "paypal.example", false },
	{ "pаypal.example", true, true }, /* U+0430 */
	{ "mail.pаypal.example", true, true },
	{ "раураl.example", true, true },
	{ "ɡοogle.example", true, true }, /* U+0261, U+03BF */
	{ "xn--pypal-4ve.example", true, true },
	{ "почта.example", false },
	{ "аррӏе.example", false, true }, /* all of it Cyrillic */
	{ "ɡoogle.example", false, true },
	{ "ορσ-1.example", false, true },
	{ "զոօ.example", false, true },
	{ "аррӏе.почта.example", false, true },
	{ "сор.example", false, true },
	{ "сор.ru", false },
	{ "сор.рф", false },
	{ "сорт.example", false }, /* nobody takes the last for a t */
	{ "ılıca.com.tr", false },
	{ "ılıca.com", false, true },
	{ "βιβλίο-2.example", false },
	{ "βιβλίο-b.example", true },
	{ "bücher.example", false },
	{ "例え-test.example", false },
	{ "xn--%.example", false },
	{ "xn--", false },
	{ "", false },
};

static void
names(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf name = BUF_MAX(ALABEL_NAME_MAX);

		assert_int_equal(alabel_name(str_of(rows[i].name), &name, NULL), 0);
		if (script_is_mixed(buf_str(&name)) != rows[i].mixed)
			fail_msg("%s: mixed?", rows[i].name);
		if (script_looks_ascii(buf_str(&name)) != rows[i].looks_ascii)
			fail_msg("%s: looks as if it were in ASCII?", rows[i].name);
		buf_free(&name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("dns/script", tests, NULL, NULL);
}
