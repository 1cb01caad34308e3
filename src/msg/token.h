/* SPDX-License-Identifier: ISC */
#ifndef MSG_TOKEN_H
#define MSG_TOKEN_H

#include "base/buf.h"
#include "base/str.h"

/* token: the pieces of a structured field (RFC 5322 section 3.2), as views taken off *rest. */

/* Past blanks, folds and comments, which nest; one that is left open takes all the rest. */
void token_skip(struct str *rest);

/* Past these, and past c when it comes next. */
bool token_char(struct str *rest, char c);

/*
 * Past these, and then a quoted string with its quotes (one that is left open takes all the
 * rest), or what stands before a blank, a fold, a quote, a "(" or one of the stops.  Empty at a
 * stop and at the end.
 */
struct str token_word(struct str *rest, const char *stops);

/* What a word means: of a quoted string what it quotes (section 3.2.4); else its very bytes. */
void token_meaning(struct str word, struct buf *out);

#endif
