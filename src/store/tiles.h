/* SPDX-License-Identifier: ISC */
#ifndef STORE_TILES_H
#define STORE_TILES_H

#include "base/buf.h"
#include "tlog/tile.h"

/*
 * tiles: the published tree, as any static web server gives it out (C2SP tlog-tiles): tile/,
 * tile/entries/, checkpoint.  A file is written beside it in .tmp/, made durable, renamed, and its
 * directory made durable: a reader sees all of it or nothing.
 *
 * 1. What is there is never changed, but for `checkpoint`: a tile that would have other bytes is
 *    ERR_DAMAGED, because two histories would have been published.
 * 2. All tiles of a size are there before the checkpoint of that size.
 * 3. Writing what is already there does nothing: recovery is writing again.
 */
struct tiles;

struct tiles *tiles_open(const char *published, bool writing, struct err *e);
void tiles_close(struct tiles *t);

int tiles_put(struct tiles *t, const struct tile *tile, struct str bytes, struct err *e);
int tiles_put_checkpoint(struct tiles *t, struct str note, struct err *e);
/* The published checkpoint, added to note: 1, 0 when there is none, -1. */
int tiles_checkpoint(struct tiles *t, struct buf *note, struct err *e);

/* The bytes of a tile; a view until the next call.  -1 on ERR_DAMAGED when it is not there. */
int tiles_get(struct tiles *t, const struct tile *tile, struct str *bytes, struct err *e);
/* The file of a tile as it lies there, added to bytes: 1, 0 when there is none, -1, ERR_LIMIT when
 * it is larger than bytes takes. */
int tiles_read(struct tiles *t, const struct tile *tile, struct buf *bytes, struct err *e);
/* For proofs of a tree of that size, whose tiles are there; lives until the next tiles_reader. */
struct tlog_reader tiles_reader(struct tiles *t, uint64_t size);

#endif
