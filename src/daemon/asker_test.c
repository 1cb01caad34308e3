/* SPDX-License-Identifier: ISC */
/* The asker as a process in its sandbox; the test is its parent, its peers and its name server. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/roles.h"
#include "dns/packet.h"

enum {
	ANSWER_MS = 5000,
	LARGE = 400, /* bytes of TXT in every answer: 900 of them fill a channel */
	MANY = 800,
};

struct world {
	pid_t pid;
	int dns, listener;
	struct channel parent, keeper;
	unsigned short port, closed_port;
};

/* ---- the name server: names that begin with "s" are never answered ---- */

static void
answer_query(int fd)
{
	struct buf out = BUF_MAX(1024), data = BUF_MAX(LARGE + 2);
	struct sockaddr_in from;
	socklen_t length = sizeof from;
	struct dns_name name;
	size_t at = 12;
	char query[512];
	ssize_t n = recvfrom(fd, query, sizeof query, 0, (struct sockaddr *)&from, &length);
	uint16_t type;

	if (n < 12 || dns_name_unpack(str_bytes(query, (size_t)n), &at, &name, NULL) == -1 ||
	    name.b[1] == 's')
		return;
	type = (uint16_t)(query[at] << 8 | query[at + 1]);
	packet_begin(&out, &name, type, DNS_NOERROR);
	for (size_t left = LARGE; left > 0; left -= left > 200 ? 200 : left) {
		buf_byte(&data, (char)(left > 200 ? 200 : left));
		buf_room(&data, left > 200 ? 200 : left);
	}
	if (type == DNS_TXT)
		packet_add(&out, &name, type, buf_str(&data));
	if (type == DNS_A)
		packet_add(&out, &name, type, STR("\x7f\0\0\1"));
	memcpy(out.p, query, 2);
	sendto(fd, out.p, out.n, 0, (struct sockaddr *)&from, sizeof from);
	buf_free(&data);
	buf_free(&out);
}

/* The next message of the asker on that channel, DNS questions being answered meanwhile. */
static int
receive(struct world *w, struct channel *c, struct msg *m)
{
	for (;;) {
		struct pollfd p[2] = { { c->fd, POLLIN, 0 }, { w->dns, POLLIN, 0 } };

		assert_true(poll(p, 2, ANSWER_MS) > 0);
		if (p[1].revents != 0)
			answer_query(w->dns);
		if (p[0].revents != 0)
			return channel_recv(c, m, NULL);
	}
}

/* ---- starting ---- */

static int
open_port(int type, unsigned short *port)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t length = sizeof any;
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &length), 0);
	*port = ntohs(any.sin_port);
	return fd;
}

static int
text_fd(const char *text)
{
	int fd = memfd_create("text", 0);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

/* An anchor for a name of nobody's: everything else is insecure, and no other question is asked. */
static int
write_config(unsigned short dns_port, const struct world *w, int anchor)
{
	char text[2048], path[64];
	unsigned port = w->port, closed = w->closed_port;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), anchor);
	snprintf(text, sizeof text,
	    "[dns]\nresolver = 127.0.0.1@%u\ntrust_anchor = %s\ntimeout_s = 1\n"
	    "[mailbox literal]\nhost = 127.0.0.1\nport = %u\nuser = u\npassword_file = /p\n"
	    "[mailbox named]\nhost = imap.mailtest\nport = %u\nuser = u\npassword_file = /p\n"
	    "[mailbox closed]\nhost = imap.mailtest\nport = %u\nuser = u\npassword_file = /p\n"
	    "[mailbox silent]\nhost = silent.mailtest\nport = %u\nuser = u\npassword_file = /p\n",
	    dns_port, path, port, port, closed, port);
	return text_fd(text);
}

static void
asker_process(int fd)
{
	static const struct sandbox row = { "asker", SANDBOX_CONNECT, 0, 0, 0 };
	struct child c;

	if (child_start(&c, fd, "asker", "-", &row, NULL) == -1)
		_exit(1);
	_exit(asker_main(&c));
}

/* A channel to the asker, as that peer. */
static void
introduce(struct world *w, const char *role, const char *name, struct channel *c)
{
	int fd[2];

	assert_int_equal(channel_pair(fd, NULL), 0);
	assert_int_equal(channel_send(w->parent.fd, STR(""), fd[1], -1, NULL,
	                     "peer role=%s name=%s", role, name),
	    0);
	close(fd[1]);
	channel_open(c, fd[0]);
}

static int
setup(void **state)
{
	static struct world w;
	int anchor = text_fd("nobody.mailtest. IN DS 12345 13 2 "
	                     "0000000000000000000000000000000000000000000000000000000000000000\n");
	unsigned short dns_port;
	int fd[2], closed, config;
	struct msg m;

	w.dns = open_port(SOCK_DGRAM, &dns_port);
	w.listener = open_port(SOCK_STREAM, &w.port);
	listen(w.listener, 10);
	closed = open_port(SOCK_STREAM, &w.closed_port);
	assert_int_equal(channel_pair(fd, NULL), 0);
	w.pid = fork();
	if (w.pid == 0)
		asker_process(fd[1]);
	close(fd[1]);
	close(closed);
	channel_open(&w.parent, fd[0]);
	config = write_config(dns_port, &w, anchor);
	channel_send(w.parent.fd, STR(""), config, -1, NULL, "start role=asker name=-");
	assert_int_equal(receive(&w, &w.parent, &m), 1);
	assert_true(msg_is(&m, "ready"));
	close(config);
	close(anchor);
	introduce(&w, "keeper", "-", &w.keeper);
	*state = &w;
	return 0;
}

