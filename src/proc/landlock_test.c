/* SPDX-License-Identifier: ISC */
#include "proc/landlock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "config.h"
#include "proc/sandbox.h"

static char ours[] = "/tmp/mailseal-landlock-XXXXXX", other[] = "/tmp/mailseal-landlock-XXXXXX";

enum {
	PORT_OPEN = 9, /* discard: nobody listens, so a connection that may be tried is refused */
	PORT_SHUT = 7,
};

/* Each returns 0, or errno. */

static int
open_in(const char *folder, int flags)
{
	char path[80];

	snprintf(path, sizeof path, "%s/file", folder);
	return open(path, flags, 0600) == -1 ? errno : 0;
}

static int
write_ours(void)
{
	return open_in(ours, O_WRONLY | O_CREAT | O_TRUNC);
}

static int
write_other(void)
{
	return open_in(other, O_WRONLY | O_CREAT);
}

static int
read_other(void)
{
	return open_in(other, O_RDONLY);
}

static int
rename_ours(void)
{
	char from[80], to[80];

	snprintf(from, sizeof from, "%s/file", ours);
	snprintf(to, sizeof to, "%s/renamed", ours);
	return open_in(ours, O_WRONLY | O_CREAT) != 0 || rename(from, to) == -1 ? errno : 0;
}

static int
remove_other(void)
{
	char path[80];

	snprintf(path, sizeof path, "%s/file", other);
	return unlink(path) == -1 ? errno : 0;
}

static int
dial(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (const struct sockaddr *)&to, sizeof to) == -1 ? errno : 0;
}

static int
dial_open(void)
{
	return dial(PORT_OPEN);
}

static int
dial_shut(void)
{
	return dial(PORT_SHUT);
}

static const struct {
	const char *what;
	int (*act)(void);
	int without, within; /* errno */
	int abi;             /* from which on it is so */
} rows[] = {
	{ "write below", write_ours, 0, 0, 1 },
	{ "rename below", rename_ours, 0, 0, 1 },
	{ "write elsewhere", write_other, 0, EACCES, 1 },
	{ "read elsewhere", read_other, 0, EACCES, 1 },
	{ "remove elsewhere", remove_other, 0, EACCES, 1 },
	{ "dial an open port", dial_open, ECONNREFUSED, ECONNREFUSED, 4 },
	{ "dial another", dial_shut, ECONNREFUSED, EACCES, 4 },
};

static int
in_child(int (*act)(void), bool walled)
{
	struct landlock l;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (walled && (landlock_begin(&l, false, NULL) == -1 ||
		                  landlock_allow(&l, ours, LANDLOCK_WRITE, NULL) == -1 ||
		                  landlock_allow_port(&l, PORT_OPEN, NULL) == -1 ||
		                  landlock_enter(&l, NULL) == -1))
			_exit(255);
		_exit(act());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* No seccomp here: what is refused is refused by landlock. */
static void
walls(void **state)
{
	(void)state;
	if (landlock_abi() == 0)
		skip();
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		int without, within;

		assert_int_equal(open_in(other, O_WRONLY | O_CREAT), 0);
		within = in_child(rows[i].act, true);
		without = in_child(rows[i].act, false);
		if (landlock_abi() >= rows[i].abi &&
		    (within != rows[i].within || without != rows[i].without))
			fail_msg("%s: %d within, %d without", rows[i].what, within, without);
	}
}

/* A row of the daemon's table: the filter lets the call through, the wall does not. */
static void
row(void **state)
{
	static const struct sandbox keeper = { "test", SANDBOX_FILES_PATH, 0, 0,
		SANDBOX_WALLS | SANDBOX_DIRECTORY };
	int dir = open(ours, O_RDONLY | O_DIRECTORY), status = 0;
	pid_t pid;

	(void)state;
#ifdef MAILSEAL_SANITIZE
	skip();
#endif
	if (landlock_abi() == 0)
		skip();
	pid = fork();
	if (pid == 0) {
		if (sandbox_walls(&keeper, NULL, dir, NULL) == -1 ||
		    sandbox_enter(&keeper, NULL) == -1)
			_exit(255);
		_exit(write_ours() == 0 && read_other() == EACCES ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(dir);
}

static int
make_folders(void **state)
{
	(void)state;
	return mkdtemp(ours) == NULL || mkdtemp(other) == NULL ? -1 : 0;
}

static int
remove_folders(void **state)
{
	static const char *const names[] = { "file", "renamed" };
	char path[80];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(names); i++) {
		snprintf(path, sizeof path, "%s/%s", ours, names[i]);
		unlink(path);
		snprintf(path, sizeof path, "%s/%s", other, names[i]);
		unlink(path);
	}
	return rmdir(ours) == -1 || rmdir(other) == -1 ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walls),
		cmocka_unit_test(row),
	};

	return cmocka_run_group_tests_name("proc/landlock", tests, make_folders, remove_folders);
}
