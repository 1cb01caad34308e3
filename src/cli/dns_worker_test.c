/* SPDX-License-Identifier: ISC */
#include "cli/dns_worker.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/test.h"

/* The word says what the worker does. */
static int
run(void *word, int asker, int fd, struct buf *told, struct err *e)
{
	struct str what = str_of(word);
	char byte[1];

	if (asker != -1)
		return err_set(e, ERR_SYSTEM, "there is nobody to ask");
	if (str_eq(what, STR("dies")))
		raise(SIGKILL);
	if (str_eq(what, STR("exits well")))
		_exit(0);
	if (str_eq(what, STR("fails")))
		return err_set(e, ERR_LIMIT, "in these words");
	if (str_eq(what, STR("too much")))
		buf_room(told, LIMIT_POOL_RESULT + 1);
	if (str_eq(what, STR("tells")))
		buf_printf(told, "%d", (int)getpid());
	if (str_eq(what, STR("reads")) && pread(fd, byte, 1, 0) == 1)
		buf_printf(told, "%c", byte[0]);
	return 0;
}

static const struct {
	const char *what, *error; /* NULL: none */
} rows[] = {
	{ "tells", NULL },
	{ "reads", NULL },
	{ "says nothing", "the process that reads what strangers wrote died of it" },
	{ "dies", "the process that reads what strangers wrote died of it" },
	{ "exits well", "the process that reads what strangers wrote died of it" },
	{ "fails", "in these words" },
	{ "too much", "result: more than 4194304 bytes" },
};

static void
what_it_tells(void **state)
{
	const struct dns_source nobody = { .ask = NULL };
	int fd = memfd_create("message", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(write(fd, "7", 1), 1);
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		const struct dns_task task = { run, (void *)(uintptr_t)rows[i].what, fd, 1 };
		struct buf told = BUF_MAX(LIMIT_POOL_RESULT);
		struct err e = { 0 };
		uint64_t pid = 0;
		int rc = dns_worker(&nobody, &task, &told, &e);

		if (rc != (rows[i].error == NULL ? 0 : -1))
			fail_msg("%s: %d %s", rows[i].what, rc, e.text);
		if (rc == -1)
			assert_string_equal(e.text, rows[i].error);
		else
			assert_int_equal(str_u64(buf_str(&told), INT32_MAX, &pid), 0);
		assert_int_not_equal(pid, getpid());
		buf_free(&told);
	}
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_tells),
	};

	return cmocka_run_group_tests_name("cli/dns_worker", tests, NULL, NULL);
}
