/* SPDX-License-Identifier: ISC */
/* The window in which the host can read a message again: what it is good for, and that it closes. */
#include "daemon/keeper_house.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "auth/finding.h"
#include "seal/examination.h"

/* ---- the checker, and the day's file ---- */

/* The lines of an examination for which a policy is missing, or a key as well. */
static void
write_incomplete(struct buf *lines, uint64_t size, const char *missing)
{
	const struct segment whole = { 0, size, "rest" };
	const struct sig_result dkim = {
		.algorithm = STR("-"), .result = RESULT_TEMPERROR, .code = "key-unavailable"
	};
	const struct examination x = {
		.size = size,
		.dkim = &dkim,
		.n_dkim = strcmp(missing, "key") == 0,
		.arc = result_unexaminable,
		.segments = &whole,
		.n_segments = 1,
	};

	examination_write(lines, &x);
}

/* Takes a job, which must be that UID's message; then says what it found: "yes", all; or what is
 * missing. */
static void
examine(uint64_t uid, const char *complete)
{
	struct buf lines = BUF_MAX(LIMIT_EXAMINATION_LINES);
	bool yes = strcmp(complete, "yes") == 0;
	const char *text = mail_text(uid);
	char bytes[256];
	ssize_t size;
	uint64_t job;
	struct msg m;

	peer_want(&house.checker, "job", &m);
	size = pread(m.fd[0], bytes, sizeof bytes, 0);
	assert_int_not_equal(size, -1);
	test_str("the message", str_bytes(bytes, (size_t)size), text);
	job = peer_number(&m, "job");
	msg_close_fds(&m);
	if (yes)
		examination_unexaminable(&lines, (uint64_t)size);
	else
		write_incomplete(&lines, (uint64_t)size, complete);
	channel_send(house.checker.fd, buf_str(&lines), -1, -1, NULL, "lines job=%llu",
	    (unsigned long long)job);
	channel_send(house.checker.fd, STR(""), -1, -1, NULL, "done job=%llu complete=%s",
	    (unsigned long long)job, yes ? "yes" : "no");
	buf_free(&lines);
}

/* How many keys are wrapped, of all days: slots of 80 bytes, the first of a file is the work key. */
static unsigned
count_wrapped(void)
{
	int dir = house_open("workkeys"), fd;
	DIR *d = fdopendir(dir);
	struct dirent *entry;
	uint8_t slot[80];
	unsigned n = 0;

	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dir, entry->d_name, O_RDONLY);
		for (off_t at = 80; pread(fd, slot, sizeof slot, at) == 80; at += 80)
			n += !sodium_is_zero(slot, sizeof slot);
		close(fd);
	}
	closedir(d);
	return n;
}

static void
meet_checker(void)
{
	house_introduce(&house.asker, "asker", "-");
	house_introduce(&house.checker, "checker", "0");
}

/* ---- scenes ---- */

/* The mailbox is never there again: the archive gives the bytes until the last examination. */
static void
test_window(void **unused)
{
	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	mail_seal(2);
	assert_int_equal(count_wrapped(), 2);
	meet_checker();
	examine(1, "key");
	filed_wait("examination", 1);
	house_kill(&house.keeper, &house.parent_of_keeper);
	channel_close(&house.fetcher);

	house_start_keeper();
	meet_checker();
	examine(2, "yes");
	filed_wait("examination", 2);
	examine(1, "policy");
	filed_wait("examination", 3);
	assert_int_equal(house_stop(&house.keeper, &house.parent_of_keeper), 0);
	assert_int_equal(count_wrapped(), 1);
}

/* Complete, and nothing on the host opens it. */
static void
test_closed(void **unused)
{
	(void)unused;
	house_start_keeper();
	mail_open(7);
	for (uint64_t uid = 1; uid <= 3; uid++)
		mail_seal(uid);
	meet_checker();
	for (uint64_t uid = 1; uid <= 3; uid++)
		examine(uid, "yes");
	filed_wait("examination", 3);
	assert_int_equal(house_stop(&house.keeper, &house.parent_of_keeper), 0);
	assert_int_equal(count_wrapped(), 0);
	filed_check(3);
}

/* A key that was to be erased when the power went: the next keeper does it, before all else. */
static void
test_left_over(void **unused)
{
	uint8_t slot[80];
	char name[32] = "";
	int dir, fd;
	struct dirent *entry;
	DIR *d;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	dir = house_open("workkeys");
	d = fdopendir(dup(dir));
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			snprintf(name, sizeof name, "%.20s", entry->d_name);
	closedir(d);
	fd = openat(dir, name, O_RDWR);
	assert_int_equal(pread(fd, slot, sizeof slot, 80), 80);
	meet_checker();
	examine(1, "yes");
	filed_wait("examination", 1);
	house_stop(&house.keeper, &house.parent_of_keeper);
	assert_int_equal(count_wrapped(), 0);
	assert_int_equal(pwrite(fd, slot, sizeof slot, 80), 80);
	assert_int_equal(count_wrapped(), 1);
	house_start_keeper();
	assert_int_equal(count_wrapped(), 0);
	close(fd);
	close(dir);
}

/* As if the messages had been examined that often, and were to be again now. */
static void
set_rounds(int64_t rounds)
{
	struct err e = { 0 };
	struct store *s = store_open(house.state, house.published, STORE_WRITE, &e);

	assert_non_null(s);
	house_must(
	    db_run(store_db(s), &e, "UPDATE job SET rounds = ?, next_ms = 1", "i", rounds), &e);
	store_close(s);
}

/* Where only a policy is missing it is asked for a while; a key as long as the window is open. */
static void
test_policy(void **unused)
{
	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	for (unsigned i = 0; i < 3; i++) {
		house_kill(&house.keeper, &house.parent_of_keeper);
		set_rounds(LIMIT_POLICY_ROUNDS - 2 + i);
		house_start_keeper();
		meet_checker();
		assert_int_equal(count_wrapped(), 1);
		examine(1, i == 1 ? "key" : "policy");
		filed_wait("examination", 1 + i);
	}
	house_stop(&house.keeper, &house.parent_of_keeper);
	assert_int_equal(count_wrapped(), 0);
}

/* What cannot be read from the archive is asked of the mailbox. */
static void
test_unreadable(void **unused)
{
	struct msg m;
	int dir, fd;

	(void)unused;
	house_start_keeper();
	mail_open(7);
	mail_seal(1);
	house_kill(&house.keeper, &house.parent_of_keeper);
	dir = house_open("packs");
	fd = openat(dir, "000001.pack", O_RDWR);
	assert_int_not_equal(fd, -1);
	assert_int_equal(pwrite(fd, "x", 1, lseek(fd, 0, SEEK_END) - 1), 1);
	close(fd);
	close(dir);
	house_start_keeper();
	meet_checker();
	mail_open(7);
	peer_want(&house.fetcher, "again", &m);
	mail_bring("message-again", 1, str_of(mail_text(1)));
	examine(1, "yes");
	filed_wait("examination", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_window, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_closed, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_left_over, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_policy, house_build, house_leave),
		cmocka_unit_test_setup_teardown(test_unreadable, house_build, house_leave),
	};

	return cmocka_run_group_tests_name("daemon/keeper_window", tests, NULL, NULL);
}
