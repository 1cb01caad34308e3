/* SPDX-License-Identifier: ISC */
#ifndef STORE_INSPECT_H
#define STORE_INSPECT_H

#include "store/store.h"

/*
 * inspect: the store as it lies there, for who checks it.  Nothing is believed, and no
 * transaction is held: what lies below the edge is never changed, only added to, so it can be
 * read for hours beside the writer.
 */

/* The edge: how many records there are, and their tree as the database keeps it. */
struct inspect_edge {
	struct tlog_tree tree;
	struct pack_place end; /* of the last pack, as pack_open takes it */
	bool peaks_fit;        /* one peak for each set bit of the size; else the tree has zeros */
};
int inspect_edge(struct db *d, struct inspect_edge *edge, struct err *e);

/* Each: 1, 0 when there is none (more), -1. */

/* The hash of a record. */
int inspect_record(struct db *d, uint64_t seq, struct hash *sha256, struct err *e);

/* The first checkpoint of at least that size; the note is a view until the next call. */
int inspect_checkpoint(
    struct store *s, uint64_t from, struct store_checkpoint *checkpoint, struct err *e);
/* The published one, added to note; the file of a tile, added to bytes (ERR_LIMIT: too long). */
int inspect_published(struct store *s, struct buf *note, struct err *e);
int inspect_tile(struct store *s, const struct tile *tile, struct buf *bytes, struct err *e);
/* The first packet whose hash is greater (.p NULL: of all); its bytes replace those in packet. */
int inspect_evidence(
    struct store *s, struct str after, struct hash *sha256, struct buf *packet, struct err *e);
/* A mailbox that says its newest record is one that is not there; its name replaces name. */
int inspect_mailbox(struct store *s, struct buf *name, struct err *e);
/* What SQLite says of its file (PRAGMA quick_check), when it is not "ok": replaces text. */
int inspect_database(struct store *s, struct buf *text, struct err *e);

#endif
