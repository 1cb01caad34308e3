/* SPDX-License-Identifier: ISC */
#include "keys/grant.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

static char home[] = "/tmp/grant_test.XXXXXX";

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(home) == NULL || chdir(home) == -1 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink("tokens/a.token");
	rmdir("tokens");
	return rmdir(home);
}

static void
none_yet(void **state)
{
	struct err e = { 0 };
	struct grant g;

	(void)state;
	assert_int_equal(grant_load(home, "a", &g, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(access("tokens", F_OK), -1); /* looking makes nothing */
}

static void
kept(void **state)
{
	struct grant one = { .client = STR("c.example"),
		.refresh_token = STR("1//0g-x_y"),
		.obtained = 1764039838,
		.expires = 7 };
	struct grant two = { .client = STR("c.example"), .refresh_token = STR("2") };
	struct grant g;
	struct stat st;

	(void)state;
	assert_int_equal(grant_save(home, "a", &one, NULL), 0);
	assert_int_equal(stat("tokens/a.token", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(grant_load(home, "a", &g, NULL), 0);
	test_str("client", g.client, "c.example");
	test_str("token", g.refresh_token, "1//0g-x_y");
	assert_int_equal(g.obtained, 1764039838);
	assert_int_equal(g.expires, 7);
	grant_wipe(&g);

	assert_int_equal(grant_save(home, "a", &two, NULL), 0);
	assert_int_equal(grant_load(home, "a", &g, NULL), 0);
	test_str("replaced", g.refresh_token, "2");
	grant_wipe(&g);
}

static void
too_long(void **state)
{
	static char token[5000];
	struct grant g = { .client = STR("c"), .refresh_token = { token, sizeof token } };
	struct err e = { 0 };

	(void)state;
	memset(token, 'x', sizeof token);
	assert_int_equal(grant_save(home, "a", &g, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
}

/* A file that others may read, or another's, is not used. */
static void
not_private(void **state)
{
	struct err e = { 0 };
	struct grant g;

	(void)state;
	assert_int_equal(chmod("tokens/a.token", 0640), 0);
	assert_int_equal(grant_load(home, "a", &g, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.text, "chmod 600"));
	assert_int_equal(chmod("tokens/a.token", 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown("tokens/a.token", 1, 1), 0);
		assert_int_equal(grant_load(home, "a", &g, &e), -1);
		assert_non_null(strstr(e.text, "does not belong"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_yet),
		cmocka_unit_test(kept),
		cmocka_unit_test(too_long),
		cmocka_unit_test(not_private),
	};

	return cmocka_run_group_tests_name("grant", tests, setup, teardown);
}
