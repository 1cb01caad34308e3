/* SPDX-License-Identifier: ISC */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "store/store.h"

/* inside: the store as its own files see it: open.c, write.c, publish.c, read.c, custodians.c. */
enum {
	NAME_MAX_BYTES = 72, /* of a custodian's name, with its NUL */
	IDENTITY_MAX = 4096, /* bytes of origin and vkeys together */
};

struct slot_file {
	char name[NAME_MAX_BYTES]; /* the custodian's */
	struct slots *slots;
};

struct store {
	int state, packs_dir, slots_dir; /* directories */
	struct db *db;
	struct tiles *tiles;
	struct pack *pack; /* the writer's */
	struct slot_file custodian[STORE_CUSTODIANS];
	size_t n_custodians;
	struct buf identity_bytes;
	struct store_identity identity;
	struct hash dedup_key;
	struct tlog_tree tree; /* of all records, those of the batch too */
	struct hash last;
	uint64_t tiled;     /* size whose tiles are all published */
	uint64_t published; /* size of the checkpoint that is published */
	bool batch;
	struct buf row; /* the bytes of the record read last */
	struct buf note;
};

/* publish.c, for open.c: sets tiled: the size of the published checkpoint, if it is one we know. */
int store_find_published(struct store *s, struct err *e);

#endif
