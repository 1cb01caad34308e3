/* SPDX-License-Identifier: ISC */
#ifndef MSG_HEADER_H
#define MSG_HEADER_H

#include "base/err.h"
#include "base/str.h"

/*
 * header: the fields at the top of a message, as the bytes they are (RFC 5322 section 2.2).
 * Nothing is copied, unfolded or decoded: DKIM signs exactly these bytes.  Only CR LF ends a
 * line; a bare CR or LF is a byte of the field like any other.
 */
struct header {
	struct str raw;  /* the whole field, name to final CRLF, folds included */
	struct str name; /* before the colon, without trailing blanks */
	struct str body; /* after the colon, folds included, without the final CRLF */
};

/*
 * Take the next field off *rest.  Returns 1 with *h set, 0 at the empty line that ends the
 * header (then *rest is the body) or at the end of the bytes, -1 on ERR_SYNTAX: a line that has
 * no colon, or begins with one, or a fold with nothing before it.  Then h->raw is that line and
 * its folds, name and body are empty, and one can go on after it.
 * Views into the message; *rest only ever shrinks.
 */
int header_next(struct str *rest, struct header *h, struct err *e);

#endif
