/* SPDX-License-Identifier: ISC */
#ifndef AUTH_RECIPIENTS_H
#define AUTH_RECIPIENTS_H

#include "auth/coverage.h"

/*
 * recipients: what Google's own tags say of them in signatures that passed.  No RFC has them.
 *
 *	fh=    of an ARC-Message-Signature: SHA-256 over the relaxed Cc and then the relaxed To,
 *	       each with its CR LF, one that is absent being nothing.  So it was found by trying on
 *	       mail of 2023 and 2024 (recipients_test.c); Cc is bound by nothing else there.
 *	darn=  of a DKIM-Signature: the domain of the recipient this copy was made for.
 *	dara=  the same, by who runs it; google.com stands for every domain there.
 */
void recipients_read(const struct coverage *c);

/* What fh= should be, for the fields that are there. */
struct hash recipients_hash(struct fields *f);

#endif
