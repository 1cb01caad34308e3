/* SPDX-License-Identifier: ISC */
#include "store/twin.h"

#include "store/ledger.h"
#include "store/mailbox.h"
#include "store/test_db.h"

static uint64_t records;

static int
setup(void **state)
{
	records = 0;
	return test_db_open(state);
}

static void
arrive(const char *mailbox, const char *other, const char *body, int64_t at_ms)
{
	struct ledger_message m = {
		.seq = records++, .mailbox = str_of(mailbox), .uidvalidity = 7, .uid = records
	};
	struct hash unique = sha256(str_bytes(&m.seq, sizeof m.seq));
	struct twin_message t = { .seq = m.seq,
		.account = str_of(mailbox),
		.other = str_of(other),
		.body = sha256(str_of(body)),
		.arrived_ms = at_ms,
		.sealed_ms = at_ms };
	struct err e = { 0 };

	must(db_run(db, &e,
	         "INSERT INTO record (seq, kind, bytes, sha256, salt, time_ms)"
	         " VALUES (?, 'message', x'', ?, ?, 0)",
	         "ihh", (int64_t)m.seq, &unique, &unique),
	    &e);
	must(ledger_add(db, &m, 0, &e), &e);
	must(twin_add(db, &t, &e), &e);
}

/* The leaves that are alone, one after the other. */
static void
want_alone(const char *account, const char *other, int64_t before_ms, const char *want)
{
	struct buf got = BUF_MAX(200);
	struct err e = { 0 };
	int64_t seq = -1;
	int rc;

	while ((rc = twin_next_alone(db, str_of(account), str_of(other), before_ms, &seq, &e)) == 1)
		buf_printf(&got, "%lld ", (long long)seq);
	must(rc, &e);
	test_str(account, buf_str(&got), want);
	buf_free(&got);
}

static void
pairs(void **unused)
{
	struct err e = { 0 };

	(void)unused;
	must(mailbox_open(db, (struct generation){ STR("a"), 7 }, 1, 100, &e), &e);
	arrive("a", "b", "of old", 50);
	arrive("a", "b", "before b", 150); /* 1 */
	want_alone("a", "b", 9999, "");
	must(mailbox_open(db, (struct generation){ STR("b"), 7 }, 1, 200, &e), &e);
	arrive("a", "b", "one", 300); /* 2 */
	arrive("a", "b", "twice", 300);
	arrive("a", "b", "twice", 300);
	want_alone("a", "b", 9999, "2 3 4 ");
	want_alone("a", "b", 300, ""); /* not for long yet */
	arrive("b", "a", "twice", 310);
	arrive("b", "a", "one", 310);
	arrive("b", "a", "only here", 310); /* 7 */
	want_alone("a", "b", 9999, "4 ");
	want_alone("b", "a", 9999, "7 ");
	arrive("b", "a", "twice", 320);
	arrive("b", "a", "twice", 320); /* 9 */
	want_alone("a", "b", 9999, "");
	want_alone("b", "a", 9999, "7 9 ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pairs, setup, test_db_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
