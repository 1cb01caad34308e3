/* SPDX-License-Identifier: ISC */
#ifndef DNS_EVIDENCE_H
#define DNS_EVIDENCE_H

#include "crypto/hash.h"

/*
 * evidence: what the DNS said when it was asked, as raw packets (RFC 1035 section 4).  The same
 * form whether it comes from the asker, from a zone file or out of a bundle.
 */
enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_ORGDOM = 65280, /* not of the DNS (RFC 6895 section 3.1, private use): dns/orgdom.h */
};

enum dns_outcome {
	DNS_ANSWERED, /* there is a packet: an answer, NXDOMAIN or NODATA */
	DNS_FAILED,   /* time-out, SERVFAIL, REFUSED, garbage: temperror, to be asked again */
};

/* What the asker's validator said; a chain says it for those who do not trust him. */
enum dns_security {
	DNS_INSECURE, /* or not validated */
	DNS_SECURE,
	DNS_BOGUS, /* counts as DNS_FAILED */
};

struct dns_answer {
	struct str name; /* as asked: lower case, no final dot */
	enum dns_type type;
	enum dns_outcome outcome;
	enum dns_security security;
	struct str packet; /* empty when failed */
	struct hash packet_hash;
};

struct evidence {
	const struct dns_answer *answers;
	size_t n;
};

/* NULL when that question was not asked yet. */
const struct dns_answer *evidence_find(
    const struct evidence *ev, struct str name, enum dns_type type);

/* A question still open.  name is a view that lives until the next examine_run. */
struct need {
	struct str name;
	enum dns_type type;
};

enum {
	NEEDS_MAX = 64, /* a round; an examination asks again until nothing is left, bounded */
};

struct needs {
	struct need need[NEEDS_MAX];
	size_t n;
};

/* Added once; what does not fit is asked in the next round. */
void needs_add(struct needs *needs, struct str name, enum dns_type type);

#endif
