/* SPDX-License-Identifier: ISC */
#include "exam/bounds.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/test.h"
#include "config.h"

static int64_t
ms(struct timeval t)
{
	return t.tv_sec * INT64_C(1000) + t.tv_usec / 1000;
}

/* Until this process has had so much CPU time. */
static void
spin(int64_t until_ms)
{
	struct rusage r;

	do
		getrusage(RUSAGE_SELF, &r);
	while (ms(r.ru_utime) + ms(r.ru_stime) < until_ms);
}

/* Who works for more than the limit on one message, here and in the kernel, is ended. */
static void
one_message(void)
{
	bounds_begin(0);
	spin(3 * LIMIT_CHECK_CPU_MS); /* the kernel's timer counts ticks, and is less exact */
}

/* Who works for longer on several messages, but on none for too long, is not. */
static void
several(void)
{
	for (int quarters = 1; quarters <= 6; quarters++) {
		bounds_begin(0);
		spin(quarters * (int64_t)LIMIT_CHECK_CPU_MS / 4);
	}
	bounds_end();
	_exit(0);
}

static void
allocate(void)
{
	char *p = malloc(LIMIT_CHECK_MEMORY);

	_exit(p == NULL ? 0 : 1);
}

static const struct {
	const char *what;
	void (*act)(void);
	int signal;
} rows[] = {
	{ "one message", one_message, SIGPROF },
	{ "several", several, 0 },
	{ "memory", allocate, 0 },
};

static void
bounds(void **state)
{
	pid_t pid[TEST_ROWS(rows)];
	int status = 0;

	(void)state;
#ifdef MAILSEAL_SANITIZE
	skip();
#endif
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		pid[i] = fork();
		if (pid[i] != 0)
			continue;
		if (sandbox_enter(&bounds_sandbox, NULL) == -1)
			_exit(100);
		rows[i].act();
		_exit(101);
	}
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		if (WIFSIGNALED(status) ? WTERMSIG(status) != rows[i].signal
		                        : rows[i].signal != 0 || WEXITSTATUS(status) != 0)
			fail_msg("%s: ended with 0x%x", rows[i].what, status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests_name("exam/bounds", tests, NULL, NULL);
}
