/* SPDX-License-Identifier: ISC */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/db.h"
#include "store/pack.h"
#include "store/slots.h"
#include "store/tiles.h"

/*
 * store: the log as it is kept, and one door to its parts: records in SQLite, objects in packs,
 * slots in a key file a custodian, the tree in the published directory.
 *
 * 1. One writer: the keeper, under a lock.  Readers (the command line) run beside it.
 * 2. Durable before acknowledged: store_commit returns when packs, slots and database are, in
 *    that order; after it a record is there for good.
 * 3. What the database does not name does not exist: it is cut off at the next store_open.
 * 4. After any failure while writing the process must end: the next start re-reads the disk.
 */
struct store;

/* Who the log is, as `mailseal init` says it once. */
struct store_identity {
	struct str origin, vkey, recovery; /* vkeys as C2SP signed-note writes them */
};

/*
 * Makes the state directory (0711, so that a web server gets to the published one, which lies
 * there by default) with db.sqlite, dedup.key, packs, slots, signer and custodian (0700, files
 * 0600), and the published directory (0755, files 0644).  0, or -1 with ERR_CONFIG when one of them holds anything
 * already: a log is made once.  What was made so far is left for a person to look at.
 */
int store_create(
    const char *state, const char *published, const struct store_identity *id, struct err *e);

enum store_mode {
	STORE_WRITE, /* cuts what was not committed; custodians are those in state/custodian now */
	STORE_READ,
};

/* NULL on ERR_CONFIG when there is no store ("run mailseal init"), ERR_RETRY when another process
 * writes it (STORE_WRITE): it may be one that is dying; else ERR_DAMAGED, ERR_SYSTEM. */
struct store *store_open(
    const char *state, const char *published, enum store_mode mode, struct err *e);
void store_close(struct store *s);
const struct store_identity *store_identity(const struct store *s);
struct db *store_db(struct store *s); /* for ledger.h and evidence.h */

/* ---- writing: a batch ---- */

int store_begin(struct store *s, struct err *e);
int store_commit(struct store *s, struct err *e);

uint64_t store_size(const struct store *s);    /* records, those of the batch too: the next seq */
struct hash store_root(const struct store *s); /* of the tree over them */
struct hash store_last(const struct store *s); /* hash of the newest record; zeros when none */

/* An object of the next record, already encrypted, in pieces; then store_add with its place. */
struct pack *store_pack(struct store *s);

enum {
	STORE_CUSTODIANS = 16,
};
/* The custodians, in no order that stays. */
size_t store_custodians(const struct store *s);
const char *store_custodian(const struct store *s, size_t i); /* the name: custodian/<name>.pub */
int store_put_slot(
    struct store *s, size_t custodian, uint64_t seq, const uint8_t slot[SLOT_SIZE], struct err *e);

/* Outside a batch: a custodian more, without slots yet; or one less: his slots are overwritten and
 * removed, durably, and those after him move down by one. */
int store_custodian_add(struct store *s, const char *name, struct err *e);
int store_custodian_remove(struct store *s, size_t custodian, struct err *e);
/* Slots of the records from `from` on, SLOT_SIZE bytes each, zeros where there is none: those are
 * kept that he does not have yet, of records that hide something; how many.  Durable. */
int store_fill_slots(struct store *s, size_t custodian, uint64_t from, struct str slots,
    uint64_t *filled, struct err *e);

struct store_new {
	const char *kind;
	struct str bytes; /* says seq and log-previous as store_size and store_last did */
	int64_t time_ms;
	int64_t of;               /* seq of what it is about, or -1 */
	struct pack_place object; /* .pack 0: none */
};
/* Appends a record with a fresh leaf salt; its seq is what store_size was. */
int store_add(struct store *s, const struct store_new *n, struct err *e);

/* What a message is known by, whatever its UID: HMAC-SHA-256(state/dedup.key, SHA-256(message)). */
struct hash store_dedup(const struct store *s, struct hash message);

/* ---- publishing, outside a batch ---- */

/* Writes all tiles of the tree as committed; then proofs to that size can be asked for. */
int store_publish_tiles(struct store *s, struct err *e);
/* The size of the checkpoint that is published, if it is one of ours; 0: sign and publish anew. */
uint64_t store_published(const struct store *s);
/*
 * For a state that came back from a backup, opened for reading: the tiles of its latest checkpoint,
 * which proofs are made of, into its published directory when that has no checkpoint.  They are
 * what was published once; the checkpoint itself waits until the log goes on.
 */
int store_restore_tiles(struct store *s, const char *published, struct err *e);
/* A note that was verified: kept, then published.  The same size and root again is fine. */
int store_publish_checkpoint(
    struct store *s, uint64_t size, struct hash root, struct str note, struct err *e);

/* ---- reading ---- */

struct store_record {
	uint64_t seq;
	struct str kind, bytes;   /* views until the next store_next, store_get or store_by_hash */
	struct hash sha256, salt; /* salt: the leaf's */
	int64_t time_ms;
	int64_t of;               /* seq, or -1 */
	struct pack_place object; /* .pack 0: none */
};

/* Which records, in order; advanced by store_next.  {0} asks for all. */
struct store_query {
	uint64_t from;    /* the first seq */
	const char *kind; /* NULL: any */
	bool only_of;     /* only examinations of `of` */
	uint64_t of;
};

/* Each: 1 with *r set, 0 when there is none (more), -1. */
int store_next(struct store *s, struct store_query *q, struct store_record *r, struct err *e);
int store_get(struct store *s, uint64_t seq, struct store_record *r, struct err *e);
int store_by_hash(struct store *s, struct hash sha256, struct store_record *r, struct err *e);

/* Ciphertext: length bytes from offset within the object. */
int store_object(struct store *s, struct pack_place object, uint64_t offset, size_t length,
    struct buf *out, struct err *e);
/* By custodian's name: 1, 0 when there is none (any more), -1. */
int store_slot(
    struct store *s, const char *custodian, uint64_t seq, uint8_t slot[SLOT_SIZE], struct err *e);

struct store_checkpoint {
	uint64_t size;
	struct hash root;
	struct str note; /* view until the next call */
};
int store_checkpoint(struct store *s, struct store_checkpoint *c, struct err *e); /* the latest */

/* How many hashes, or -1; size at most that of the latest checkpoint. */
int store_inclusion(
    struct store *s, uint64_t seq, uint64_t size, struct hash proof[TLOG_PROOF_MAX], struct err *e);
int store_consistency(struct store *s, uint64_t from, uint64_t size,
    struct hash proof[TLOG_PROOF_MAX], struct err *e);

#endif