/* ---- what it does ---- */

static const struct {
	const char *name, *outcome;
} questions[] = {
	{ "Key.mailtest", "answered" },
	{ "silent.mailtest", "failed" },
	{ "no..name", "failed" },
};

static void
answers(void **state)
{
	struct world *w = *state;
	struct msg m;

	for (size_t i = 0; i < TEST_ROWS(questions); i++) {
		uint64_t id;

		channel_send(
		    w->keeper.fd, str_of(questions[i].name), -1, -1, NULL, "ask id=%zu type=16", i);
		assert_int_equal(receive(w, &w->keeper, &m), 1);
		assert_true(msg_is(&m, "answer"));
		assert_int_equal(msg_u64(&m, "id", 100, &id, NULL), 0);
		assert_int_equal(id, i);
		test_str(questions[i].name, msg_arg(&m, "outcome"), questions[i].outcome);
		test_str(questions[i].name, msg_arg(&m, "security"), "insecure");
		assert_int_equal(m.payload.n > 0, i == 0);
	}
}

/* words: of a failure; NULL: connected. */
static const struct {
	const char *mailbox, *words;
} dials[] = {
	{ "literal", NULL },
	{ "named", NULL },
	{ "closed", "Connection refused" },
	{ "silent", "silent.mailtest: no answer from the DNS" },
};

static void
check_dial(struct world *w, struct channel *fetcher, const char *mailbox, const char *words)
{
	struct msg m;
	int fd;

	channel_send(fetcher->fd, STR(""), -1, -1, NULL, "dial mailbox=%s", mailbox);
	assert_int_equal(receive(w, fetcher, &m), 1);
	test_str(mailbox, m.verb, words == NULL ? "dialed" : "dial-failed");
	test_str(mailbox, msg_arg(&m, "mailbox"), mailbox);
	if (words != NULL) {
		assert_true(str_find(m.payload, str_of(words)) >= 0);
		return;
	}
	test_str(mailbox, msg_arg(&m, "address"), "127.0.0.1");
	fd = accept(w->listener, NULL, NULL);
	assert_int_equal(write(m.fd[0], "x", 1), 1);
	assert_int_equal(read(fd, &(char){ 0 }, 1), 1);
	close(fd);
	msg_close_fds(&m);
}

static void
dialling(void **state)
{
	struct channel fetcher;

	for (size_t i = 0; i < TEST_ROWS(dials); i++) {
		introduce(*state, "fetcher", dials[i].mailbox, &fetcher);
		check_dial(*state, &fetcher, dials[i].mailbox, dials[i].words);
		check_dial(*state, &fetcher, dials[i].mailbox, dials[i].words);
		channel_close(&fetcher);
	}
}

/* Who names another mailbox than its own is not listened to any more. */
static void
another_mailbox(void **state)
{
	struct channel fetcher;
	struct msg m;

	introduce(*state, "fetcher", "closed", &fetcher);
	channel_send(fetcher.fd, STR(""), -1, -1, NULL, "dial mailbox=literal");
	assert_int_equal(receive(*state, &fetcher, &m), 0);
	channel_close(&fetcher);
}

/* A keeper that asks and does not read has its answers later, and nobody waits for it. */
static void
busy_keeper(void **state)
{
	struct world *w = *state;
	struct channel fetcher;
	struct msg m;

	introduce(w, "fetcher", "literal", &fetcher);
	for (int i = 0; i < MANY; i++) {
		struct pollfd p = { w->dns, POLLIN, 0 };

		channel_send(
		    w->keeper.fd, STR("key.mailtest"), -1, -1, NULL, "ask id=%d type=16", i);
		while (poll(&p, 1, 0) == 1)
			answer_query(w->dns);
	}
	check_dial(w, &fetcher, "literal", NULL);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(receive(w, &w->keeper, &m), 1);
	channel_close(&fetcher);
}

/* A keeper that comes anew gets no answer to what the old one asked. */
static void
new_keeper(void **state)
{
	struct world *w = *state;
	struct msg m;

	channel_send(w->keeper.fd, STR("silent.mailtest"), -1, -1, NULL, "ask id=1 type=16");
	channel_close(&w->keeper);
	introduce(w, "keeper", "-", &w->keeper);
	channel_send(w->keeper.fd, STR("silent.mailtest"), -1, -1, NULL, "ask id=2 type=16");
	assert_int_equal(receive(w, &w->keeper, &m), 1);
	test_str("new keeper", msg_arg(&m, "id"), "2");
}

static void
stops(void **state)
{
	struct world *w = *state;
	int status;

	channel_send(w->parent.fd, STR(""), -1, -1, NULL, "stop");
	assert_int_equal(waitpid(w->pid, &status, 0), w->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(dialling),
		cmocka_unit_test(another_mailbox),
		cmocka_unit_test(busy_keeper),
		cmocka_unit_test(new_keeper),
		cmocka_unit_test(stops),
	};

	return cmocka_run_group_tests_name("daemon/asker", tests, setup, NULL);
}
