/* SPDX-License-Identifier: ISC */
#include "cli/dns_worker.h"

#include <signal.h>
#include <unistd.h>

#include "base/test.h"

/* The word says what the worker does. */
static int
run(void *word, int asker, struct buf *told, struct err *e)
{
	struct str what = str_of(word);

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
	return 0;
}

static const struct {
	const char *what, *error; /* NULL: none */
} rows[] = {
	{ "tells", NULL },
	{ "says nothing", "the process that reads the answers died of them" },
	{ "dies", "the process that reads the answers died of them" },
	{ "exits well", "the process that reads the answers died of them" },
	{ "fails", "in these words" },
	{ "too much", "result: more than 4194304 bytes" },
};

static void
what_it_tells(void **state)
{
	const struct dns_source nobody = { .ask = NULL };

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		const struct dns_task task = { run, (void *)(uintptr_t)rows[i].what };
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
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_tells),
	};

	return cmocka_run_group_tests_name("cli/dns_worker", tests, NULL, NULL);
}
