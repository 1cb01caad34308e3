/* SPDX-License-Identifier: ISC */
/* A name server of the test's own, of which each name says what it shall do. */
#include "net/resolver.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/test.h"
#include "dns/packet.h"

enum {
	TIMEOUT_S = 1,
};

/* Answers a query with a TXT record, changed as the first letter of the name says. */
static void
answer(int fd, struct str query, const struct sockaddr_in *from)
{
	struct buf out = BUF_MAX(512);
	struct dns_name name;
	size_t at = 12;

	if (query.n < 12 || dns_name_unpack(query, &at, &name, NULL) == -1 || name.b[1] == 's')
		return;
	packet_begin(&out, &name, DNS_TXT, name.b[1] == 'f' ? DNS_SERVFAIL : DNS_NOERROR);
	packet_add(&out, &name, DNS_TXT, STR("\5hello"));
	memcpy(out.p, query.p, 2);
	if (name.b[1] == 'r')
		out.p[3] = (char)0x85; /* REFUSED */
	if (name.b[1] == 'g')
		out.n = 20;
	if (name.b[1] == 't')
		out.p[2] = (char)0x83; /* truncated, and there is no TCP */
	sendto(fd, out.p, out.n, 0, (const struct sockaddr *)from, sizeof *from);
	buf_free(&out);
}

static void
serve(int fd)
{
	char query[512];

	for (;;) {
		struct sockaddr_in from;
		socklen_t length = sizeof from;
		ssize_t n = recvfrom(fd, query, sizeof query, 0, (struct sockaddr *)&from, &length);

		if (n > 0)
			answer(fd, str_bytes(query, (size_t)n), &from);
	}
}

/* Forks the server; address takes "127.0.0.1@PORT". */
static pid_t
start_server(char *address, size_t size)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t length = sizeof any;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	pid_t pid;

	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &length), 0);
	snprintf(address, size, "127.0.0.1@%d", ntohs(any.sin_port));
	pid = fork();
	if (pid == 0)
		serve(fd);
	close(fd);
	return pid;
}

/* An anchor for a name of nobody's: everything else is insecure, and no other question is asked. */
static void
write_anchor(char *path)
{
	static const char anchor[] =
	    "nobody.mailtest. IN DS 12345 13 2 "
	    "0000000000000000000000000000000000000000000000000000000000000000\n";
	int fd = mkstemp(path);

	assert_int_equal(write(fd, anchor, sizeof anchor - 1), sizeof anchor - 1);
	close(fd);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const struct {
	const char *name, *want; /* letters: see answer */
} rows[] = {
	{ "Answered.mailtest", "answered.mailtest 1" },
	{ "silent.mailtest", "silent.mailtest failed" },
	{ "failing.mailtest", "failing.mailtest failed" },
	{ "refusing.mailtest", "refusing.mailtest failed" },
	{ "garbage.mailtest", "garbage.mailtest failed" },
	{ "truncated.mailtest", "truncated.mailtest failed" },
	{ "a\\.b.mailtest.", "a\\046b.mailtest 1" },
	{ "no..name", " failed" },
};

static void
check(const struct resolver_answer *a)
{
	struct buf got = BUF_MAX(512);
	struct arena *arena = arena_new(1 << 20);
	struct str *values;
	size_t n;

	buf_printf(&got, "%.*s ", STR_FMT(a->dns.name));
	if (a->dns.outcome == DNS_FAILED)
		buf_printf(&got, "failed");
	else if (packet_txt(arena, a->dns.packet, a->dns.name, &values, &n, NULL) == PACKET_FOUND)
		buf_printf(&got, "%zu", n);
	test_str(rows[a->id].name, buf_str(&got), rows[a->id].want);
	assert_int_equal(a->dns.security, DNS_INSECURE);
	arena_free(arena);
	buf_free(&got);
}

static void
test_outcomes(void **state)
{
	struct resolver *r = *state;
	struct resolver_answer a;
	int64_t began = now_ms();
	size_t left = TEST_ROWS(rows);

	for (size_t i = 0; i < TEST_ROWS(rows); i++)
		assert_int_equal(
		    resolver_ask(r, &began, i, str_of(rows[i].name), DNS_TXT, now_ms(), NULL), 0);
	while (left > 0) {
		struct pollfd wait = { resolver_fd(r), POLLIN, 0 };

		poll(&wait, 1, 100);
		for (; resolver_next(r, now_ms(), &a); left--)
			check(&a);
	}
	assert_true(now_ms() - began < TIMEOUT_S * 1000 + 500);
	assert_int_equal(resolver_deadline_ms(r), -1);
}

/* What was forgotten gives no answer, and its place is free again. */
static void
test_forget(void **state)
{
	struct resolver *r = *state;
	struct resolver_answer a;
	struct err e = { 0 };

	for (int round = 0; round < 2; round++) {
		for (uint64_t i = 0; i < RESOLVER_QUESTIONS; i++)
			assert_int_equal(
			    resolver_ask(r, &e, i, STR("silent.mailtest"), DNS_TXT, 0, &e), 0);
		assert_int_equal(
		    resolver_ask(r, &e, 0, STR("silent.mailtest"), DNS_TXT, 0, &e), -1);
		assert_int_equal(e.kind, ERR_LIMIT);
		assert_int_equal(resolver_room(r), 0);
		resolver_forget(r, &e);
		assert_int_equal(resolver_room(r), RESOLVER_QUESTIONS);
		assert_false(resolver_next(r, INT64_MAX, &a));
	}
}

static void
test_configuration(void **state)
{
	struct conf conf = { .n_resolvers = 1, .trust_anchor = (char *)(uintptr_t) "/none" };
	struct err e = { 0 };

	(void)state;
	conf.resolver[0] = (char *)(uintptr_t) "127.0.0.1";
	assert_null(resolver_new(&conf, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	conf.resolver[0] = (char *)(uintptr_t) "localhost";
	assert_null(resolver_new(&conf, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
}

static pid_t server;
static char anchor_path[] = "/tmp/mailseal-anchor-XXXXXX";

static int
setup(void **state)
{
	struct conf conf = { .n_resolvers = 1, .dns_timeout_s = TIMEOUT_S };
	char address[32];

	server = start_server(address, sizeof address);
	write_anchor(anchor_path);
	conf.resolver[0] = address;
	conf.trust_anchor = anchor_path;
	*state = resolver_new(&conf, NULL);
	unlink(anchor_path);
	return *state == NULL;
}

static int
teardown(void **state)
{
	resolver_free(*state);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_configuration),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
