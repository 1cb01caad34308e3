/* SPDX-License-Identifier: ISC */
#ifndef AUTH_DKIM_H
#define AUTH_DKIM_H

#include "auth/verifier.h"

/* dkim: signatures over header fields and body (RFC 6376; the AMS of RFC 8617 is one too). */

/* The DKIM-Signature fields, top to bottom, LIMIT_SIGNATURES_LISTED at most. */
struct dkim {
	struct signature *sig;
	size_t n;
	bool more; /* some were left out, or will not be verified */
};

/*
 * Of more than LIMIT_SIGNATURES_VERIFIED those of the sender's domain (auth/sender.h) are verified
 * first: whoever puts others on top must not hide them.  -1 with ERR_LIMIT when the arena is full.
 */
int dkim_collect(
    struct arena *a, const struct fields *f, struct str sender, struct dkim *d, struct err *e);

/* Asks for the body hash of a signature that can be computed. */
void dkim_want_body(struct signature *s, struct bodyhash *bodies);

/* One signature of either kind. */
void dkim_verify(struct verifier *v, const struct signature *s, struct sig_result *r);

/* How often h= names a field. */
uint32_t dkim_mentions(const struct signature *s, struct str name);

#endif
