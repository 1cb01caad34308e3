/* SPDX-License-Identifier: ISC */
#include "dns/script.h"

#include "base/test.h"
#include "dns/alabel.h"

static const struct {
	const char *name;
	bool mixed;
} rows[] = {
	{ "paypal.example", false },
	{ "pаypal.example", true }, /* U+0430 */
	{ "mail.pаypal.example", true },
	{ "раураl.example", true },
	{ "ɡοogle.example", true }, /* U+0261, U+03BF */
	{ "xn--pypal-4ve.example", true },
	{ "почта.example", false },
	{ "аррӏе.example", false }, /* all of it Cyrillic */
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
			fail_msg("%s", rows[i].name);
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
