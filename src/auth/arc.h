/* SPDX-License-Identifier: ISC */
#ifndef AUTH_ARC_H
#define AUTH_ARC_H

#include "auth/verifier.h"

/* arc: the chain of those who passed a message on (RFC 8617). */
struct arc_parts {
	const struct header *results; /* ARC-Authentication-Results; NULL when absent */
	struct str testimony;         /* its body behind i= */
	struct signature ams, seal;   /* field is NULL when absent */
};

struct arc {
	struct arc_parts *set; /* set[0] has instance 1 */
	unsigned n;            /* the highest instance seen */
	unsigned room;         /* for sets */
	bool full;             /* there was none for another */
	enum code code;        /* what is wrong with the structure, or CODE_ARC_PASS */
};

/* -1 with ERR_LIMIT when the arena is full. */
int arc_collect(struct arena *a, const struct fields *f, struct arc *c, struct err *e);
/* Asks for the body hashes of its message signatures. */
void arc_want_bodies(struct arc *c, struct bodyhash *bodies);

/* Every signature alone, and the chain (section 5.2).  The sets live in v->arena. */
void arc_verify(struct verifier *v, const struct arc *c, struct arc_result *r);

#endif
