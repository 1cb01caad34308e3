/* SPDX-License-Identifier: ISC */
#include "daemon/family.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

/* The table is mailseald's; nothing of it is called here. */
const struct role_row role_rows[ROLES] = {
	[ROLE_KEEPER] = { .name = "keeper" },
	[ROLE_FETCHER] = { .name = "fetcher" },
};

/* A fetcher that is there, and hangs. */
static struct member
hanging(int64_t alive_by_ms)
{
	struct member m = { .role = ROLE_FETCHER, .name = "a", .alive_by_ms = alive_by_ms };

	m.pid = fork();
	if (m.pid == 0) {
		pause();
		_exit(0);
	}
	assert_true(m.pid > 0);
	return m;
}

static int
end_of(struct member *m)
{
	int status;

	assert_int_equal(waitpid(m->pid, &status, 0), m->pid);
	m->pid = 0;
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
word_is_kept(void **state)
{
	static struct family f;

	(void)state;
	f = (struct family){ .n = 2 };
	f.member[0] = (struct member){ .role = ROLE_KEEPER, .pid = 1 }; /* gives no word */
	f.member[1] = hanging(1000);
	assert_true(family_keeps_word(&f, 999));
	family_alive(&f.member[1], 7, 999);
	assert_true(family_keeps_word(&f, 7998));
	kill(f.member[1].pid, SIGTERM);
	assert_int_equal(end_of(&f.member[1]), SIGTERM);
	/* It died by itself: that is no hanging. */
	assert_true(family_keeps_word(&f, 100000));
}

/* Killed once; not believed again before it speaks. */
static void
word_is_broken(void **state)
{
	static struct family f;

	(void)state;
	f = (struct family){ .n = 1 };
	f.member[0] = hanging(1000);
	assert_false(family_keeps_word(&f, 1000));
	assert_int_equal(end_of(&f.member[0]), SIGKILL);
	assert_false(family_keeps_word(&f, 1001));
	f.member[0].pid = hanging(0).pid; /* started anew, and hangs again */
	assert_false(family_keeps_word(&f, 1002));
	family_alive(&f.member[0], 1, 1003);
	assert_true(family_keeps_word(&f, 1004));
	kill(f.member[0].pid, SIGTERM); /* it was not killed a second time */
	assert_int_equal(end_of(&f.member[0]), SIGTERM);
}

static void
who_stops_gives_no_word(void **state)
{
	static struct family f;

	(void)state;
	f = (struct family){ .n = 1 };
	f.member[0] = (struct member){ .role = ROLE_FETCHER, .stopping = true };
	assert_true(family_keeps_word(&f, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(word_is_kept),
		cmocka_unit_test(word_is_broken),
		cmocka_unit_test(who_stops_gives_no_word),
	};

	return cmocka_run_group_tests_name("daemon/family", tests, NULL, NULL);
}
