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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(refused),
		cmocka_unit_test(last_words),
	};

	return cmocka_run_group_tests_name("proc/channel", tests, NULL, NULL);
}
