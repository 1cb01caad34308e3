/* SPDX-License-Identifier: ISC */
#ifndef STORE_TILES_H
#define STORE_TILES_H

#include "base/err.h"
#include "crypto/hash.h"

/*
 * tiles: the published tree, as any static web server gives it out (C2SP tlog-tiles): tile/,
 * tile/entries/, checkpoint.  A file is written beside it in .tmp/, made durable, renamed, and its
 * directory made durable: a reader sees all of it or nothing.
 *
 * 1. What is there is never changed, but for `checkpoint`: a tile that would have other bytes is
 *    ERR_STATE, because two histories would have been published.
 * 2. All tiles of a size are there before the checkpoint of that size.
 * 3. Writing what is already there does nothing: recovery is writing again.
 */
struct tiles;

enum {
	TILES_PROOF_MAX = 128, /* hashes: twice the height of the tallest tree */
	TILES_BUNDLE = 256,    /* entries in a full bundle, hashes in a full tile */
};

struct tiles *tiles_open(const char *published, struct err *e);
void tiles_close(struct tiles *t);

/*
 * The entries of bundle n, 32 bytes each, as many as the tree has there (256, or fewer in the
 * last): writes the bundle and its tile of level 0.
 */
int tiles_put_bundle(struct tiles *t, uint64_t n, struct str entries, struct err *e);
/* The higher tiles of a tree of `size`, after all its bundles; those of a tree of `from` are there. */
int tiles_raise(struct tiles *t, uint64_t from, uint64_t size, struct err *e);
int tiles_put_checkpoint(struct tiles *t, struct str note, struct err *e);

/* Proofs from the tiles (RFC 9162 sections 2.1.3.1 and 2.1.4.1): how many hashes, or -1. */
int tiles_inclusion(struct tiles *t, uint64_t index, uint64_t size,
    struct hash proof[TILES_PROOF_MAX], struct err *e);
int tiles_consistency(struct tiles *t, uint64_t from, uint64_t size,
    struct hash proof[TILES_PROOF_MAX], struct err *e);

#endif
