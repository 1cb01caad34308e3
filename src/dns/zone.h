/* SPDX-License-Identifier: ISC */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "base/arena.h"
#include "base/err.h"
#include "dns/evidence.h"

/*
 * zone: a file of resource records that answers like the DNS, with packets (FORMATS section 8):
 * one record a line in presentation form (RFC 1035 section 5.1),
 *
 *	name [TTL] [IN] TYPE data
 *
 * of type A, AAAA, CNAME, MX, NS, PTR, TXT or SPF; other types are passed over.  A line
 * `;! name TIMEOUT` (or SERVFAIL) makes every question for that name fail; other lines that
 * begin with `;` are comments.
 */
struct zone;

/* NULL on ERR_SYNTAX or ERR_LIMIT: "<file>:<line>: what".  The text is not kept. */
struct zone *zone_parse(struct str text, const char *file, struct err *e);
void zone_free(struct zone *z);

/*
 * The answer to one question; what it points to lives in the arena.  Aliases are followed; a
 * name with names below it exists (RFC 8020).  0, or -1 on ERR_LIMIT.
 */
int zone_answer(const struct zone *z, struct arena *a, struct str name, enum dns_type type,
    struct dns_answer *answer, struct err *e);

#endif
