/* SPDX-License-Identifier: ISC */
#include "store/mailbox.h"

#include "base/limits.h"
#include "store/ledger.h"
#include "store/test_db.h"

static uint64_t records;
static const struct generation seven = { STR("filing"), 7 }, eight = { STR("filing"), 8 };

static int
setup(void **state)
{
	records = 0;
	return test_db_open(state);
}

/* A message of these bytes is filed, as that UID: its seq. */
static uint64_t
file_message(struct generation g, uint64_t uid, const char *bytes)
{
	struct ledger_message m = { .seq = records++,
		.mailbox = g.mailbox,
		.uidvalidity = g.uidvalidity,
		.uid = uid,
		.dedup = sha256(str_of(bytes)) };
	struct hash unique = sha256(str_bytes(&m.seq, sizeof m.seq));
	struct err e = { 0 };

	must(db_run(db, &e,
	         "INSERT INTO record (seq, kind, bytes, sha256, salt, time_ms)"
	         " VALUES (?, 'message', x'', ?, ?, 0)",
	         "ihh", (int64_t)m.seq, &unique, &unique),
	    &e);
	must(ledger_add(db, &m, 0, &e), &e);
	return m.seq;
}

static struct ranges
set(const char *text)
{
	struct ranges r = { 0 };
	struct err e = { 0 };

	must(ranges_parse(&r, str_of(text), &e), &e);
	return r;
}

static void
test_set(const char *what, struct ranges *r, const char *want)
{
	struct buf text = BUF_MAX(1 << 16);

	ranges_put(r, &text, text.max);
	test_str(what, buf_str(&text), want);
	buf_free(&text);
	ranges_free(r);
}

static uint64_t
settled(struct generation g)
{
	struct err e = { 0 };
	uint64_t uid;

	must(mailbox_settled(db, g, &uid, &e), &e);
	return uid;
}

/* What is sealed is counted once, and kept. */
static void
counting(void **unused)
{
	struct mailbox_count c;
	struct err e = { 0 };

	(void)unused;
	assert_int_equal(mailbox_count_load(db, seven, &c, &e), -1);
	must(mailbox_open(db, seven, 1, 1, &e), &e);
	assert_int_equal(settled(seven), 0);
	file_message(seven, 1, "a");
	file_message(seven, 5, "b");
	file_message(seven, 2, "c");
	must(mailbox_count_load(db, seven, &c, &e), &e);
	must(mailbox_count_sealed(db, seven, &c, &e), &e);
	c.gone = set("3:4");
	c.uidnext = 9;
	c.counted_ms = 77;
	must(mailbox_count_save(db, seven, &c, &e), &e);
	test_set("sealed", &c.sealed, "1:2,5");
	mailbox_count_free(&c);
	assert_int_equal(settled(seven), 8);

	file_message(seven, 3, "d");
	file_message(seven, 12, "e");
	must(mailbox_count_load(db, seven, &c, &e), &e);
	assert_int_equal(c.seq, 2);
	test_set("gone", &c.gone, "3:4");
	must(mailbox_count_sealed(db, seven, &c, &e), &e);
	test_set("sealed", &c.sealed, "1:3,5,12");
	assert_int_equal(c.seq, 4);
	assert_int_equal(settled(seven), 12);
	mailbox_count_free(&c);
}

static struct ranges
due(int64_t at_ms)
{
	struct ranges r = { 0 };
	struct err e = { 0 };

	must(missing_due(db, seven, at_ms, &r, &e), &e);
	return r;
}

