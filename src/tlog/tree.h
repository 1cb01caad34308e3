/* SPDX-License-Identifier: ISC */
#ifndef TLOG_TREE_H
#define TLOG_TREE_H

#include "base/err.h"
#include "crypto/hash.h"

/*
 * tree: the Merkle tree of a log (RFC 9162 section 2.1, as RFC 6962), kept as its right edge: one
 * hash for each bit of its size that is set, the root of a complete subtree.
 */
struct tlog_tree {
	uint64_t size;        /* leaves; {0} is the empty tree */
	struct hash peak[64]; /* peak[i] counts when bit i of size is set: of 2^i leaves */
};

struct hash hash_leaf(struct str entry);                    /* SHA-256(0x00 || entry) */
struct hash hash_node(struct hash left, struct hash right); /* SHA-256(0x01 || left || right) */

void tlog_append(struct tlog_tree *t, struct hash leaf);
struct hash tlog_root(const struct tlog_tree *t); /* SHA-256("") of the empty tree */

enum {
	TLOG_PROOF_MAX = 64, /* hashes in the longest proof: a tree of LIMIT_TREE is 63 high */
};

/*
 * Where the hashes of a tree are read.  node gives the root of the complete subtree of 2^level
 * leaves that begins with leaf index << level: 0, or -1.
 */
struct tlog_reader {
	int (*node)(void *ctx, unsigned level, uint64_t index, struct hash *out, struct err *e);
	void *ctx;
};

/* The right edge of the tree of that size: 0, or -1 as the reader says. */
int tlog_load(struct tlog_tree *t, uint64_t size, const struct tlog_reader *r, struct err *e);

/*
 * Proofs, lowest hash first: that leaf `index` is in the tree of `size` (RFC 9162 section
 * 2.1.3.1), that the tree of `from` is a beginning of it (section 2.1.4.1; empty when they are
 * equal).  Each returns how many hashes, or -1 as the reader says or with ERR_REFUSED when there
 * is no such proof: index >= size, from 0, from > size, size > LIMIT_TREE.
 */
int tlog_inclusion(const struct tlog_reader *r, uint64_t index, uint64_t size,
    struct hash proof[TLOG_PROOF_MAX], struct err *e);
int tlog_consistency(const struct tlog_reader *r, uint64_t from, uint64_t size,
    struct hash proof[TLOG_PROOF_MAX], struct err *e);

#endif
