/* SPDX-License-Identifier: ISC */
#ifndef DNS_ALABEL_H
#define DNS_ALABEL_H

#include "base/buf.h"

/*
 * alabel: a domain name as it is asked for and compared (RFC 8616 sections 3 to 6): each U-label
 * (RFC 5890 section 2.3.2.1, UTF-8) as its A-label, ASCII in lower case.  What people are shown
 * stays what is in the mail.
 *
 * Why not libidn2: it needs libunistring, 1.8 MB, in the static verifier and in the browser's page;
 * and each version knows another Unicode, while every verifier must find the same in the same
 * bytes, for as long as there are any.
 */
enum {
	ALABEL_NAME_MAX = 253, /* bytes of a name in text (RFC 1035 section 2.3.4) */
};

/*
 * Adds it to out; of an ASCII label nothing is looked at.  0, or -1 with nothing added: on ERR_SYNTAX
 * a label is no U-label, on ERR_LIMIT one has more than 63 bytes, or the name more than 253, or more
 * than LIMIT_SIGNATURE_NAME as it is written: what is compared must be what can be told.
 */
int alabel_name(struct str name, struct buf *out, struct err *e);

/* Is name the domain, or below it?  False of what is no name, and of no domain. */
bool alabel_below(struct str name, struct str domain);
bool alabel_same(struct str a, struct str b);

#endif
