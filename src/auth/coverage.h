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
};

/* The claims of the fields that are there, and of the body; NULL when the arena is full. */
const struct claim *coverage_claims(struct arena *a, const struct fields *f,
    const struct bodyhash *bodies, const struct covering *by, size_t n_by, size_t *n,
    struct findings *found);

#endif
