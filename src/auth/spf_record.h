/* SPDX-License-Identifier: ISC */
#ifndef AUTH_SPF_RECORD_H
#define AUTH_SPF_RECORD_H

#include "dns/ip.h"

/* spf_record: what a domain publishes about who sends in its name (RFC 7208 sections 4 to 6). */
enum spf_kind {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
	SPF_REDIRECT,
	SPF_EXP,
	SPF_UNKNOWN, /* a modifier nobody knows: passed over */
};

struct spf_term {
	enum spf_kind kind;
	struct str text;       /* as written, qualifier included */
	char qualifier;        /* of a mechanism: '+', '-', '~' or '?' */
	struct str domain;     /* its domain-spec, macros and all; empty: the domain at hand */
	struct ip network;     /* of ip4 and ip6 */
	unsigned bits4, bits6; /* prefix lengths */
};

/*
 * Is the text such a record: does it begin with exactly "v=spf1" (RFC 7208 section 4.5)?  *terms is
 * what follows.
 */
bool spf_record_is(struct str text, struct str *terms);

/* Take the next term off *terms: 1, 0 at the end, -1 on ERR_SYNTAX.  Views into the record. */
int spf_record_next(struct str *terms, struct spf_term *t, struct err *e);

/* The modifiers of a record; kind is SPF_UNKNOWN where it has none. */
struct spf_modifiers {
	struct spf_term redirect, exp;
};

/* Reads all terms: 0, or -1 on ERR_SYNTAX anywhere (RFC 7208 section 4.6). */
int spf_record_check(struct str terms, struct spf_modifiers *m, struct err *e);

#endif
