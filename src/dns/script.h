/* SPDX-License-Identifier: ISC */
#ifndef DNS_SCRIPT_H
#define DNS_SCRIPT_H

#include "base/str.h"

/*
 * script: names made to look like others (RFC 5890 section 4.4).  Latin, Greek, Cyrillic and Armenian
 * have letters that nobody can tell apart.  The names are in A-labels; a label that cannot be decoded
 * is passed over.
 */

/* Is there a label with letters of more than one of these? */
bool script_is_mixed(struct str name);
/* Is there a label that is not in ASCII, and looks as if it were?  None below a top-level domain of
 * those who write in its alphabet, or that is written in it. */
bool script_looks_ascii(struct str name);

#endif
