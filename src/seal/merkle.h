/* SPDX-License-Identifier: ISC */
#ifndef SEAL_MERKLE_H
#define SEAL_MERKLE_H

#include "base/limits.h"
#include "crypto/hash.h"

/*
 * merkle: the tree of RFC 6962 section 2.1 over the segments of one message, with the hash of
 * one's choice.  (The log's own tree is tlog/tree.h.)
 */
enum {
	MERKLE_PEAKS = 13, /* 2^12 leaves: LIMIT_SEGMENTS */
};

struct merkle {
	enum digest_alg alg;
	size_t width; /* of its hashes, bytes; set by the first leaf */
	uint64_t n;
	uint8_t peak[MERKLE_PEAKS][64]; /* of the full subtrees, smallest first */
};

void merkle_add(struct merkle *t, struct str leaf); /* at most LIMIT_SEGMENTS times */
/* Fills out and returns its length.  Of nothing: the hash of nothing. */
size_t merkle_root(const struct merkle *t, uint8_t out[64]);

#endif
