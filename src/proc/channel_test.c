/* SPDX-License-Identifier: ISC */
#include "proc/channel.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/test.h"

static void
there_and_back(void **state)
{
	uint8_t hash[32];
	struct channel c;
	uint64_t uid;
	struct msg m;
	int fd[2];

	(void)state;
	assert_int_equal(channel_pair(fd, NULL), 0);
	channel_open(&c, fd[0]);
	assert_int_equal(channel_send(fd[1], STR("a\nb\0c"), fd[1], -1, NULL,
	                     "message uid=%d hash=%064d", 42, 7),
	    0);
	assert_int_equal(channel_recv(&c, &m, NULL), 1);
	assert_true(msg_is(&m, "message"));
	assert_int_equal(msg_u64(&m, "uid", 100, &uid, NULL), 0);
	assert_int_equal(uid, 42);
	assert_int_equal(msg_u64(&m, "uid", 41, &uid, NULL), -1);
	assert_int_equal(msg_u64(&m, "ui", 100, &uid, NULL), -1);
	assert_int_equal(msg_hash(&m, "hash", hash, NULL), 0);
	assert_int_equal(hash[31], 7);
	assert_true(str_eq(m.payload, STR("a\nb\0c")));
	assert_int_not_equal(m.fd[0], -1);
	assert_int_equal(m.fd[1], -1);
	assert_true((fcntl(m.fd[0], F_GETFD) & FD_CLOEXEC) != 0);
	msg_close_fds(&m);
	close(fd[1]);
	assert_int_equal(channel_recv(&c, &m, NULL), 0);
	channel_close(&c);
}

static void
refused(void **state)
{
	static char large[LIMIT_PACKET + 1];
	struct err e = { 0 };
	struct channel c;
	struct msg m;
	int fd[2];

	(void)state;
	assert_int_equal(channel_pair(fd, NULL), 0);
	channel_open(&c, fd[0]);
	assert_int_equal(channel_send(fd[1], str_bytes(large, sizeof large), -1, -1, &e, "x"), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_true(send(fd[1], "no line", 7, 0) == 7);
	assert_int_equal(channel_recv(&c, &m, &e), -1);
	assert_true(send(fd[1], "\x1b[31m\n", 6, 0) == 6);
	assert_int_equal(channel_recv(&c, &m, &e), -1);
	assert_true(send(fd[1], large, LIMIT_PACKET + 1, 0) == LIMIT_PACKET + 1);
	assert_int_equal(channel_recv(&c, &m, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	close(fd[1]);
	channel_close(&c);
	assert_int_equal(channel_pair(fd, NULL), 0);
	close(fd[0]);
	assert_int_equal(channel_send(fd[1], STR(""), -1, -1, &e, "x"), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	close(fd[1]);
}

/* A peer that dies before it has read all we said: what it said before is heard. */
static void
last_words(void **state)
{
	struct channel c;
	struct msg m;
	int fd[2];

	(void)state;
	assert_int_equal(channel_pair(fd, NULL), 0);
	channel_open(&c, fd[0]);
	assert_int_equal(channel_send(fd[0], STR(""), -1, -1, NULL, "unread"), 0);
	assert_int_equal(channel_send(fd[1], STR(""), -1, -1, NULL, "done"), 0);
	close(fd[1]);
	assert_int_equal(channel_recv(&c, &m, NULL), 1);
	assert_true(msg_is(&m, "done"));
	assert_int_equal(channel_recv(&c, &m, NULL), 0);
	channel_close(&c);
}

/* Each row is a payload and what msg_next makes of it: "verb=payload;", and at its end "." or "!". */
static const struct {
	const char *packet, *want;
} packets[] = {
	{ "", "." },
	{ "a bytes=0\n", "a=;." },
	{ "a bytes=2\nxyb n=1 bytes=1\nz", "a=xy;b=z;." },
	{ "a bytes=2\nx\nb bytes=1\nz", "a=x\n;b=z;." },
	{ "a bytes=3\nxy", "!" },
	{ "a bytes=18446744073709551616\nxy", "!" },
	{ "a bytes=1\nxy", "a=x;!" },
	{ "a\nx", "!" },
	{ "a n=1\nx", "!" },
	{ "a bytes=1", "!" },
	{ "a\x01 bytes=1\nx", "!" },
};

static void
several(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(packets); i++) {
		struct str rest = str_of(packets[i].packet);
		struct buf got = BUF_MAX(100);
		struct msg m;
		int rc;

		while ((rc = msg_next(&rest, &m, NULL)) == 1) {
			assert_int_equal(m.fd[0], -1);
			buf_printf(&got, "%.*s=%.*s;", STR_FMT(m.verb), STR_FMT(m.payload));
		}
		buf_byte(&got, rc == 0 ? '.' : '!');
		if (!str_eq(buf_str(&got), str_of(packets[i].want)))
			fail_msg("%s: %.*s", packets[i].packet, STR_FMT(buf_str(&got)));
		buf_free(&got);
	}
}

/* As many descriptors as a packet takes, and one more. */
static void
descriptors(void **state)
{
	struct buf payload = BUF_MAX(1000);
	int fd[2], many[CHANNEL_FDS + 1];
	struct channel c;
	struct msg m, one;
	struct str rest;

	(void)state;
	assert_int_equal(channel_pair(fd, NULL), 0);
	channel_open(&c, fd[0]);
	for (size_t i = 0; i < TEST_ROWS(many); i++)
		many[i] = fd[1];
	msg_add(&payload, STR("p"), "task number=%d", 7);
	msg_add(&payload, STR(""), "task number=%d", 8);
	assert_int_equal(
	    channel_send_fds(fd[1], "tasks", buf_str(&payload), many, CHANNEL_FDS, NULL), 0);
	assert_int_equal(channel_recv(&c, &m, NULL), 1);
	assert_true(msg_is(&m, "tasks"));
	for (int i = 0; i < CHANNEL_FDS; i++)
		assert_int_not_equal(m.fd[i], -1);
	rest = m.payload;
	assert_int_equal(msg_next(&rest, &one, NULL), 1);
	assert_true(str_eq(one.payload, STR("p")));
	assert_int_equal(msg_next(&rest, &one, NULL), 1);
	assert_true(str_eq(msg_arg(&one, "number"), STR("8")));
	assert_int_equal(msg_next(&rest, &one, NULL), 0);
	msg_close_fds(&m);
	buf_free(&payload);
	close(fd[1]);
	channel_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(refused),
		cmocka_unit_test(last_words),
		cmocka_unit_test(several),
		cmocka_unit_test(descriptors),
	};

	return cmocka_run_group_tests_name("proc/channel", tests, NULL, NULL);
}
