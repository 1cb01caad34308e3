/* SPDX-License-Identifier: ISC */
#ifndef STORE_PRACTICE_H
#define STORE_PRACTICE_H

#include "store/db.h"

/*
 * practice: how the domains of From usually sign, so that it is noticed when one signs less: a key
 * that got smaller, a field that is covered no more, a rule that changes bodies after the signing,
 * no signature at all.  A thing is usual when PRACTICE_USUAL messages in a row had it.
 */
enum practice {
	PRACTICE_SIGNED, /* a signature of From's domain verifies */
	PRACTICE_KEY,    /* and its key is Ed25519, or RSA of 2048 bits or more */
	PRACTICE_BODY,   /* the claims that such a signature binds, where there is such a field */
	PRACTICE_TO,
	PRACTICE_CC,
	PRACTICE_DATE,
	PRACTICE_SUBJECT,
	PRACTICE_MESSAGE_ID,
	PRACTICE_REPLY_TO,
	PRACTICE_IN_REPLY_TO,
	PRACTICES,
};

enum {
	PRACTICE_USUAL = 10,
	PRACTICE_DAYS = 30, /* after so many without it is how it is: not broken any more */
	PRACTICE_VALUE_MAX = 640,
};

/* For people: "signature", "strong key", "body", "To", … */
extern const char *const practice_words[PRACTICES];
/* The claim that it is of (FORMATS section 6): "to"; NULL for the first two. */
extern const char *const practice_claims[PRACTICES];

/* One message: bit 1 << p of `applies` where it could have p, and of `has` where it has. */
struct practice_message {
	struct str domain; /* of From, lower case */
	uint64_t seq;
	int64_t at_ms; /* Unix: arrival */
	unsigned applies, has;
};

/* In a batch.  A domain is learned from its first signed message on.  *broken: bits of what was usual
 * and is missing now, in this message or since an earlier one.  At most LIMIT_FLOWS domains: then the
 * one that was quiet longest is forgotten. */
int practice_add(struct db *d, const struct practice_message *m, unsigned *broken, struct err *e);

/* Is something broken of it that is not how it is by now?  1, 0, -1. */
int practice_is_broken(struct db *d, struct str domain, int64_t now_ms, struct err *e);

/* In a batch, after practice_add.  kind: "signer", "covers", "sealer". */
int practice_saw(struct db *d, struct str domain, const char *kind, struct str value, int64_t at_ms,
    struct err *e);

/* ---- looking back: 1 with the next, 0 at the end, -1; begin with all zeroed ---- */

struct practice_domain {
	char domain[256];
	uint64_t messages;
	int64_t first_ms, last_ms;
};
int practice_next_domain(struct db *d, struct practice_domain *at, struct err *e);

struct practice_broken {
	unsigned what, next; /* enum practice; where to go on */
	uint64_t seq;
	int64_t ms;
};
int practice_next_broken(
    struct db *d, struct str domain, struct practice_broken *at, struct err *e);

struct practice_seen {
	char kind[8], value[PRACTICE_VALUE_MAX];
	uint64_t messages;
	int64_t first_ms, last_ms;
};
int practice_next_seen(struct db *d, struct str domain, struct practice_seen *at, struct err *e);

#endif
