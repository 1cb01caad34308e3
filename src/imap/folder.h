/* SPDX-License-Identifier: ISC */
#ifndef IMAP_FOLDER_H
#define IMAP_FOLDER_H

#include "base/buf.h"
#include "imap/session.h"

/*
 * folder: lines of a server that tell about folders, read by ourselves: libetpan's numbers wrap at
 * 2^32, and it knows no special use.
 */

/*
 * A line of the answer to LIST or XLIST (RFC 3501 section 7.2.2, RFC 6154): 1 when it names a
 * folder with the attribute use ("\Junk"), its name then added to *name as the server writes it;
 * 0 when it says something else; -1 on ERR_SYNTAX.
 */
int folder_listed(struct buf *name, struct str line, struct str use, struct err *e);

/*
 * A line of the answer to EXAMINE: what it says of the folder is put into *f (RFC 3501 section
 * 6.3.2, RFC 7162 section 3.1.2).  -1 on ERR_SYNTAX: a number that is none, or larger than it
 * may be.
 */
int folder_examined(struct imap_folder *f, struct str line, struct err *e);

/* A string in quotes (RFC 3501 section 9). */
void folder_quote(struct buf *out, struct str name);

#endif
