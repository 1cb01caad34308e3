/* SPDX-License-Identifier: ISC */
#ifndef STORE_PACK_H
#define STORE_PACK_H

#include "base/buf.h"

/*
 * pack: objects, encrypted by who gives them to us, one after the other in packs/000001.pack and
 * so on.  A pack is only appended to; the next begins when PACK_MAX is passed.  Which bytes count
 * is the database's to say: what lies behind is the tail of a batch that was not committed, and
 * is cut at start.
 */
struct pack;

struct pack_place {
	uint32_t pack;   /* from 1; 0: no object */
	uint64_t offset; /* bytes */
	uint64_t length; /* bytes */
};

enum {
	PACK_MAX = 256 << 20, /* bytes: a file that is copied in seconds and backed up once */
};

/*
 * For the writer: directory is an open descriptor that stays the caller's; end is where the last
 * committed object ends.  Cuts what lies behind.  NULL on ERR_SYSTEM, or ERR_DAMAGED when the
 * committed bytes are not all there.
 */
struct pack *pack_open(int directory, struct pack_place end, struct err *e);
void pack_close(struct pack *p);

/* One object, in pieces; begin may start a new pack. */
int pack_begin(struct pack *p, struct err *e);
int pack_add(struct pack *p, struct str bytes, struct err *e);
struct pack_place pack_end(struct pack *p);        /* where the object lies */
struct pack_place pack_here(const struct pack *p); /* the end of all, as pack_open takes it */
/* All bytes so far are durable: before the database commits. */
int pack_sync(struct pack *p, struct err *e);

/* For readers: length bytes from offset within the object, added to out, whose ceiling bounds them. */
int pack_read(int directory, struct pack_place object, uint64_t offset, size_t length,
    struct buf *out, struct err *e);

#endif
