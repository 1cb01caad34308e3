/* SPDX-License-Identifier: ISC */
#ifndef IMAP_UIDS_H
#define IMAP_UIDS_H

#include "base/err.h"
#include "base/str.h"

/* uids: the UIDs that a server names in answer to UID SEARCH, by SEARCH lines (RFC 3501 section
 * 7.2.5) or ESEARCH lines (RFC 4731 section 3.1). */
struct uids {
	uint32_t *uid;
	size_t n, max;
	bool answered; /* there was such a line */
};

/* Takes what the line says; lines of other kinds say nothing.  0, or -1 on ERR_SYNTAX: not UIDs,
 * or more than max. */
int uids_line(struct uids *u, struct str line, struct err *e);
/* In ascending order, each once. */
void uids_sort(struct uids *u);

#endif
