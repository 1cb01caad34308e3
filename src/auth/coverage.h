/* SPDX-License-Identifier: ISC */
#ifndef AUTH_COVERAGE_H
#define AUTH_COVERAGE_H

#include "auth/finding.h"
#include "auth/signature.h"

/*
 * coverage: what the signatures that verified bind (FORMATS section 6).  A field is bound when
 * h= names it as often as it is there: whoever adds one more must not choose which is shown.
 * One that hides behind a bare CR or LF counts, and no h= can name it.
 */
struct covering {
	struct by by;
	const struct signature *sig; /* one that passed */
	bool aligned;                /* its domain is that of From: the sender's own */
};

struct coverage {
	struct arena *arena; /* of the run */
	struct fields *fields;
	const struct bodyhash *bodies;
	const struct covering *by;
	size_t n_by;
	struct findings *found; /* what a claim does not rest on is told here */
};

/* The claims of the fields that are there, and of the body; NULL when the arena is full. */
const struct claim *coverage_claims(const struct coverage *c, size_t *n);

/*
 * The names of fields of which there are some that no signature binds, each once, in the order of
 * the alphabet, LIMIT_UNBOUND at most.  Signatures themselves are left out.  NULL as above.
 */
const struct str *coverage_unbound(const struct coverage *c, size_t *n);

#endif
