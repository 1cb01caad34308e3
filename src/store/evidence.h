/* SPDX-License-Identifier: ISC */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "base/buf.h"
#include "store/db.h"

/* evidence: DNS packets by their hash, and the ledger of DKIM keys. */

/* In a batch; the same packet again is fine. */
int evidence_add(struct db *d, struct hash sha256, struct str packet, struct err *e);
/* Adds the packet to out: 1, 0 when there is none, -1. */
int evidence_get(struct db *d, struct hash sha256, struct buf *out, struct err *e);

/* value: SHA-256 of the joined TXT strings; *seq: of the `key` record.  1, 0 when new, -1. */
int evidence_key(struct db *d, struct str owner, struct hash value, uint64_t *seq, struct err *e);
/* The names that have keys, in order: the next after *owner (empty at first) that ends so; 1, 0 at
 * the end, -1. */
int evidence_next_owner(struct db *d, struct str tail, struct buf *owner, struct err *e);
int evidence_add_key(
    struct db *d, struct str owner, struct hash value, uint64_t seq, struct err *e);

#endif
