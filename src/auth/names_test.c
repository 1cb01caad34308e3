/* SPDX-License-Identifier: ISC */
#include "auth/names.h"

#include "base/test.h"

static void
read_message(struct arena *a, struct str header, struct findings *found)
{
	struct fields f;

	assert_int_equal(fields_parse(a, header, &f, NULL), 0);
	names_read(&f, found);
}

static void
names(void **state)
{
	static const struct {
		const char *what;
		struct str header;
		const char *want;
	} rows[] = {
		{ "one", STR("From: Anna <a@b.example>\r\n\r\n"), "" },
		{ "two", STR("From: a@b.example, c@d.example\r\n\r\n"), "several-from-addresses " },
		{ "none", STR("\r\n"), "" },
		{ "two fields", STR("From: a@b.example\r\nFrom: c@d.example\r\n\r\n"), "" },
		{ "another address", STR("From: c@d.example <a@b.example>\r\n\r\n"),
		    "display-name-address " },
		{ "her own", STR("From: a@b.example <a@mail.b.example>\r\n\r\n"), "" },
		{ "in an encoded word",
		    STR("From: =?utf-8?Q?c=40d.example?= <a@b.example>\r\n\r\n"),
		    "display-name-address " },
		{ "an @ without a domain", STR("From: Anna @ Work. <a@b.example>\r\n\r\n"), "" },
		{ "another site", STR("From: \"Bank, bank.com\" <a@b.example>\r\n\r\n"),
		    "display-name-domain " },
		{ "her own site", STR("From: www.bank.com <a@bank.com>\r\n\r\n"), "" },
		{ "no sites", STR("From: \"St.John, S.A.de Co.KG ...\" <a@b.example>\r\n\r\n"),
		    "" },
		{ "a line break that was dressed", STR("Subject: =?utf-8?Q?a=0D=0Ab?=\r\n\r\n"),
		    "hidden-characters " },
		{ "letters turned round", STR("To: =?utf-8?B?4oCu?= <a@b>\r\n\r\n"),
		    "hidden-characters " },
		{ "a fold and a tab", STR("Subject: a\r\n\tb\tc\r\n\r\n"), "" },
		{ "nobody reads it", STR("X: \x01\r\n\r\n"), "" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct buf got = BUF_MAX(1000);
		struct findings found = { 0 };

		read_message(a, rows[i].header, &found);
		for (int id = 0; id < FINDINGS; id++)
			if (found.is[id])
				buf_printf(&got, "%s ", finding_rows[id].code);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("auth/names", tests, NULL, NULL);
}
