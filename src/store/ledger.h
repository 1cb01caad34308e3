/* SPDX-License-Identifier: ISC */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/db.h"

/* ledger: which messages of which mailbox are records, and what is still to be done for them. */

enum {
	LEDGER_NAME_MAX = 80, /* bytes of a mailbox's name, as daemon/family.h */
};

struct ledger_message {
	uint64_t seq;
	struct str
	    mailbox; /* its name in the configuration; of a message found, a view of `name` */
	uint64_t uidvalidity, uid;
	struct hash dedup; /* HMAC-SHA-256(state/dedup.key, SHA-256(message)) */
	char name[LEDGER_NAME_MAX];
};

/* The mailbox is there, with this UIDVALIDITY.  In a batch or outside. */
int ledger_open(struct db *d, struct str mailbox, uint64_t uidvalidity, struct err *e);
/* Highest UID filed under that UIDVALIDITY; 0 when none.  (mailbox_settled is where to go on.) */
int ledger_last_uid(
    struct db *d, struct str mailbox, uint64_t uidvalidity, uint64_t *uid, struct err *e);
/* Seq of the newest record of that mailbox: 1, 0 when none, -1. */
int ledger_last_seq(struct db *d, struct str mailbox, uint64_t *seq, struct err *e);

/* In a batch, after store_add: it is the newest record of that mailbox. */
int ledger_chain(struct db *d, struct str mailbox, uint64_t seq, struct err *e);
/* In a batch, after store_add.  ERR_DAMAGED when that UID is filed already. */
int ledger_add(struct db *d, const struct ledger_message *m, int64_t now_ms, struct err *e);
/* 1, 0 when there is none, -1. */
int ledger_find(struct db *d, struct str mailbox, uint64_t uidvalidity, uint64_t uid,
    struct ledger_message *m, struct err *e);
/* Seq of the first message of the same bytes that was not erased: 1, 0 when there is none, -1. */
int ledger_copy(struct db *d, struct hash dedup, uint64_t *seq, struct err *e);
int ledger_get(struct db *d, uint64_t seq, struct ledger_message *m, struct err *e);

/* A message whose examination is not complete. */
struct ledger_job {
	uint64_t seq;
	uint64_t attempts; /* checkers that died on it since it was last examined */
	uint64_t rounds;   /* examinations sealed */
	int64_t next_ms;   /* not before; Unix */
	uint64_t uid;      /* of ledger_job_next: in that generation of the mailbox */
};

/*
 * The pending job of a message that is there under that UIDVALIDITY, perhaps sealed under another
 * (store/mailbox.h, same): the one after *at in the order of (next_ms, seq), due at now_ms: 1 with
 * *at set to it, 0 when there is none, -1.  Begin with *at zeroed.
 */
int ledger_job_next(struct db *d, struct str mailbox, uint64_t uidvalidity, int64_t now_ms,
    struct ledger_job *at, struct err *e);
/* The same, of any mailbox. */
int ledger_job_any(struct db *d, int64_t now_ms, struct ledger_job *at, struct err *e);
int ledger_job(struct db *d, uint64_t seq, struct ledger_job *j, struct err *e); /* pending: 1 */
int ledger_job_set(struct db *d, const struct ledger_job *j, const char *why, struct err *e);
int ledger_job_close(struct db *d, uint64_t seq, const char *why, struct err *e);
/* Closes those whose message was sealed before. */
int ledger_job_expire(struct db *d, int64_t before_ms, const char *why, struct err *e);
/* When the first job after that time is due; -1: none is pending then. */
int ledger_job_due(struct db *d, int64_t after_ms, int64_t *next_ms, struct err *e);

/* Those sealed before and never examined: how many, and the seq of the first. */
int ledger_unexamined(struct db *d, int64_t before_ms, uint64_t *n, uint64_t *first, struct err *e);

struct ledger_counts {
	uint64_t messages, examinations, pending, last_sealed_ms;
};
int ledger_counts(struct db *d, struct ledger_counts *c, struct err *e);

#endif
