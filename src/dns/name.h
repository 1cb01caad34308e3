/* SPDX-License-Identifier: ISC */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include "base/buf.h"

/*
 * name: a domain name in wire form (RFC 1035 section 3.1), uncompressed, letters in lower case,
 * so that equal names are equal bytes (RFC 4034 section 6.2).
 */
enum {
	DNS_NAME_MAX = 255, /* RFC 1035 section 2.3.4, the root's zero byte included */
};

struct dns_name {
	uint8_t n;
	uint8_t b[DNS_NAME_MAX];
};

/* Presentation form (RFC 1035 section 5.1): \DDD and \c, with or without the final dot.  "" and
 * "." are the root.  0, or -1 on ERR_SYNTAX. */
int dns_name_parse(struct str text, struct dns_name *name, struct err *e);
/* The same of a text without escapes: a backslash is a byte of its label. */
int dns_name_of(struct str text, struct dns_name *name, struct err *e);
/* Without the final dot; the root is "."; what is not printable, and the dot inside a label, as
 * \DDD. */
void dns_name_text(const struct dns_name *name, struct buf *out);
bool dns_name_eq(const struct dns_name *a, const struct dns_name *b);
/* Is name at or below ancestor? */
bool dns_name_below(const struct dns_name *name, const struct dns_name *ancestor);
/* Without the first label; the root stays the root. */
struct dns_name dns_name_parent(const struct dns_name *name);

/*
 * Read the name at *at of a packet, following compression pointers (RFC 1035 section 4.1.4), 127
 * at most, each of which must point before the place it stands at.  *at goes behind it.  0, or -1
 * on ERR_SYNTAX.
 */
int dns_name_unpack(struct str packet, size_t *at, struct dns_name *name, struct err *e);

#endif
