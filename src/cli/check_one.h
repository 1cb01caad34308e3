/* SPDX-License-Identifier: ISC */
#ifndef CLI_CHECK_ONE_H
#define CLI_CHECK_ONE_H

#include "crypto/verify.h"
#include "cli/dns_source.h"

/* check_one: one message of `mailseal check`, in a process that may do nothing else. */
struct check {
	struct crypto *crypto;
	struct keycache *keycache;
	struct dns_source dns;
	int64_t at; /* Unix seconds: judged as of then */
	bool json;
	bool lf;                           /* each LF is read as CR LF */
	const struct spf_session *session; /* by which the messages came; NULL: their traces tell */
};

/* As struct pool_work wants it; check is a const struct check, asker an end of c->dns.ask. */
int check_one(
    void *check, int asker, int fd, struct str name, uint64_t size, struct buf *out, struct err *e);

#endif
