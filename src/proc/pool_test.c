/* SPDX-License-Identifier: ISC */
#include "proc/pool.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/test.h"

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
	assert_in_range(started, 4 * 3, 4 * 3 + 10); /* one at first, one after each that died */
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

/* A second reader of one descriptor starts where the first stood: an idle worker that was killed
 * costs no task. */
static void
no_task_is_lost(void **state)
{
	unsigned started = 0;
	const struct pool_work work = { &sandbox, run, side, &started };
	struct pool *p = pool_new(&work, 1);

	(void)state;
	give(p, "die 1");
	for (int i = 0; i < 5; i++)
		give(p, "after");
	want(p, "die 1", POOL_DIED);
	for (int i = 0; i < 5; i++)
		want(p, "after", POOL_DONE);
	pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(bounded),
		cmocka_unit_test(no_task_is_lost),
	};

	return cmocka_run_group_tests_name("proc/pool", tests, NULL, NULL);
}
