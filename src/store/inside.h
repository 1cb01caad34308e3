/* SPDX-License-Identifier: ISC */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "store/store.h"

/* inside: the store as its own files see it: open.c, write.c, publish.c, read.c. */
enum {
	CUSTODIANS_MAX = 16,
	CUSTODIAN_NAME_MAX = 72,
	IDENTITY_MAX = 4096, /* bytes of origin and vkeys together */
};

struct custodian {
	char name[CUSTODIAN_NAME_MAX];
	struct slots *slots;
};

struct store {
	int state, packs_dir, slots_dir; /* directories */
	struct db *db;
	struct tiles *tiles;
	struct pack *pack; /* the writer's */
	struct custodian custodian[CUSTODIANS_MAX];
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
