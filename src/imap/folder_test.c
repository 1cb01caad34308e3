/* SPDX-License-Identifier: ISC */
#include "imap/folder.h"

#include "base/test.h"

/* want: the name, NULL for a line that does not tell it, "!" for a refusal. */
static const struct {
	const char *line, *use, *want;
} lists[] = {
	/* RFC 6154 section 5.1; Gmail's; a server with XLIST only */
	{ "* LIST (\\Marked \\HasNoChildren \\Junk) \"/\" Spam", "\\Junk", "Spam" },
	{ "* LIST (\\All \\HasNoChildren) \"/\" \"[Gmail]/All Mail\"", "\\All",
	    "[Gmail]/All Mail" },
	{ "* LIST (\\HasNoChildren \\Sent) \"/\" \"[Gmail]/Sent\"", "\\All", NULL },
	{ "* XLIST (\\HasNoChildren \\AllMail) \"/\" \"[Gmail]/Todos\"", "\\All", "[Gmail]/Todos" },
	{ "* XLIST (\\HasNoChildren \\Spam) \"/\" \"[Gmail]/Spam\"", "\\Junk", "[Gmail]/Spam" },
	{ "* list (\\jUNK) NIL Junk", "\\Junk", "Junk" },
	{ "* LIST (\\Junk) \".\" \"a\\\"b\\\\c\"", "\\Junk", "a\"b\\c" },
	{ "* LIST (\\Junk) \"\\\\\" x", "\\Junk", "x" },
	{ "* LIST (\\Junk \\NonExistent) \"/\" x", "\\Junk", NULL },
	{ "* LIST (\\Junk", "\\Junk", "!" },
	{ "* LIST (\\Junk) \"/\"", "\\Junk", "!" },
	{ "* LIST (\\Junk) \"/\" \"x", "\\Junk", "!" },
	{ "* LIST (\\Junk) \"/\" \"x\\", "\\Junk", "!" },
	{ "* LIST (\\Junk)", "\\Junk", "!" },
	{ "* LIST () \"/\" x", "\\Junk", NULL },
	{ "* 3 EXISTS", "\\Junk", NULL },
};

static void
listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(lists); i++) {
		struct buf name = BUF_MAX(1000);
		struct err e = { 0 };
		int rc = folder_listed(&name, str_of(lists[i].line), str_of(lists[i].use), &e);

		if (lists[i].want == NULL)
			assert_int_equal(rc, 0);
		else if (lists[i].want[0] == '!')
			assert_int_equal(rc, -1);
		else if (rc != 1 || !str_eq(buf_str(&name), str_of(lists[i].want)))
			fail_msg("%s: %d %.*s", lists[i].line, rc, STR_FMT(buf_str(&name)));
		buf_free(&name);
	}
}

static const struct {
	const char *line;
	int rc;
	struct imap_folder want;
} examines[] = {
	{ "* 172 EXISTS", 0, { .exists = 172 } }, /* RFC 3501 section 6.3.2 */
	{ "* OK [UIDVALIDITY 3857529045] UIDs valid", 0, { .uidvalidity = 3857529045u } },
	{ "* OK [UIDNEXT 4392] Predicted next UID", 0, { .uidnext = 4392 } },
	{ "* OK [HIGHESTMODSEQ 715194045007]", 0, { .highestmodseq = 715194045007u } },
	{ "* OK [NOMODSEQ] Sorry", 0, { 0 } }, /* RFC 7162 section 3.1.2.2 */
	{ "* ok [uidnext 4294967295]", 0, { .uidnext = UINT32_MAX } },
	{ "* OK [UIDNEXT 4294967296]", -1, { 0 } },
	{ "* OK [UIDVALIDITY 4294967297]", -1, { 0 } },
	{ "* OK [UIDNEXT -1]", -1, { 0 } },
	{ "* OK [UIDNEXT ]", -1, { 0 } },
	{ "* OK [HIGHESTMODSEQ 9223372036854775808]", -1, { 0 } },
	{ "* 4294967296 EXISTS", -1, { 0 } },
	{ "* 0 RECENT", 0, { 0 } },
	{ "* FLAGS (\\Seen)", 0, { 0 } },
	{ "ms3 OK [READ-ONLY] done", 0, { 0 } },
	{ "* OK UIDNEXT 5", 0, { 0 } },
};

static void
examined(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(examines); i++) {
		struct imap_folder f = { 0 };
		struct err e = { 0 };
		int rc = folder_examined(&f, str_of(examines[i].line), &e);

		if (rc != examines[i].rc || f.uidvalidity != examines[i].want.uidvalidity ||
		    f.uidnext != examines[i].want.uidnext || f.exists != examines[i].want.exists ||
		    f.highestmodseq != examines[i].want.highestmodseq)
			fail_msg("%s: %d %s", examines[i].line, rc, e.text);
	}
}

static void
quotes(void **state)
{
	struct buf b = BUF_MAX(100);

	(void)state;
	folder_quote(&b, STR("a\"b\\c d"));
	test_str("quoted", buf_str(&b), "\"a\\\"b\\\\c d\"");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listed),
		cmocka_unit_test(examined),
		cmocka_unit_test(quotes),
	};

	return cmocka_run_group_tests_name("imap/folder", tests, NULL, NULL);
}
