/* SPDX-License-Identifier: ISC */
#include "daemon/keeper_house.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config.h"
#include "keys/signed.h"
#include "seal/examination.h"
#include "store/evidence.h"

/* ---- the checker ---- */

/* Says what there is to say of a message that nobody understands. */
static void
report(uint64_t job, uint64_t size, const char *complete)
{
	struct buf lines = BUF_MAX(LIMIT_EXAMINATION_LINES);

	examination_unexaminable(&lines, size);
	if (strcmp(complete, "no") == 0) {
		/* The last line is "complete yes". */
		lines.n -= strlen("yes\n");
		buf_add(&lines, STR("no\n"));
	}
	channel_send(house.checker.fd, buf_str(&lines), -1, -1, NULL, "lines job=%llu",
	    (unsigned long long)job);
	channel_send(house.checker.fd, STR(""), -1, -1, NULL, "done job=%llu complete=%s",
	    (unsigned long long)job, complete);
	buf_free(&lines);
}

/* Takes a job: its number, and how long the message is. */
static uint64_t
take_job(uint64_t *size)
{
	struct stat st;
	struct msg m;

	peer_want(&house.checker, "job", &m);
	assert_int_equal(peer_number(&m, "received"), 1700000000);
	assert_int_equal(fstat(m.fd[0], &st), 0);
	*size = (uint64_t)st.st_size;
	msg_close_fds(&m);
	return peer_number(&m, "job");
}

/* ---- scenes ---- */

/* Sealed, signed, published; and what is filed is what came. */
static void
test_seal(void **unused)
{
	(void)unused;
	house_start_keeper();
	house_start_signer();
	assert_int_equal(mail_open(7), 0);
	for (uint64_t uid = 1; uid <= 3; uid++)
		mail_seal(uid);
	mail_seal(2);
	filed_wait_checkpoint(3);
	filed_check(3);
	assert_int_equal(mail_open(8), 0);
	assert_int_equal(mail_open(7), 3);
	assert_int_equal(house_stop(&house.keeper, &house.parent_of_keeper), 0);
}

/* The same bytes again, under another UID: a record of its own, which names the first. */
static void
test_copy(void **unused)
{
	static const char *const want[] = { NULL, NULL, "\ncopy 0\n", "\ncopy 0\n" };
	struct store_record r;
	struct err e = { 0 };
	struct store *s;
	struct msg m;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	for (uint64_t uid = 1; uid <= TEST_ROWS(want); uid++) {
		mail_bring("message", uid, str_of(mail_text(uid == 2 ? 2 : 1)));
		peer_want(&house.fetcher, "sealed", &m);
	}
	s = filed_look();
	for (uint64_t seq = 0; seq < TEST_ROWS(want); seq++) {
		assert_int_equal(store_get(s, seq, &r, &e), 1);
		if (want[seq] == NULL)
			assert_int_equal(str_find(r.bytes, STR("\ncopy ")), -1);
		else
			assert_true(str_ends(r.bytes, str_of(want[seq])));
	}
	store_close(s);
}

/* Questions go out once, answers come back in order, and the examination is a record. */
static void
test_examine(void **unused)
{
	struct err e = { 0 };
	struct buf packet = BUF_MAX(100);
	struct msg m;
	uint64_t job, size;
	struct store *s;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	house_introduce(&house.asker, "asker", "-");
	house_introduce(&house.checker, "checker", "0");
	job = take_job(&size);
	assert_int_equal(size, strlen(mail_text(1)));
	channel_send(house.checker.fd, STR("16 a.example\n16 b.example\n16 a.example\n"), -1, -1,
	    NULL, "needs job=%llu", (unsigned long long)job);
	peer_want(&house.asker, "ask", &m);
	test_str("name", m.payload, "a.example");
	channel_send(house.asker.fd, STR("packet"), -1, -1, NULL,
	    "answer id=%llu outcome=answered security=secure",
	    (unsigned long long)peer_number(&m, "id"));
	peer_want(&house.asker, "ask", &m);
	test_str("name", m.payload, "b.example");
	channel_send(house.asker.fd, STR(""), -1, -1, NULL,
	    "answer id=%llu outcome=failed security=insecure",
	    (unsigned long long)peer_number(&m, "id"));
	peer_want(&house.checker, "answer", &m);
	test_str("payload", m.payload, "a.examplepacket");
	assert_int_equal(peer_number(&m, "name"), 9);
	peer_want(&house.checker, "answer", &m);
	test_str("outcome", msg_arg(&m, "outcome"), "failed");
	peer_want(&house.checker, "answered", &m);
	report(job, size, "yes");
	filed_wait("examination", 1);
	s = filed_look();
	assert_int_equal(evidence_get(store_db(s), sha256(STR("packet")), &packet, &e), 1);
	buf_free(&packet);
	store_close(s);
	assert_int_equal(house_stop(&house.keeper, &house.parent_of_keeper), 0);
}

/* An incomplete examination is done again; a keeper that was restarted, and has no work key, asks
 * for the bytes again, and takes no other ones. */
static void
test_again(void **unused)
{
	uint64_t job, size;
	struct msg m;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	mail_seal(2);
	mail_seal(3);
	house_introduce(&house.asker, "asker", "-");
	house_introduce(&house.checker, "checker", "0");
	job = take_job(&size);
	report(job, size, "no");
	filed_wait("examination", 1);
	house_kill(&house.keeper, &house.parent_of_keeper);
	house_lose_workkeys();

	house_start_keeper();
	house_introduce(&house.asker, "asker", "-");
	house_introduce(&house.checker, "checker", "0");
	assert_int_equal(mail_open(7), 3);
	peer_want(&house.fetcher, "again", &m);
	assert_int_equal(peer_number(&m, "uid"), 2);
	mail_bring("message-again", 2, str_of(mail_text(2)));
	job = take_job(&size);
	report(job, size, "yes");
	peer_want(&house.fetcher, "again", &m);
	assert_int_equal(peer_number(&m, "uid"), 3);
	mail_bring("message-again", 3, STR("other bytes"));
	peer_want(&house.fetcher, "again", &m);
	assert_int_equal(peer_number(&m, "uid"), 1);
	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL, "gone uid=1");
	filed_wait("examination", 2);
	mail_seal(4);
	take_job(&size);
	assert_int_equal(size, strlen(mail_text(4)));
	assert_int_equal(house_stop(&house.keeper, &house.parent_of_keeper), 0);
}