/* What is missing is due at once; what was tried, later and later; until it is found. */
static void
missing(void **unused)
{
	static const int64_t wait_s[] = { LIMIT_MISSING_RETRY_S };
	struct ranges some = set("2,4:6"), fewer = set("4:5,9"), many = set("1:4294967295"), now;
	struct err e = { 0 };
	int64_t at = 1000;
	uint64_t n, uid;

	(void)unused;
	must(mailbox_open(db, seven, 1, 1, &e), &e);
	must(missing_set(db, seven, &some, at, &e), &e);
	now = due(at - 1);
	test_set("not yet", &now, "");
	now = due(at);
	test_set("new", &now, "2,4:6");
	for (size_t i = 0; i < TEST_ROWS(wait_s) + 1; i++) {
		must(missing_tried(db, seven, 4, at, &e), &e);
		at += 1000 * wait_s[i < TEST_ROWS(wait_s) ? i : TEST_ROWS(wait_s) - 1];
		now = due(at - 1);
		test_set("tried", &now, "2,5:6");
		now = due(at);
		test_set("due again", &now, "2,4:6");
	}
	must(missing_tried(db, seven, 4, at, &e), &e);
	must(missing_long(db, seven, 999, &n, &uid, &e), &e);
	assert_int_equal(n, 0);
	must(missing_long(db, seven, 1000, &n, &uid, &e), &e);
	assert_int_equal(n, 1); /* the others were not tried */
	assert_int_equal(uid, 4);
	must(missing_set(db, seven, &fewer, at, &e), &e);
	now = due(at);
	test_set("what was tried stays so", &now, "5,9");
	assert_int_equal(settled(seven), 9);
	must(missing_found(db, seven, 5, &e), &e);
	now = due(at);
	test_set("found", &now, "9");
	must(db_begin(db, &e), &e);
	must(missing_set(db, seven, &many, at, &e), &e);
	must(db_commit(db, &e), &e);
	now = due(INT64_MAX);
	assert_int_equal(ranges_count(&now), LIMIT_MISSING);
	ranges_free(&now);
	ranges_free(&some);
	ranges_free(&fewer);
	ranges_free(&many);
}

/* Each message of old is found once in a new generation, also when its bytes were there twice. */
static void
same(void **unused)
{
	struct hash a = sha256(STR("a")), b = sha256(STR("b")), none = sha256(STR("none"));
	struct mailbox_count c;
	struct err e = { 0 };
	uint64_t seq;

	(void)unused;
	must(mailbox_open(db, seven, 1, 1, &e), &e);
	assert_int_equal(same_wanted(db, seven, &e), 0);
	file_message(seven, 1, "a");
	file_message(seven, 2, "a");
	file_message(seven, 3, "b");
	assert_int_equal(same_find(db, seven, &a, &seq, &e), 0);
	must(mailbox_open(db, eight, 1, 1, &e), &e);
	assert_int_equal(same_wanted(db, eight, &e), 1);
	for (uint64_t i = 0; i < 2; i++) {
		assert_int_equal(same_find(db, eight, &a, &seq, &e), 1);
		assert_int_equal(seq, i);
		must(same_add(db, eight, 11 + i, seq, &e), &e);
	}
	assert_int_equal(same_find(db, eight, &a, &seq, &e), 0);
	assert_int_equal(same_find(db, eight, &none, &seq, &e), 0);
	assert_int_equal(same_get(db, eight, 12, &seq, &e), 1);
	assert_int_equal(seq, 1);
	assert_int_equal(same_get(db, eight, 1, &seq, &e), 0);
	file_message(eight, 13, "b");
	must(mailbox_count_load(db, eight, &c, &e), &e);
	must(mailbox_count_sealed(db, eight, &c, &e), &e);
	test_set("sealed", &c.sealed, "11:13");
	mailbox_count_free(&c);
	assert_int_equal(settled(eight), 13);
	must(mailbox_open(db, seven, 1, 1, &e), &e);
	assert_int_equal(same_find(db, seven, &b, &seq, &e), 1);
	assert_int_equal(seq, 3);
}

static void
watching(void **unused)
{
	struct str filing = STR("filing");
	struct err e = { 0 };
	int64_t ms;

	(void)unused;
	must(mailbox_open(db, seven, 1, 1, &e), &e);
	must(mailbox_watched_until(db, filing, &ms, &e), &e);
	assert_int_equal(ms, 0);
	must(mailbox_watched(db, filing, 500, &e), &e);
	must(mailbox_watched_until(db, filing, &ms, &e), &e);
	assert_int_equal(ms, 500);
	must(mailbox_unwatched(db, filing, 500, 900, &e), &e);
	assert_int_equal(mailbox_is_retired(db, filing, &e), 0);
	must(mailbox_retire(db, filing, 900, &e), &e);
	assert_int_equal(mailbox_is_retired(db, filing, &e), 1);
	assert_int_equal(mailbox_is_retired(db, STR("other"), &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counting, setup, test_db_close),
		cmocka_unit_test_setup_teardown(missing, setup, test_db_close),
		cmocka_unit_test_setup_teardown(same, setup, test_db_close),
		cmocka_unit_test_setup_teardown(watching, setup, test_db_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
