/* SPDX-License-Identifier: ISC */
#ifndef AUTH_SEGMENTS_H
#define AUTH_SEGMENTS_H

#include "auth/result.h"
#include "base/limits.h"

/*
 * segments: the message cut into pieces that lie side by side (FORMATS section 2).  After
 * LIMIT_SEGMENTS - 1 of them the remainder is one, of kind "rest".
 */
struct segments {
	struct segment *segment;
	size_t n, room;
	uint64_t end; /* where the next one begins */
	bool over;    /* the ceiling was met */
};

/* Begin with all zeroed.  The next `length` bytes; none makes no segment. */
void segments_add(struct segments *s, uint64_t length, const char *kind);

void segments_free(struct segments *s);

#endif