/* A message that kills its checker three times is unexaminable, and is not given to a fourth. */
static void
test_deadly(void **unused)
{
	struct store_query q = { .kind = "examination" };
	struct store_record r;
	struct err e = { 0 };
	struct store *s;
	uint64_t size;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	house_introduce(&house.asker, "asker", "-");
	house_introduce(&house.checker, "checker", "0");
	channel_send(house.checker.fd, STR(""), -1, -1, NULL, "leave job=%llu",
	    (unsigned long long)take_job(&size));
	take_job(&size);
	for (int i = 0; i < 2; i++) {
		house_introduce(&house.checker, "checker", "0");
		take_job(&size);
	}
	house_introduce(&house.checker, "checker", "0");
	filed_wait("examination", 1);
	s = filed_look();
	assert_int_equal(store_next(s, &q, &r, &e), 1);
	assert_int_not_equal(str_find(r.bytes, STR("unexaminable")), -1);
	store_close(s);
	mail_seal(2);
	take_job(&size);
	assert_int_equal(size, strlen(mail_text(2)));
}

/* What is not in protocol.h ends the connection and nothing else. */
static void
test_nonsense(void **unused)
{
	static const struct {
		const char *what, *head;
		bool with_fd;
	} rows[] = {
		{ "unknown verb", "erase uid=1", false },
		{ "no descriptor", "message uid=9 internaldate=1 rfc822-size=1", false },
		{ "not sealed", "message uid=9 internaldate=1 rfc822-size=1", true },
		{ "UID too large", "message uid=4294967296 internaldate=1 rfc822-size=1", false },
		{ "gone of nothing", "gone uid=1", false },
		{ "again of nothing", "message-again uid=1", true },
	};
	int fd = memfd_create("not sealed", MFD_CLOEXEC);
	struct err e = { 0 };
	struct msg m;

	(void)unused;
	house_start_keeper();
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		mail_open(7);
		channel_send(house.fetcher.fd, STR(""), rows[i].with_fd ? fd : -1, -1, NULL, "%s",
		    rows[i].head);
		if (channel_recv(&house.fetcher, &m, &e) != 0)
			fail_msg("%s: the keeper goes on listening", rows[i].what);
	}
	close(fd);
	mail_open(7);
	mail_seal(1);
	filed_check(1);
}

/* It was written down, for `mailseal status`. */
static void
want_trouble(const char *code)
{
	struct store *s = filed_look();
	struct trouble t = { 0 };
	struct err e = { 0 };
	int rc;

	while ((rc = trouble_next(store_db(s), INT64_MAX, &t, &e)) == 1)
		if (strcmp(t.code->code, code) == 0)
			break;
	assert_int_equal(rc, 1);
	store_close(s);
}

/* An older state under a signer that signed more: never signed, a person is called. */
static void
test_rollback(void **unused)
{
	int directory = house_open("signer");
	struct tlog_head more = { 5, { { 1 } } };
	struct err e = { 0 };

	(void)unused;
	house_must(signed_save(directory, more, &e), &e);
	close(directory);
	house_start_keeper();
	house_start_signer();
	assert_int_equal(house_wait(house.keeper), 78);
	channel_close(&house.parent_of_keeper);
	house.keeper = 0;
	want_trouble("signer-refused");
}

static void
test_status(void **unused)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct channel c;
	struct msg m;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	snprintf(to.sun_path, sizeof to.sun_path, "%s/control", house.state);
	channel_open(&c, socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
	assert_int_equal(connect(c.fd, (struct sockaddr *)&to, sizeof to), 0);
	channel_send(c.fd, STR(""), -1, -1, NULL, "status form=json");
	peer_want(&c, "status", &m);
	assert_int_not_equal(str_find(m.payload, STR("\"last_uid\":1")), -1);
	assert_int_not_equal(str_find(m.payload, STR("\"pending\":1")), -1);
	channel_close(&c);
}

/* Kilobytes; 0 when the kernel does not say. */
static unsigned long
peak_memory(pid_t pid)
{
	unsigned long kb = 0;
	char line[256];
	FILE *f;

	snprintf(line, sizeof line, "/proc/%d/status", (int)pid);
	f = fopen(line, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "VmHWM: %lu kB", &kb) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kb;
}

/* Memory does not grow with the message. */
static void
test_large(void **unused)
{
	struct buf large = BUF_MAX(25 << 20);
	struct msg m;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	buf_add(&large, STR("Subject: large\r\n\r\n"));
	randombytes_buf(buf_room(&large, large.max - large.n), large.max - large.n);
	mail_bring("message", 1, buf_str(&large));
	peer_want(&house.fetcher, "sealed", &m);
	assert_int_equal(peer_number(&m, "credit"), 25 << 20);
	printf("# keeper: %lu kB\n", peak_memory(house.keeper));
#ifndef MAILSEAL_SANITIZE
	assert_true(peak_memory(house.keeper) <= 32 << 10);
#endif
	buf_free(&large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_seal, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_copy, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_examine, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_again, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_deadly, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_nonsense, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_rollback, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_status, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_large, house_build, house_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
