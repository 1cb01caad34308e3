/* SPDX-License-Identifier: ISC */
#ifndef STORE_TWIN_H
#define STORE_TWIN_H

#include "store/db.h"

/*
 * twin: two accounts to which one rule copies the same mail.  A message is known in both by its
 * body, which is what passes unchanged; each message of one has one of the other as its partner.
 */
struct twin_message {
	uint64_t seq;
	struct str account, other;     /* sections of the configuration */
	struct hash body;              /* keyed, as ledger_message.dedup */
	int64_t arrived_ms, sealed_ms; /* INTERNALDATE, and our clock; Unix */
};

/* In a batch, after ledger_add: it is kept, with its partner when that is there already. */
int twin_add(struct db *d, const struct twin_message *m, struct err *e);
/*
 * The message after *seq of that account that has no partner, sealed before before_ms, arrived
 * when both accounts were watched: 1 with *seq set, 0 at the end, -1.  Begin with *seq -1.
 */
int twin_next_alone(struct db *d, struct str account, struct str other, int64_t before_ms,
    int64_t *seq, struct err *e);

#endif
