/* SPDX-License-Identifier: ISC */
#include "proc/pool.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/test.h"
#include "proc/channel.h"

static const struct sandbox sandbox = { .role = "test" };

/* The name says what becomes of the task; the result is the name and what the descriptor holds. */
static int
run(void *ctx, int side, int fd, struct str name, uint64_t size, struct buf *out, struct err *e)
{
	char bytes[64];
	ssize_t n = read(fd, bytes, sizeof bytes);

	(void)ctx;
	if (str_starts(name, STR("die")))
		raise(SIGKILL);
	if (str_starts(name, STR("fail")))
		return err_set(e, ERR_SYNTAX, "as asked");
	if (str_starts(name, STR("slow")))
		usleep(50000);
	if (str_starts(name, STR("large")))
		buf_room(out, 300000);
	if (str_starts(name, STR("over")))
		buf_room(out, LIMIT_POOL_RESULT + 1);
	buf_printf(out, "%.*s:%.*s:%d:%d", STR_FMT(name), (int)n, bytes, (int)size, side != -1);
	return 0;
}

static int
side(void *ctx, struct err *e)
{
	unsigned *started = ctx;

	(void)e;
	++*started;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* A task that may be read once. */
static void
give(struct pool *p, const char *name)
{
	int fd = memfd_create("task", MFD_CLOEXEC);

	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	pool_give(p, fd, name, 1);
}

static void
want(struct pool *p, const char *name, enum pool_outcome outcome)
{
	struct pool_result r;
	char text[64];

	assert_int_equal(pool_take(p, &r, NULL), 1);
	assert_string_equal(r.name, name);
	if (r.outcome != outcome)
		fail_msg("%s: outcome %d, signal %d", name, r.outcome, r.signal);
	snprintf(text, sizeof text, "%s:x:1:1", name);
	if (outcome == POOL_DONE && !str_ends(r.out, str_of(text)))
		fail_msg("%s: got %.*s", name, STR_FMT(r.out));
	if (outcome == POOL_DIED)
		assert_int_equal(r.signal, SIGKILL);
}

static const struct {
	const char *name;
	enum pool_outcome outcome;
} rows[] = {
	{ "slow 1", POOL_DONE },
	{ "2", POOL_DONE },
	{ "large 3", POOL_DONE },
	{ "die 4", POOL_DIED },
	{ "5", POOL_DONE },
	{ "fail 6", POOL_FAILED },
	{ "slow 7", POOL_DONE },
	{ "over 8", POOL_FAILED },
	{ "die 9", POOL_DIED },
	{ "die 10", POOL_DIED },
	{ "11", POOL_DONE },
	{ "fail 12", POOL_FAILED },
	{ "13", POOL_DONE },
	{ "14", POOL_DONE },
	{ "15", POOL_DONE },
	{ "16", POOL_DONE },
	{ "large 17", POOL_DONE },
	{ "die 18", POOL_DIED }, /* of the second batch */
	{ "19", POOL_DONE },
};

static void
in_order(void **state)
{
	unsigned started = 0;
	const struct pool_work work = { &sandbox, run, side, &started };

	(void)state;
	for (unsigned workers = 1; workers <= 4; workers++) {
		struct pool *p = pool_new(&work, workers);
		struct pool_result r;

		for (size_t i = 0; i < TEST_ROWS(rows); i++)
			give(p, rows[i].name);
		for (size_t i = 0; i < TEST_ROWS(rows); i++)
			want(p, rows[i].name, rows[i].outcome);
		assert_int_equal(pool_take(p, &r, NULL), 0);
		pool_free(p);
	}
	/* One at first, one after each that died, once of several tasks and once alone. */
	assert_in_range(started, 4 * 4, 4 * (4 + 4) + 10);
}

static void
bounded(void **state)
{
	unsigned started = 0;
	const struct pool_work work = { &sandbox, run, side, &started };
	struct pool *p = pool_new(&work, 2);
	struct err why = { ERR_SYSTEM, "no such file" };
	unsigned n = 0;

	(void)state;
	while (pool_has_room(p)) {
		pool_give_failed(p, "gone", &why);
		assert_in_range(++n, 1, LIMIT_POOL_TASKS);
	}
	want(p, "gone", POOL_FAILED);
	assert_true(pool_has_room(p));
	pool_free(p);
	assert_int_equal(started, 0);
}

/* Those of its packet are read again from their beginning, and those of the next are no worse off. */
static void
no_task_is_lost(void **state)
{
	unsigned started = 0;
	const struct pool_work work = { &sandbox, run, side, &started };
	struct pool *p = pool_new(&work, 1);
	static const char *const name[] = { "before", "before", "die", "after", "die", "after" };

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(name); i++)
		give(p, name[i]);
	for (int i = 0; i < 3 * CHANNEL_FDS; i++)
		give(p, "later");
	for (size_t i = 0; i < TEST_ROWS(name); i++)
		want(p, name[i], str_eq(str_of(name[i]), STR("die")) ? POOL_DIED : POOL_DONE);
	for (int i = 0; i < 3 * CHANNEL_FDS; i++)
		want(p, "later", POOL_DONE);
	pool_free(p);
	assert_int_equal(started, 4);
}

