/* SPDX-License-Identifier: ISC */
/*
 * Nothing acknowledged is lost and nothing is filed twice, whenever the keeper dies: at random
 * moments, and at each of its system calls that change something (by strace(1); all of them only
 * when MAILSEAL_FULL is set).
 */
#include "daemon/keeper_house.h"

#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MESSAGES = 100, /* of the random scene */
	LIVES = 25,
	A_LIFE = 8,         /* messages brought in one life of the other scene */
	SIGN_MS = 150,      /* what a life lasts after them: for tiles and checkpoint */
	WHEN_MAX = 60,      /* the call of that name at which it is killed, at most */
	WHEN_USUAL = 6,     /* without MAILSEAL_FULL */
	SURVIVED_ENOUGH = 2 /* lives that did not come to that many calls */
};

/* Takes what is acknowledged until UID `to` is, or the keeper is dead.  Its death is told before
 * what it said last (ECONNRESET), when it left something unread: ask once more. */
static void
hear_acks(uint64_t *acknowledged, uint64_t to)
{
	int ends = 0;
	struct msg m;

	while (*acknowledged < to && ends < 2) {
		if (channel_recv(&house.fetcher, &m, NULL) != 1)
			ends++;
		else if (msg_is(&m, "sealed"))
			*acknowledged = peer_number(&m, "uid");
	}
}

static void
renew_signer(void)
{
	if (house.signer != 0)
		house_kill(&house.signer, &house.parent_of_signer);
	house_start_signer();
}

/* Everything is there, signed, and readable. */
static void
check_end(uint64_t acknowledged)
{
	uint64_t n;

	house_start_keeper();
	renew_signer();
	n = mail_open(7);
	assert_true(n >= acknowledged);
	filed_wait_checkpoint(n);
	filed_check(n);
	assert_int_equal(house_stop(&house.keeper, &house.parent_of_keeper), 0);
}

static void
test_random(void **unused)
{
	uint64_t acknowledged = 0;

	(void)unused;
	for (int life = 0; life < LIVES || acknowledged < MESSAGES; life++) {
		uint64_t after;

		house_start_keeper();
		renew_signer();
		after = mail_open(7);
		assert_true(after >= acknowledged);
		acknowledged = after; /* sealed, and the word of it was lost */
		for (uint64_t uid = after + 1; uid <= MESSAGES; uid++)
			mail_bring("message", uid, str_of(mail_text(uid)));
		if (life < LIVES)
			poll(NULL, 0, (int)randombytes_uniform(12));
		else
			hear_acks(&acknowledged, MESSAGES);
		house_kill(&house.keeper, &house.parent_of_keeper);
		hear_acks(&acknowledged, MESSAGES);
	}
	check_end(MESSAGES);
}

/* ---- at each system call ---- */

/* strace(1) kills the keeper as it enters its call number `when` of that name. */
static pid_t
lie_in_wait(const char *call, int when)
{
	char trace[40], inject[80], pid[24], said[256];
	int out[2];
	pid_t strace;

	snprintf(trace, sizeof trace, "trace=%s", call);
	snprintf(inject, sizeof inject, "inject=%s:signal=SIGKILL:when=%d", call, when);
	snprintf(pid, sizeof pid, "%d", (int)house.keeper);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	strace = fork();
	if (strace == 0) {
		dup2(out[1], STDERR_FILENO);
		execlp("strace", "strace", "-o", "/dev/null", "-e", trace, "-e", inject, "-p", pid,
		    (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	if (read(out[0], said, sizeof said) <= 0) /* "attached" */
		fail_msg("strace did not attach");
	close(out[0]);
	return strace;
}

/* One life: 1 when the keeper was killed at that call, 0 when it never came to it. */
static int
live(const char *call, int when, uint64_t *acknowledged)
{
	static const char open[] =
	    "open mailbox=filing uidvalidity=7 uidnext=9 exists=9 tls=TLSv1.3 certificate="
	    "0000000000000000000000000000000000000000000000000000000000000000";
	uint64_t after, to = *acknowledged + A_LIFE;
	struct pollfd p;
	struct msg m;
	pid_t strace;
	int status;

	house_start_keeper();
	strace = lie_in_wait(call, when);
	renew_signer();
	house_introduce(&house.fetcher, "fetcher", "filing");
	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL, "%s", open);
	if (channel_recv(&house.fetcher, &m, NULL) == 1) {
		after = peer_number(&m, "after");
		assert_true(after >= *acknowledged);
		*acknowledged = after;
		for (uint64_t uid = after + 1; uid <= to; uid++)
			mail_bring("message", uid, str_of(mail_text(uid)));
		hear_acks(acknowledged, to);
	}
	p = (struct pollfd){ .fd = house.fetcher.fd };
	status = poll(&p, 1, SIGN_MS);
	house_kill(&house.keeper, &house.parent_of_keeper);
	waitpid(strace, NULL, 0);
	return status > 0;
}

static void
test_each_call(void **unused)
{
	static const char *const calls[] = { "fdatasync", "fsync", "pwrite64", "renameat",
		"sendmsg", "openat", "ftruncate", "mkdirat", "unlinkat" };
	bool full = getenv("MAILSEAL_FULL") != NULL;
	uint64_t acknowledged = 0;
	int killed = 0;

	(void)unused;
	if (access("/usr/bin/strace", X_OK) == -1)
		skip();
	for (size_t i = 0; i < TEST_ROWS(calls); i++) {
		int survived = 0;

		for (int when = 1;
		     survived < SURVIVED_ENOUGH && when <= (full ? WHEN_MAX : WHEN_USUAL); when++) {
			int died = live(calls[i], when, &acknowledged);

			killed += died;
			survived += !died;
		}
	}
	printf("# killed at %d calls, %llu messages\n", killed, (unsigned long long)acknowledged);
	assert_true(killed > 0);
	check_end(acknowledged);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_random, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_each_call, house_build, house_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
