/* SPDX-License-Identifier: ISC */
#ifndef CLI_UNSEAL_H
#define CLI_UNSEAL_H

#include "keys/custodian.h"
#include "keys/object.h"
#include "store/store.h"

/* unseal: what a record hides, read with a custodian's secret. */
struct unseal {
	struct store *store;
	const struct custodian *custodian;
	const struct custodian_secret *secret;
};

/*
 * The key and the seed of record seq; slot_wipe after use.  0, or -1 with ERR_REFUSED (he has no
 * slot for it, or it is another's), ERR_DAMAGED, ERR_SYSTEM.
 */
int unseal_slot(const struct unseal *u, uint64_t seq, struct slot *slot, struct err *e);

/*
 * Decrypts an object: its values to a buf (BUF_MAX(LIMIT_VALUES)), then at most max bytes of the
 * message to the sink.  enough: may be NULL; once it is true, perhaps set by the sink, no more is
 * read, and what came was authentic, but not the whole.  0, or -1: ERR_DAMAGED, ERR_LIMIT,
 * ERR_SYSTEM, or what the sink said.
 */
int unseal_object(const struct unseal *u, struct pack_place place, const struct slot *slot,
    uint64_t max, struct buf *values, const struct object_sink *sink, const bool *enough,
    struct err *e);

#endif
