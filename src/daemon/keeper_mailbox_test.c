/* SPDX-License-Identifier: ISC */
/* The ledger as the keeper keeps it: what is there, what is sealed, what is missing. */
#include "daemon/keeper_house.h"

#include "seal/record_mailbox.h"

/* Says what there is, and waits until it is sealed: the newest `mailbox` record. */
static void
count(const char *uids, unsigned uidnext, struct buf *bytes, struct record_mailbox *m)
{
	struct store_query q = { .kind = "mailbox" };
	uint64_t n = filed_count("mailbox");
	struct store_record r;
	struct record parsed;
	struct err e = { 0 };
	struct store *s;

	channel_send(house.fetcher.fd, str_of(uids), -1, -1, NULL,
	    "held uidnext=%u exists=3 listed=3 modseq=%u more=no", uidnext, 100 * uidnext);
	filed_wait("mailbox", n + 1);
	s = filed_look();
	buf_clear(bytes);
	while (store_next(s, &q, &r, &e) == 1) {
		buf_clear(bytes);
		buf_add(bytes, r.bytes);
	}
	store_close(s);
	house_must(record_parse(buf_str(bytes), &parsed, &e), &e);
	record_mailbox_read(&parsed, m);
}

/* The keeper has heard all that was said, and has nothing else to say. */
static void
is_watched(void)
{
	struct msg m;

	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL, "begin mailbox=filing");
	peer_next(&house.fetcher, &m);
	assert_true(msg_is(&m, "watch"));
}

static void
want_missing(const char *uids)
{
	struct msg m;

	peer_want(&house.fetcher, "missing", &m);
	test_str("missing", m.payload, uids);
}

/* Holes are told apart: gone, or there and wanted; and the records are one chain. */
static void
test_holes(void **unused)
{
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	struct record_mailbox m;

	(void)unused;
	house_start_keeper();
	assert_int_equal(mail_open(7), 0);
	mail_seal(1);
	mail_seal(4);
	count("1:2,4", 6, &bytes, &m);
	assert_int_equal(m.event, MAILBOX_CONNECT);
	test_str("sealed", m.sealed.text, "1,4");
	test_str("gone", m.gone.text, "3,5");
	test_str("failed", m.failed.text, "2");
	assert_int_equal(m.previous, 1);
	assert_int_equal(m.modseq, 600);
	assert_int_equal(m.watched_until, 0);
	want_missing("2");
	mail_seal(2);
	mail_seal(5); /* which was said to be gone */
	count("1:2,5", 6, &bytes, &m);
	assert_int_equal(m.event, MAILBOX_HEARTBEAT);
	test_str("sealed", m.sealed.text, "1:2,4:5");
	test_str("gone", m.gone.text, "3");
	test_str("failed", m.failed.text, "");
	assert_int_equal(m.previous, 4);
	assert_int_equal(mail_open(7), 5);
	count("1", 2, &bytes, &m); /* UIDNEXT goes back: it does not */
	assert_int_equal(m.event, MAILBOX_CONNECT);
	assert_int_equal(m.uidnext, 6);
	assert_true(m.watched_until > 0);
	buf_free(&bytes);
}

/* What fails again and again holds up the others a few times only; it is remembered, also by the
 * next keeper, and not asked for at once. */
static void
test_failing(void **unused)
{
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	struct record_mailbox m;
	struct msg msg;

	(void)unused;
	house_start_keeper();
	assert_int_equal(mail_open(7), 0);
	for (int i = 0; i < 3; i++) {
		channel_send(house.fetcher.fd, STR(""), -1, -1, NULL, "trying uid=1");
		channel_send(house.fetcher.fd, STR(""), -1, -1, NULL, "lost");
		is_watched();
		assert_int_equal(mail_open(7), i < 2 ? 0 : 1);
	}
	want_missing(""); /* not yet */
	mail_seal(2);
	count("1:2", 3, &bytes, &m);
	test_str("failed", m.failed.text, "1");
	house_kill(&house.keeper, &house.parent_of_keeper);
	house_start_keeper();
	assert_int_equal(mail_open(7), 2);
	peer_want(&house.fetcher, "missing", &msg);
	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL, "trying uid=1");
	mail_seal(1);
	count("1:2", 3, &bytes, &m);
	test_str("failed", m.failed.text, "");
	test_str("sealed", m.sealed.text, "1:2");
	is_watched();
	buf_free(&bytes);
}

/* The same bytes under another UIDVALIDITY are sealed no second time, each once; its examination,
 * which waits, finds them under their new UID. */
static void
test_renumbered(void **unused)
{
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	struct record_mailbox m;
	struct msg msg;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	mail_bring("message", 2, str_of(mail_text(1))); /* the same twice */
	peer_want(&house.fetcher, "sealed", &msg);
	mail_seal(3);
	assert_int_equal(mail_open(8), 0);
	for (unsigned uid = 11; uid <= 13; uid++) {
		mail_bring("message", uid, str_of(mail_text(1)));
		peer_want(&house.fetcher, "sealed", &msg);
		assert_int_equal(peer_number(&msg, "uid"), uid);
	}
	assert_int_equal(filed_count("message"), 4); /* the third is one more */
	mail_bring("message", 14, str_of(mail_text(3)));
	peer_want(&house.fetcher, "sealed", &msg);
	count("11:14", 15, &bytes, &m);
	assert_int_equal(m.uidvalidity, 8);
	test_str("sealed", m.sealed.text, "11:14");
	assert_int_equal(filed_count("message"), 4);
	house_kill(&house.keeper, &house.parent_of_keeper);
	house_lose_workkeys();

	house_start_keeper();
	house_introduce(&house.asker, "asker", "-");
	house_introduce(&house.checker, "checker", "0");
	assert_int_equal(mail_open(8), 14);
	peer_want(&house.fetcher, "again", &msg);
	assert_int_equal(peer_number(&msg, "uid"), 11);
	mail_bring("message-again", 11, str_of(mail_text(1)));
	peer_want(&house.checker, "job", &msg);
	msg_close_fds(&msg);
	buf_free(&bytes);
}

/* What no honest fetcher says ends the connection. */
static void
test_nonsense(void **unused)
{
	static const struct {
		const char *what, *uids;
	} rows[] = {
		{ "held uidnext=3 exists=1 listed=1 modseq=0 more=no", "3" },
		{ "held uidnext=3 exists=1 listed=1 modseq=0 more=no", "2,1" },
		{ "held uidnext=3 exists=1 listed=1 modseq=0 more=no", "x" },
		{ "held uidnext=3 exists=1 modseq=0 more=no", "1" },
		{ "held uidnext=3 exists=1 listed=1 modseq=-1 more=no", "1" },
		{ "trying", "" },
	};
	struct err e = { 0 };
	struct msg m;

	(void)unused;
	house_start_keeper();
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		mail_open(7);
		channel_send(
		    house.fetcher.fd, str_of(rows[i].uids), -1, -1, NULL, "%s", rows[i].what);
		if (channel_recv(&house.fetcher, &m, &e) != 0)
			fail_msg("%s %s: the keeper goes on listening", rows[i].what, rows[i].uids);
	}
	assert_int_equal(filed_count("mailbox"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_holes, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_failing, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_renumbered, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_nonsense, house_build, house_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
