/* SPDX-License-Identifier: ISC */
#ifndef MSG_PARAMETER_H
#define MSG_PARAMETER_H

#include "base/limits.h"
#include "base/str.h"

/*
 * parameter: those of a Content-Type or Content-Disposition (RFC 2045 section 5.1), also in pieces
 * and with %XX for bytes (RFC 2231 sections 3 and 4), which not every reader knows: of both forms
 * the plain one counts.
 */

/* Unquoted, joined and unescaped, its charset left out, into value: its length; 0 when there is
 * none, or it, or a piece as it is written, is longer than LIMIT_BOUNDARY.  Of pieces the first 16. */
size_t parameter_get(struct str field, const char *name, char value[LIMIT_BOUNDARY]);

/* How often it is there; *in_pieces: the form of RFC 2231, which counts by its first piece. */
unsigned parameter_count(struct str field, const char *name, bool *in_pieces);

#endif
