/* SPDX-License-Identifier: ISC */
#ifndef DNS_IP_H
#define DNS_IP_H

#include "base/buf.h"

/* ip: the address of a host, IPv4 or IPv6, most significant byte first. */
struct ip {
	uint8_t n; /* bytes: 4, 16, or 0 for none */
	uint8_t b[16];
};

/* Four decimal numbers (RFC 1035 section 3.4.1), or RFC 4291 section 2.2 without zone.  0, or -1 on
 * ERR_SYNTAX. */
int ip_parse(struct str text, struct ip *a, struct err *e);
/* The rdata of an A or AAAA record: n is 0 when it is neither. */
struct ip ip_of(struct str rdata);
/* ::ffff:1.2.3.4 is 1.2.3.4 (RFC 4291 section 2.5.5.2); any other stays what it is. */
struct ip ip_unmapped(struct ip a);
/* Are the first `bits` bits the same?  Never between IPv4 and IPv6. */
bool ip_within(const struct ip *a, const struct ip *network, unsigned bits);

/* 192.0.2.1, or 2001:db8::1 as RFC 5952 section 4 writes it. */
void ip_text(const struct ip *a, struct buf *out);

#endif
