/* SPDX-License-Identifier: ISC */
#ifndef DNS_ORGDOM_H
#define DNS_ORGDOM_H

#include "base/buf.h"
#include "base/err.h"

/*
 * orgdom: to which organizational domain a name belongs (RFC 7489 section 3.2).  That is read off
 * a list of public suffixes, which is not in the DNS and changes; so what it said is evidence, and
 * is asked for and kept as a question of type DNS_ORGDOM.  In place of a packet there is a line:
 *
 *	mailseal-orgdom/1 example.com list=2023-02-09 LF
 *
 * with the domain (the name itself when it is a public suffix) and the date of the list.
 */
struct orgdom {
	struct str domain, list;
};

void orgdom_write(struct buf *out, const struct orgdom *o);

/* What a line says of a name; views.  0, or -1 on ERR_SYNTAX: it is another line, or the domain
 * is neither that name nor above it, or is a top-level domain above it. */
int orgdom_read(struct str line, struct str name, struct orgdom *o, struct err *e);

#endif
