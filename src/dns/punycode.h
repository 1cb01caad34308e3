/* SPDX-License-Identifier: ISC */
#ifndef DNS_PUNYCODE_H
#define DNS_PUNYCODE_H

#include "base/buf.h"

/* punycode: code points as letters, digits and hyphens (RFC 3492), without the "xn--". */
enum {
	PUNYCODE_MAX =
	    59, /* code points of a label: each costs a character, and "xn--" four of 63 */
};

/* Adds them to out.  0, or -1 on ERR_LIMIT: more than fit in a label (RFC 1035 section 2.3.4). */
int punycode_encode(const uint32_t *c, size_t n, struct buf *out, struct err *e);

/* *n code points to c.  0, or -1 on ERR_SYNTAX or, of more than PUNYCODE_MAX, ERR_LIMIT. */
int punycode_decode(struct str text, uint32_t c[PUNYCODE_MAX], size_t *n, struct err *e);

#endif
