/* SPDX-License-Identifier: ISC */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

/* utf8: hostile text, one character at a time (RFC 3629). */

/* Takes the next character off *rest; false at the end.  Each byte that begins no well-formed,
 * shortest sequence gives U+FFFD. */
bool utf8_next(struct str *rest, uint32_t *c);
bool utf8_valid(struct str s); /* well-formed throughout */
void utf8_add(struct buf *b, uint32_t c);
/* C0, DEL, C1, bidirectional and other invisible format controls: never to reach a terminal. */
bool utf8_is_control(uint32_t c);
/* For a terminal or a log: controls as \xNN or \u{N}, backslash doubled. */
void utf8_add_safe(struct buf *b, struct str text);

#endif
