/* SPDX-License-Identifier: ISC */
#include "store/trouble.h"

#include "store/test_db.h"

static struct trouble
some(const char *code, const char *subject, int64_t since_ms)
{
	struct trouble t = { .code = trouble_code(str_of(code)), .since_ms = since_ms };

	assert_non_null(t.code);
	snprintf(t.subject, sizeof t.subject, "%s", subject);
	snprintf(t.text, sizeof t.text, "it is so");
	snprintf(t.mend, sizeof t.mend, "mailseal doctor");
	return t;
}

/* What is there is found in order with all its parts; what is over when it is asked for. */
static void
test_kept(void **state)
{
	struct db *d = db;
	struct err e = { 0 };
	struct trouble a = some("login-refused", "filing", 10), b = some("disk-low", "", 20), t;

	(void)state;
	assert_int_equal(trouble_put(d, &a, &e), 0);
	assert_int_equal(trouble_put(d, &b, &e), 0);
	a.cleared_ms = 30;
	a.told = 1;
	assert_int_equal(trouble_put(d, &a, &e), 0);

	t = (struct trouble){ 0 };
	assert_int_equal(trouble_next(d, INT64_MAX, &t, &e), 1);
	test_str("code", str_of(t.code->code), "disk-low");
	test_str("subject", str_of(t.subject), "");
	test_str("text", str_of(t.text), "it is so");
	test_str("mend", str_of(t.mend), "mailseal doctor");
	assert_int_equal(t.since_ms, 20);
	assert_int_equal(t.cleared_ms, 0);
	assert_int_equal(trouble_next(d, INT64_MAX, &t, &e), 0);

	t = (struct trouble){ 0 };
	assert_int_equal(trouble_next(d, 29, &t, &e), 1);
	test_str("subject", str_of(t.subject), "filing");
	assert_int_equal(t.cleared_ms, 30);
	assert_int_equal(t.told, 1);

	assert_int_equal(trouble_forget(d, 31, &e), 0);
	t = (struct trouble){ 0 };
	assert_int_equal(trouble_next(d, 0, &t, &e), 1);
	test_str("code", str_of(t.code->code), "disk-low");
}

/* The same trouble is there once; when it is over it may come again. */
static void
test_once(void **state)
{
	struct db *d = db;
	struct err e = { 0 };
	struct trouble a = some("clock", "", 10), b = some("clock", "", 20);

	(void)state;
	assert_int_equal(trouble_put(d, &a, &e), 0);
	assert_int_equal(trouble_put(d, &b, &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	a.cleared_ms = 15;
	assert_int_equal(trouble_put(d, &a, &e), 0);
	assert_int_equal(trouble_put(d, &b, &e), 0);
}

static void
test_marks(void **state)
{
	struct db *d = db;
	struct err e = { 0 };
	int64_t at = 7;

	(void)state;
	assert_int_equal(mark_get(d, MARK_COPIED, &at, &e), 0);
	assert_int_equal(at, 0);
	assert_int_equal(mark_set(d, MARK_COPIED, 5, &e), 0);
	assert_int_equal(mark_set(d, MARK_COPIED, 6, &e), 0);
	assert_int_equal(mark_get(d, MARK_COPIED, &at, &e), 0);
	assert_int_equal(at, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kept, test_db_open, test_db_close),
		cmocka_unit_test_setup_teardown(test_once, test_db_open, test_db_close),
		cmocka_unit_test_setup_teardown(test_marks, test_db_open, test_db_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
