/* SPDX-License-Identifier: ISC */
#ifndef AUTH_SEGMENTS_H
#define AUTH_SEGMENTS_H

#include "auth/result.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"

/*
 * segments: the message cut into pieces that lie side by side (FORMATS section 2).  After
 * LIMIT_SEGMENTS - 1 of them the remainder is one, of kind "rest".
 */
struct segments {
	struct segment *segment;
	size_t n;
	uint64_t end; /* where the next one begins */
	bool over;    /* the ceiling was met */
};

/* -1 with ERR_LIMIT when the arena is full. */
int segments_start(struct segments *s, struct arena *a, struct err *e);
/* The next `length` bytes; none makes no segment. */
void segments_add(struct segments *s, uint64_t length, const char *kind);

#endif
