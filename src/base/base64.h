/* SPDX-License-Identifier: ISC */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

/* base64: RFC 4648 section 4, padded. */
void base64_add(struct buf *b, struct str bytes);
/* Section 5, for addresses: "-" and "_", and no padding. */
void base64url_add(struct buf *b, struct str bytes);

/*
 * Decode all of text and add it to out.  Strict: only what base64_add writes, so that one value
 * has one spelling.  Loose, for what others wrote (RFC 6376 section 2.10): SP, HTAB, CR and LF
 * anywhere are passed over, and spare bits in the last digit are.  Returns 0, or -1 with
 * ERR_SYNTAX, or ERR_LIMIT when out is full; then what out holds is to be thrown away.
 */
enum base64_how {
	BASE64_STRICT,
	BASE64_LOOSE,
};
int base64_decode(struct str text, enum base64_how how, struct buf *out, struct err *e);

/*
 * As readers of mail do (RFC 2045 section 6.8): what is no digit is passed over, whatever it is;
 * padding ends a text, and another may follow.  Of a group that breaks off, whole bytes are taken.
 */
void base64_decode_mail(struct str text, struct buf *out);

#endif
