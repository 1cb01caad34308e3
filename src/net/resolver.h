/* SPDX-License-Identifier: ISC */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include "base/err.h"
#include "conf/conf.h"
#include "dns/evidence.h"

/*
 * resolver: questions to the DNS, many at a time, each answered within its own deadline, validated
 * (RFC 4035), with the packet as it came.  Libunbound does the work, in a thread of its own.  A
 * question of type DNS_ORGDOM is answered here, from the list of public suffixes.
 *
 *	r = resolver_new(conf, &e);
 *	resolver_ask(r, who, id, name, type, now_ms, &e);
 *	wait until resolver_fd(r) is readable or resolver_deadline_ms(r) is reached
 *	while (resolver_next(r, now_ms, &answer)) ...
 *
 * Times are monotonic milliseconds, the caller's.
 */
struct resolver;

enum {
	RESOLVER_QUESTIONS = 1024, /* under way at once */
};

/*
 * Of conf the resolvers, the trust anchor and the time-out count.  All files are read and the
 * thread is there when it returns: a sandbox may close.  NULL on ERR_CONFIG or ERR_SYSTEM.
 */
struct resolver *resolver_new(const struct conf *conf, struct err *e);
void resolver_free(struct resolver *r);

int resolver_fd(const struct resolver *r);
/* When resolver_next is to be called even if the descriptor says nothing; -1: never. */
int64_t resolver_deadline_ms(const struct resolver *r);
/* How many more questions may be asked now. */
size_t resolver_room(const struct resolver *r);

/*
 * Ask; who and id come back with the answer.  A name that is none has failed.  0, or -1 with
 * ERR_LIMIT when there is no room.
 */
int resolver_ask(struct resolver *r, void *who, uint64_t id, struct str name, enum dns_type type,
    int64_t now_ms, struct err *e);
/* Nobody waits any more for what was asked for who. */
void resolver_forget(struct resolver *r, const void *who);

struct resolver_answer {
	void *who;
	uint64_t id;
	struct dns_answer dns; /* views until the next call of resolver_next; name: lower case */
};

/*
 * The next answer that is there; false when there is none now.  Time-out, SERVFAIL, REFUSED, a
 * truncated packet, garbage and a bogus answer are DNS_FAILED, and have no packet.
 */
bool resolver_next(struct resolver *r, int64_t now_ms, struct resolver_answer *answer);

#endif
