/* SPDX-License-Identifier: ISC */
#include "imap/throttle.h"

#include "base/test.h"

/* As servers were seen to say it. */
static const struct {
	const char *text, *want; /* what ends our words; NULL: nothing of the kind */
} rows[] = {
	{ "NO [THROTTLED] Throttled (Failure)", "throttled" },
	{ "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", "over quota" },
	{ "BYE Account exceeded command or bandwidth limits.", "a bandwidth limit was reached" },
	{ "NO [ALERT] Too many simultaneous connections. (Failure)", "too many connections" },
	{ "BYE [UNAVAILABLE] Maximum number of connections from user+IP exceeded",
	    "unavailable at the moment" },
	{ "no [limit] at most 5 a minute", "a limit was reached" },
	{ "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", NULL },
	{ "NO no such mailbox", NULL },
	{ "", NULL },
};

static void
texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct err e = { 0 };
		int rc = throttle_check(str_of(rows[i].text), &e);

		if (rows[i].want == NULL)
			assert_int_equal(rc, 0);
		else if (rc != -1 || e.kind != ERR_LATER ||
		         !str_ends(str_of(e.text), str_of(rows[i].want)))
			fail_msg("%s: %s", rows[i].text, e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests_name("imap/throttle", tests, NULL, NULL);
}
