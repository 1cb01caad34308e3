/* SPDX-License-Identifier: ISC */
#include "conf/folders.h"

#include "base/test.h"

/* want: each name and its label, "!" for a refusal. */
static const struct {
	const char *text, *want;
} rows[] = {
	{ "INBOX", "INBOX=INBOX;" },
	{ "\\All, \\Junk", "\\All=All;\\Junk=Junk;" },
	{ "Sent Items", "Sent Items=Sent_Items;" },
	{ " a ,b", "a=a;b=b;" },
	{ "[Gmail]/All Mail", "[Gmail]/All Mail=_Gmail_All_Mail;" },
	{ "Enviadós", "Enviadós=Enviad_s;" },
	{ "a__b", "a__b=a_b;" },
	{ "\"a, b\", c", "a, b=a_b;c=c;" },
	{ "\"a, b\"", "a, b=a_b;" },
	{ "\"a, b", "!" },
	{ "\"a\" b", "!" },
	{ "\"\"", "!" },
	{ "a,", "a=a;!" },
	{ ",a", "!" },
	{ "a,,b", "a=a;!" },
};

static void
lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].text), name;
		struct buf got = BUF_MAX(1000);
		struct err e = { 0 };
		int rc;

		while ((rc = folders_next(&rest, &name, &e)) == 1) {
			buf_add(&got, name);
			buf_byte(&got, '=');
			folders_label(&got, name);
			buf_byte(&got, ';');
		}
		if (rc == -1)
			buf_byte(&got, '!');
		if (!str_eq(buf_str(&got), str_of(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].text, STR_FMT(buf_str(&got)));
		buf_free(&got);
	}
}

static void
defaults(void **state)
{
	(void)state;
	assert_string_equal(folders_default(STR("IMAP.gmail.com")), "\\All, \\Junk");
	assert_string_equal(folders_default(STR("imap.googlemail.com")), "\\All, \\Junk");
	assert_string_equal(folders_default(STR("imap.example.com")), "INBOX");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(defaults),
	};

	return cmocka_run_group_tests_name("conf/folders", tests, NULL, NULL);
}
