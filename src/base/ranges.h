/* SPDX-License-Identifier: ISC */
#ifndef BASE_RANGES_H
#define BASE_RANGES_H

#include "base/buf.h"

/*
 * ranges: a set of UIDs, as ascending ranges that do not touch: a mailbox of a million messages
 * is a few of them.  As text a set is RFC 3501's sequence-set in one form only: "1:500,502,600:601".
 * At most LIMIT_UID_RANGES ranges; what would pass that is not added and sets `over`, which stays.
 */
struct range {
	uint32_t first, last;
};

struct ranges {
	struct range *range;
	size_t n, cap;
	bool over;
};

/* Above or joined to the last one; RFC 3501 section 2.3.1.1 knows no UID 0.  0, or -1 on
 * ERR_SYNTAX: not above the last, or first > last. */
int ranges_add(struct ranges *r, uint32_t first, uint32_t last, struct err *e);
/* Reads text, the empty set from "", behind what is there.  0, or -1 on ERR_SYNTAX. */
int ranges_parse(struct ranges *r, struct str text, struct err *e);
/* Is it such a text, of a set that is not empty?  *count: of UIDs in it. */
bool ranges_is_text(struct str text, uint64_t *count);
/* Adds the lowest ranges as text, n bytes at most.  Returns how many UIDs did not fit. */
uint64_t ranges_put(const struct ranges *r, struct buf *out, size_t n);

uint64_t ranges_count(const struct ranges *r); /* of UIDs */
bool ranges_has(const struct ranges *r, uint32_t uid);
/* What is in a or b, or in a and not in b, into the empty *out. */
void ranges_join(struct ranges *out, const struct ranges *a, const struct ranges *b);
void ranges_minus(struct ranges *out, const struct ranges *a, const struct ranges *b);
void ranges_drop_first(struct ranges *r); /* the lowest range; there is one */
int ranges_check(const struct ranges *r, const char *what, struct err *e); /* as buf_check */
void ranges_free(struct ranges *r);                                        /* empty again */

#endif
