/* SPDX-License-Identifier: ISC */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/buf.h"

/* hex: lower case on the way out, and only that on the way in: one value, one spelling. */
void hex_add(struct buf *b, struct str bytes);
/* out takes 2 n + 1 bytes and is returned, terminated. */
char *hex_encode(char *out, const void *bytes, size_t n);
/* Exactly 2 n digits into n bytes; 0, or -1 on anything else. */
int hex_decode(struct str digits, void *out, size_t n);
/* Of one digit as others write it, in either case; -1: it is none. */
int hex_value(char c);

#endif
