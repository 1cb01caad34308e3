/* SPDX-License-Identifier: ISC */
#ifndef TLOG_CHECK_H
#define TLOG_CHECK_H

#include "tlog/tree.h"

/*
 * check: what a verifier does with proofs; it needs no tree.  Each returns 0, or -1 with
 * ERR_REFUSED when the proof does not show it, is too long or too short.
 */

/* That the leaf hash is at `index` in the tree of `size` with this root (RFC 9162 2.1.3.2). */
int tlog_check_inclusion(struct hash leaf, uint64_t index, uint64_t size, struct hash root,
    const struct hash *proof, size_t n, struct err *e);

/*
 * That the tree of m leaves with root older is a beginning of the tree of n with root newer (RFC
 * 9162 section 2.1.4.2).  m = n wants an empty proof and equal roots.  m = 0 is refused: there is
 * nothing to prove, and the caller knows that case.
 */
struct tlog_head {
	uint64_t size;
	struct hash root;
};
int tlog_check_consistency(struct tlog_head older, struct tlog_head newer, const struct hash *proof,
    size_t n, struct err *e);

#endif
