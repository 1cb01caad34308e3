/* SPDX-License-Identifier: ISC */
#include "keys/private.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

/* want: the line; else a word of the error. */
static const struct {
	const char *what, *text;
	mode_t mode;
	const char *want, *error;
} rows[] = {
	{ "a line", "secret\n", 0600, "secret", NULL },
	{ "without an end", "secret", 0400, "secret", NULL },
	{ "from another system", "secret\r\nmore\r\n", 0600, "secret", NULL },
	{ "nothing", "", 0600, NULL, "first line is empty" },
	{ "not first", "\nsecret\n", 0600, NULL, "first line is empty" },
	{ "for a group", "secret\n", 0640, NULL, "chmod 600" },
	{ "for all", "secret\n", 0604, NULL, "chmod 600" },
	{ "too large", "0123456789abcdef", 0600, NULL, "larger than 15 bytes" },
};

static void
lines(void **state)
{
	char path[] = "/tmp/private_test.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_int_not_equal(fd, -1);
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf secret = BUF_MAX(16);
		struct err e = { 0 };
		int rc;

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, rows[i].text, strlen(rows[i].text), 0),
		    (ssize_t)strlen(rows[i].text));
		assert_int_equal(fchmod(fd, rows[i].mode), 0);
		rc = private_line(path, &secret, &e);
		if ((rc == 0) != (rows[i].want != NULL))
			fail_msg("%s: %s", rows[i].what, e.text);
		if (rc == 0)
			test_str(rows[i].what, buf_str(&secret), rows[i].want);
		else
			assert_non_null(strstr(e.text, rows[i].error));
		buf_free(&secret);
	}
	close(fd);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests_name("private", tests, NULL, NULL);
}
