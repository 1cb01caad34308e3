/* SPDX-License-Identifier: ISC */
#ifndef MSG_CHARSET_H
#define MSG_CHARSET_H

#include "base/buf.h"

/*
 * charset: text of a mail as UTF-8, for people to read and to search in; never for evidence.
 * Known are UTF-8, US-ASCII, ISO-8859-1, ISO-8859-15 and windows-1252, which is what European
 * mail is written in.
 */

bool charset_known(struct str name);
/*
 * Adds the text to out, well-formed: what is wrong in it, and in an unknown charset all that is
 * not ASCII, becomes U+FFFD (ISO 2022 says by escape sequences what is).  An empty name: UTF-8, or,
 * when it is not that, windows-1252.
 */
void charset_add(struct buf *out, struct str name, struct str bytes);

/* Adds it with upper-case letters (Latin, Greek, Cyrillic) as lower-case ones: for comparing. */
void charset_add_folded(struct buf *out, struct str utf8);

#endif
