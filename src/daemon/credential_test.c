/* SPDX-License-Identifier: ISC */
#include "daemon/credential.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

static char folder[] = "/tmp/credential_test.XXXXXX";

static int
setup(void **unused)
{
	(void)unused;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
teardown(void **unused)
{
	char path[64];

	(void)unused;
	snprintf(path, sizeof path, "%s/filing", folder);
	unlink(path);
	return rmdir(folder);
}

static const struct {
	const char *what, *text; /* of the file `filing` */
	unsigned mode;
	bool by_systemd;        /* else by password_file */
	const char *credential; /* its name */
	const char *directory;  /* NULL: not started by systemd; "": the folder */
	const char *want, *complaint;
} rows[] = {
	{ "a file", "secret\nnot this\n", 0600, false, "", NULL, "secret", "" },
	{ "CR LF", "secret\r\n", 0400, false, "", NULL, "secret", "" },
	{ "others may read it", "secret\n", 0644, false, "", NULL, "", "others may read it" },
	{ "an empty line", "\nsecret\n", 0600, false, "", NULL, "", "its first line is empty" },
	{ "a credential", "secret\nnot this\n", 0440, true, "filing", "", "secret", "" },
	{ "an empty credential", "", 0400, true, "filing", "", "", "its first line is empty" },
	{ "another credential", "secret\n", 0400, true, "other", "", "",
	    "LoadCredential=other:/path in mailseald.service names it" },
	{ "not under systemd", "secret\n", 0400, true, "filing", NULL, "",
	    "without systemd password_file is right" },
};

static void
make_file(const char *path, const char *text, unsigned mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
reading(void **unused)
{
	char path[64];

	(void)unused;
	snprintf(path, sizeof path, "%s/filing", folder);
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		char credential[16];
		struct conf_mailbox box = { .password_file = rows[i].by_systemd ? NULL : path };
		struct buf secret = BUF_MAX(100);
		struct err e = { 0 };

		snprintf(credential, sizeof credential, "%s", rows[i].credential);
		if (rows[i].by_systemd)
			box.password_credential = credential;
		unlink(path);
		make_file(path, rows[i].text, rows[i].mode);
		if (rows[i].directory == NULL)
			unsetenv("CREDENTIALS_DIRECTORY");
		else
			setenv("CREDENTIALS_DIRECTORY", folder, 1);
		assert_int_equal(
		    credential_read(&box, &secret, &e), rows[i].complaint[0] == '\0' ? 0 : -1);
		test_str(rows[i].what, buf_str(&secret), rows[i].want);
		if (str_find(str_of(e.text), str_of(rows[i].complaint)) == -1)
			fail_msg("%s: %s", rows[i].what, e.text);
		buf_free(&secret);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reading) };

	return cmocka_run_group_tests_name("daemon/credential", tests, setup, teardown);
}