/* What cannot be read twice has a worker of its own, so it is never read twice. */
static void
pipes(void **state)
{
	unsigned started = 0;
	const struct pool_work work = { &sandbox, run, side, &started };
	struct pool *p = pool_new(&work, 1);
	struct pool_result r;
	int fd[2];

	(void)state;
	give(p, "before");
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	assert_int_equal(write(fd[1], "x", 1), 1);
	close(fd[1]);
	pool_give(p, fd[0], "pipe", POOL_SHARED + 1);
	give(p, "die");
	want(p, "before", POOL_DONE);
	assert_int_equal(pool_take(p, &r, NULL), 1);
	assert_true(str_starts(r.out, STR("pipe:x:")));
	want(p, "die", POOL_DIED);
	pool_free(p);
	assert_int_equal(started, 1);
}

/* ---- a worker that was taken over ---- */

/* The third task of three says so instead of its result; what a lie wins is at most its own. */
static const struct {
	const char *what, *packet;
	enum pool_outcome outcome;
} lies[] = {
	{ "the number of nobody", "results\ndone number=99 bytes=1\nx", POOL_DIED },
	{ "the number of the next", "results\ndone number=3 bytes=1\nx", POOL_DIED },
	{ "the number of one before", "results\ndone number=0 bytes=1\nx", POOL_DIED },
	{ "no number", "results\ndone bytes=1\nx", POOL_DIED },
	{ "cut short", "results\ndone number=2 bytes=9\nx", POOL_DIED },
	{ "without a length", "results\ndone number=2\nx", POOL_DIED },
	{ "not a line", "results\nx", POOL_DIED },
	{ "another verb", "results\nbegun number=2 bytes=1\nx", POOL_DIED },
	{ "another packet", "tasks\ndone number=2 bytes=1\nx", POOL_DIED },
	{ "half of it and a lie", "results\npart number=2 bytes=1\nxdone number=3 bytes=1\nx",
	    POOL_DIED },
	{ "twice", "results\ndone number=2 bytes=1\nxdone number=2 bytes=1\ny", POOL_DONE },
	{ "too many", "results\ndone number=2 bytes=1\nxdone number=6 bytes=1\ny", POOL_DONE },
};

/* With descriptors that nobody asked for. */
static int
lie(void *ctx, int side, int fd, struct str name, uint64_t size, struct buf *out, struct err *e)
{
	const char *const *packet = ctx;
	int fds[CHANNEL_FDS];
	char control[CMSG_SPACE(sizeof fds)] = { 0 };
	struct iovec part = { (void *)(uintptr_t)*packet, strlen(*packet) };
	struct msghdr h = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control };
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);

	if (!str_eq(name, STR("lie"))) {
		usleep(10000); /* so that nothing else stands in the way of the lie */
		return run(ctx, side, fd, name, size, out, e);
	}
	for (size_t i = 0; i < CHANNEL_FDS; i++)
		fds[i] = STDERR_FILENO;
	*c = (struct cmsghdr){ CMSG_LEN(sizeof fds), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(c), fds, sizeof fds);
	sendmsg(3, &h, 0);
	usleep(3000000); /* long enough to be found out */
	return 0;
}

static size_t
descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
lies_are_not_believed(void **state)
{
	const char *packet;
	const struct pool_work work = { &sandbox, lie, NULL, &packet };
	size_t open_before = descriptors();

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(lies); i++) {
		struct pool *p = pool_new(&work, 1);
		struct pool_result r;

		packet = lies[i].packet;
		for (int k = 0; k < 5; k++)
			give(p, k == 2 ? "lie" : "true");
		for (int k = 0; k < 5; k++) {
			assert_int_equal(pool_take(p, &r, NULL), 1);
			if (k == 2 && (r.outcome != lies[i].outcome || r.out.n > 1))
				fail_msg("%s: outcome %d", lies[i].what, r.outcome);
			if (k != 2 && !str_eq(r.out, STR("true:x:1:0")))
				fail_msg("%s: got %.*s", lies[i].what, STR_FMT(r.out));
		}
		pool_free(p);
	}
	assert_int_equal(descriptors(), open_before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(bounded),
		cmocka_unit_test(no_task_is_lost),
		cmocka_unit_test(pipes),
		cmocka_unit_test(lies_are_not_believed),
	};

	return cmocka_run_group_tests_name("proc/pool", tests, NULL, NULL);
}
