/* SPDX-License-Identifier: ISC */
#ifndef DNS_SCRIPT_H
#define DNS_SCRIPT_H

#include "base/str.h"

/*
 * script: names made to look like others (RFC 5890 section 4.4).  Latin, Greek and Cyrillic have
 * letters that nobody can tell apart.  A label all in one of them may look like another, too: that
 * is not found.
 */

/* Is there a label with letters of more than one of the three?  The name is in A-labels; one that
 * cannot be decoded has none. */
bool script_is_mixed(struct str name);

#endif
