/* SPDX-License-Identifier: ISC */
#ifndef IMAP_SERVER_H
#define IMAP_SERVER_H

#include "base/buf.h"
#include "imap/session.h"

/*
 * server: lines in which a server tells about itself: its ID (RFC 2971) and what it lets us store
 * (RFC 9208).
 */

/*
 * The answer to ID as words for a log: 1 when the line is one, else 0.  Only printable ASCII, without
 * the quotes.
 */
int server_id(struct buf *words, struct str line);

/*
 * A QUOTA line: the root with the least room left stays in *q.  What is no such line, or has no
 * number where one belongs, says nothing: quotas are shown, nothing depends on them.
 */
void server_quota(struct imap_quota *q, struct str line);

#endif
