/* SPDX-License-Identifier: ISC */
#ifndef IMAP_THROTTLE_H
#define IMAP_THROTTLE_H

#include "base/err.h"
#include "base/str.h"

/*
 * throttle: how servers say that we ask too much.  Only some have a response code for it (RFC 5530
 * section 3, and their own), so that words are looked for, too.
 *
 * 0 when the text of a NO, BAD or BYE says nothing of the kind, else -1 on ERR_LATER with our own
 * words: the server's may name the account.
 */
int throttle_check(struct str text, struct err *e);

#endif
