/* SPDX-License-Identifier: ISC */
#include "imap/server.h"

#include "base/test.h"

/* The first of RFC 2971 section 3.2; Dovecot's; Gmail's. */
static const struct {
	const char *line, *want; /* NULL: no such line */
} ids[] = {
	{ "* ID NIL", "NIL" },
	{ "* ID (\"name\" \"Dovecot\")", "name Dovecot" },
	{ "* ID (\"name\" \"GImap\" \"vendor\" \"Google, Inc.\")",
	    "name GImap vendor Google, Inc." },
	{ "* id (\"name\" \"a\x1b[2J\\\"b\xc3\xa9\")", "name a[2Jb" },
	{ "* ID (", "(" },
	{ "* ID )", ")" },
	{ "* OK ID", NULL },
};

static void
identities(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(ids); i++) {
		struct buf words = BUF_MAX(1000);

		assert_int_equal(server_id(&words, str_of(ids[i].line)), ids[i].want != NULL);
		test_str(ids[i].line, buf_str(&words), ids[i].want == NULL ? "" : ids[i].want);
		buf_free(&words);
	}
}

static const struct {
	const char *line;
	uint64_t used_kb, limit_kb; /* 0, 0: it says nothing */
} quotas[] = {
	{ "* QUOTA \"\" (STORAGE 10 512)", 10, 512 }, /* RFC 9208 section 4.2.1 */
	{ "* QUOTA \"#user/alice\" (MESSAGE 42 1000 STORAGE 54 111)", 54, 111 },
	{ "* quota \"\" (storage 600 512)", 600, 512 },
	{ "* QUOTA \"User quota\" (STORAGE 0 15728640)", 0, 15728640 },
	{ "* QUOTA \"\" (MESSAGE 42 1000)", 0, 0 },
	{ "* QUOTA \"\" (STORAGE 10)", 0, 0 },
	{ "* QUOTA \"\" (STORAGE 10 0)", 0, 0 },
	{ "* QUOTA \"\" (STORAGE -1 5)", 0, 0 },
	{ "* QUOTA \"\" (STORAGE 1 99999999999999999999)", 0, 0 },
	{ "* QUOTA \"\" ()", 0, 0 },
	{ "* QUOTA \"\"", 0, 0 },
	{ "* QUOTAROOT INBOX \"\"", 0, 0 },
};

static void
quota_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(quotas); i++) {
		struct imap_quota q = { 0 };

		server_quota(&q, str_of(quotas[i].line));
		if (q.used_kb != quotas[i].used_kb || q.limit_kb != quotas[i].limit_kb)
			fail_msg("%s", quotas[i].line);
	}
}

static void
the_narrowest_stays(void **state)
{
	struct imap_quota q = { 0 };

	(void)state;
	server_quota(&q, STR("* QUOTA a (STORAGE 10 100)"));
	server_quota(&q, STR("* QUOTA b (STORAGE 95 100)"));
	server_quota(&q, STR("* QUOTA c (STORAGE 0 1000)"));
	assert_int_equal(q.used_kb, 95);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identities),
		cmocka_unit_test(quota_lines),
		cmocka_unit_test(the_narrowest_stays),
	};

	return cmocka_run_group_tests_name("imap/server", tests, NULL, NULL);
}
