/* SPDX-License-Identifier: ISC */
#ifndef STORE_MAILBOX_H
#define STORE_MAILBOX_H

#include "base/ranges.h"
#include "store/db.h"

/*
 * mailbox: what became of each UID of a mailbox: sealed, gone before it was seen, or missing and
 * fetched again.  A mailbox under one UIDVALIDITY is a generation.  All in a batch or outside,
 * except where said.
 */
struct generation {
	struct str mailbox;
	uint64_t uidvalidity;
};

/* The mailbox and this generation are there from now on; UIDNEXT was that. */
int mailbox_open(
    struct db *d, struct generation g, uint64_t uidnext, int64_t now_ms, struct err *e);
/* The UID up to which all is settled: sealed, gone, or missing and known to be; 0 at first. */
int mailbox_settled(struct db *d, struct generation g, uint64_t *uid, struct err *e);
/* 1 when it is not to be watched any more, 0, -1. */
int mailbox_is_retired(struct db *d, struct str mailbox, struct err *e);
int mailbox_retire(struct db *d, struct str mailbox, int64_t now_ms, struct err *e);
/* The generation it has now: 1, 0 when it never was opened, -1. */
int mailbox_uidvalidity(struct db *d, struct str mailbox, uint64_t *uidvalidity, struct err *e);

/* ---- counting ---- */

struct mailbox_count {
	uint64_t uidnext, exists, listed;
	struct ranges sealed, gone;
	int64_t counted_ms; /* 0: never */
	int64_t seq, id;    /* what of `message` and `same` is in sealed */
};

/* As it was last; the sets are the caller's to free.  ERR_DAMAGED when it was never opened. */
int mailbox_count_load(struct db *d, struct generation g, struct mailbox_count *c, struct err *e);
/* Adds to sealed what was since. */
int mailbox_count_sealed(struct db *d, struct generation g, struct mailbox_count *c, struct err *e);
int mailbox_count_save(
    struct db *d, struct generation g, const struct mailbox_count *c, struct err *e);
void mailbox_count_free(struct mailbox_count *c);

/* ---- what is missing ---- */

/* Exactly these are, the lowest LIMIT_MISSING at most; new ones are due now. */
int missing_set(
    struct db *d, struct generation g, const struct ranges *uids, int64_t now_ms, struct err *e);
/* Those that are to be fetched now, into the empty set. */
int missing_due(
    struct db *d, struct generation g, int64_t now_ms, struct ranges *due, struct err *e);
/* When the first of those is due that are not yet (Unix ms): 1, 0 when there is none, -1. */
int missing_next(
    struct db *d, struct generation g, int64_t now_ms, int64_t *next_ms, struct err *e);
int missing_all(struct db *d, struct generation g, struct ranges *all, struct err *e);
/* It was tried (once more), in vain as far as is known: tried again after a longer while. */
int missing_tried(struct db *d, struct generation g, uint64_t uid, int64_t now_ms, struct err *e);
/* How many failed more than once and are missing since before_ms, and the lowest of them. */
int missing_long(struct db *d, struct generation g, int64_t before_ms, uint64_t *n, uint64_t *uid,
    struct err *e);
int missing_is(struct db *d, struct generation g, uint64_t uid, struct err *e); /* 1, 0, -1 */
int missing_found(struct db *d, struct generation g, uint64_t uid, struct err *e);

/* ---- the same message under another UIDVALIDITY ---- */

/* Has it other generations? 1, 0, -1. */
int same_wanted(struct db *d, struct generation g, struct err *e);
/* A message of another generation with these bytes, whose place in this one is free: 1, 0, -1. */
int same_find(
    struct db *d, struct generation g, const struct hash *dedup, uint64_t *seq, struct err *e);
int same_add(struct db *d, struct generation g, uint64_t uid, uint64_t seq, struct err *e);
/* The message that was found to be this UID: 1, 0, -1. */
int same_get(struct db *d, struct generation g, uint64_t uid, uint64_t *seq, struct err *e);

/* ---- when nobody looked ---- */

/* A session lives. */
int mailbox_watched(struct db *d, struct str mailbox, int64_t now_ms, struct err *e);
/* When one was last known to; 0: never. */
int mailbox_watched_until(struct db *d, struct str mailbox, int64_t *ms, struct err *e);
int mailbox_unwatched(
    struct db *d, struct str mailbox, int64_t from_ms, int64_t until_ms, struct err *e);

/* ---- looking back ---- */

/* A generation as it was last counted, with what is known of its mailbox. */
struct mailbox_past {
	char mailbox[80]; /* NUL-terminated; "" begins */
	uint64_t uidvalidity;
	int64_t opened_ms;
	uint64_t opened_next;           /* UIDNEXT then */
	bool now;                       /* the one it has now */
	int64_t watched_ms, retired_ms; /* of the mailbox; 0: never */
};
/* The one after *at, by name and age: 1 with *at set, 0 at the end, -1.  Begin with {0}. */
int mailbox_past_next(struct db *d, struct mailbox_past *at, struct err *e);
/* The time nobody looked after *until_ms: as above.  Begin with both 0. */
int mailbox_unwatched_next(
    struct db *d, struct str mailbox, int64_t *from_ms, int64_t *until_ms, struct err *e);

#endif
