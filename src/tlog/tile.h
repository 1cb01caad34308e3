/* SPDX-License-Identifier: ISC */
#ifndef TLOG_TILE_H
#define TLOG_TILE_H

#include "base/buf.h"
#include "tlog/tree.h"

/*
 * tile: a log as static files (C2SP tlog-tiles, height 8).  The tile of level L holds the roots of
 * complete subtrees of 256^L leaves, 256 to a tile, the last tile of a level fewer; a bundle holds
 * the entries under a tile of level 0.
 */
enum {
	TILE_ENTRIES = -1, /* as a level: the bundle of entries */
	TILE_LEVELS = 8,
	TILE_WIDTH = 256,
	TILE_PATH_MAX = 64, /* bytes of the longest path, its NUL included */
};

struct tile {
	int level;      /* 0 to TILE_LEVELS - 1, or TILE_ENTRIES */
	uint64_t n;     /* which of its level, from 0 */
	unsigned width; /* hashes or entries in it: TILE_WIDTH, or fewer in a partial tile */
};

/* "tile/0/x001/234", "tile/entries/000.p/17"; out takes TILE_PATH_MAX and is returned. */
char *tile_path(char *out, const struct tile *t);
/* Only what tile_path writes, of a tree of at most LIMIT_TREE: 0, or -1 on ERR_SYNTAX. */
int tile_parse(struct str path, struct tile *t, struct err *e);

/*
 * The tiles that a tree of `to` leaves has and one of `from` had not, or not so wide: bundles,
 * then level 0, and so on, each in order.  Returns false after the last.
 *
 *	struct tile_walk w = tile_walk(from, to);
 *	while (tile_next(&w, &t)) ...
 */
struct tile_walk {
	uint64_t from, to, n;
	int level;
};
struct tile_walk tile_walk(uint64_t from, uint64_t to);
bool tile_next(struct tile_walk *w, struct tile *t);

/*
 * Reading nodes (tree.h) from tiles: the tile of a tree of `size` from whose hashes the root of
 * the complete subtree `level`, `index` follows; and that root, from the tile's bytes.  -1 on
 * ERR_SYNTAX when they are not as many as the tile's width wants.
 */
struct tile tile_of(unsigned level, uint64_t index, uint64_t size);
int tile_node(const struct tile *t, struct str bytes, unsigned level, uint64_t index,
    struct hash *out, struct err *e);

/* An entry in its bundle: u16 big-endian length, bytes.  At most LIMIT_ENTRY; more sets b->over. */
void tile_add_entry(struct buf *b, struct str entry);
/* Takes an entry off a bundle: 1, 0 at the end, -1 on ERR_SYNTAX. */
int tile_next_entry(struct str *bundle, struct str *entry, struct err *e);

#endif
