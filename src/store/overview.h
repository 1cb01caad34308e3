/* SPDX-License-Identifier: ISC */
#ifndef STORE_OVERVIEW_H
#define STORE_OVERVIEW_H

#include "store/ledger.h"

/* overview: what an administrator wants to know of the log; beside a writer, or without one. */
struct overview {
	struct ledger_counts counts;
	uint64_t records;
	bool any; /* a message was filed; the next two are of the last one */
	uint64_t last_seq;
	int64_t last_ms; /* Unix */
	struct tally {
		uint64_t filed, unsigned_, unexaminable;
	} today;              /* since midnight, UTC */
	uint64_t checkpoint;  /* records in the newest checkpoint */
	int64_t published_ms; /* when it was published; 0: never */
	int64_t copied_ms;    /* when a copy of the state was made; 0: never */
	uint64_t custodians;
};

/* state, published: the directories. */
int overview_read(struct db *d, const char *state, const char *published, int64_t now_ms,
    struct overview *o, struct err *e);
/* The last message alone: cheap.  1, 0 when there is none, -1. */
int overview_last(struct db *d, uint64_t *seq, int64_t *time_ms, struct err *e);
/* Of the messages filed since, in all mailboxes. */
int overview_tally(struct db *d, int64_t since_ms, struct tally *t, struct err *e);
/* How many messages were filed from that mailbox since. */
int overview_filed(
    struct db *d, struct str mailbox, int64_t since_ms, uint64_t *filed, struct err *e);
/* When a copy of the state was made: `mailseal backup` touches state/copied.  0: never. */
int64_t overview_copied_ms(const char *state);

/* In a batch: what the newest examination of that message says is out of the ordinary: "unsigned",
 * "unexaminable"; NULL: nothing. */
int exception_set(struct db *d, uint64_t seq, const char *what, struct err *e);

#endif
