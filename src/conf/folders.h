/* SPDX-License-Identifier: ISC */
#ifndef CONF_FOLDERS_H
#define CONF_FOLDERS_H

#include "base/buf.h"

/*
 * folders: what `folder` of a [mailbox NAME] lists.  Names are separated by commas, blanks around
 * them dropped; one that has a comma stands in double quotes.  A name that begins with "\" is a
 * special use (RFC 6154): the folder that the server marks so.
 */

/* What is filed where nothing is said: on Google's servers \All lacks \Junk, elsewhere INBOX. */
const char *folders_default(struct str host);
/* And how much of it in 24 hours, in MB; 0: no limit.  Google locks an account at 2,500. */
uint64_t folders_daily_mb(struct str host);

/* Take the next name off *rest, into *name, a view without its quotes: 1, 0 at the end, or -1 on
 * ERR_CONFIG. */
int folders_next(struct str *rest, struct str *name, struct err *e);

/* The name's letters, digits, "-", "_" and "."; "_" for a run of anything else; no "\" in front. */
void folders_label(struct buf *label, struct str name);

#endif
