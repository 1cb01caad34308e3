/* SPDX-License-Identifier: ISC */
/*
 * resolver_tool: the resolver on standard input, for tests.
 *
 *	resolver_tool RESOLVER TRUST-ANCHOR TIMEOUT-S
 *
 * Each line "NAME TYPE" is a question, asked at once; an empty line waits until all that were
 * asked are answered.  Prints "NAME TYPE OUTCOME SECURITY RCODE RECORDS MILLISECONDS" for each.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dns/packet.h"
#include "net/resolver.h"

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
print(const struct resolver_answer *a)
{
	static const char *const security[] = { "insecure", "secure", "bogus" };
	struct packet p = { .rcode = 0 };
	struct dns_rr rr;
	int n = 0;

	if (a->dns.outcome == DNS_ANSWERED && packet_open(a->dns.packet, &p, NULL) == 0)
		while (packet_next(&p, &rr, NULL) == 1 && rr.section == DNS_ANSWER)
			n++;
	printf("%.*s %d %s %s %u %d %" PRId64 "\n", STR_FMT(a->dns.name), (int)a->dns.type,
	    a->dns.outcome == DNS_ANSWERED ? "answered" : "failed", security[a->dns.security],
	    p.rcode, n, clock_ms() - (int64_t)a->id);
	fflush(stdout);
}

static void
wait_for(struct resolver *r, int n)
{
	struct resolver_answer a;

	while (n > 0) {
		struct pollfd wait = { resolver_fd(r), POLLIN, 0 };
		int64_t left = resolver_deadline_ms(r) - clock_ms();

		poll(&wait, 1, left < 0 ? 0 : (int)left);
		for (; resolver_next(r, clock_ms(), &a); n--)
			print(&a);
	}
	printf("\n");
	fflush(stdout);
}

static void
answer_lines(struct resolver *r)
{
	char line[4096], *type;
	int n = 0;

	while (fgets(line, sizeof line, stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		type = strrchr(line, ' ');
		if (type == NULL) {
			wait_for(r, n);
			n = 0;
			continue;
		}
		*type++ = '\0';
		if (resolver_ask(r, NULL, (uint64_t)clock_ms(), str_of(line),
		        (enum dns_type)atoi(type), clock_ms(), NULL) == -1)
			exit(1);
		n++;
	}
	wait_for(r, n);
}

int
main(int argc, char **argv)
{
	struct conf conf = { .n_resolvers = 1 };
	struct err e = { 0 };
	struct resolver *r;

	if (argc != 4)
		return 64;
	conf.resolver[0] = argv[1];
	conf.trust_anchor = argv[2];
	conf.dns_timeout_s = (uint64_t)atoi(argv[3]);
	r = resolver_new(&conf, &e);
	if (r == NULL) {
		fprintf(stderr, "resolver_tool: %s\n", e.text);
		return 1;
	}
	answer_lines(r);
	resolver_free(r);
	return 0;
}
