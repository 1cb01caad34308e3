/* SPDX-License-Identifier: ISC */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include <stdio.h>

#include "cli/secret.h"
#include "cli/unseal.h"
#include "crypto/verify.h"
#include "seal/record.h"
#include "tlog/note.h"
#include "tlog/tile.h"

/*
 * audit: is what the store holds what the log says?  Its files:
 *
 *	audit.c           one pass over the records, in their order
 *	audit_finding.c   what can be wrong: one table; how it is told
 *	audit_record.c    a record, its chain, and the tables that must agree with it
 *	audit_tree.c      tree, checkpoints, edge, the signer's memory
 *	audit_tiles.c     the published tree, byte by byte
 *	audit_object.c    ciphertexts, slots; with a custodian's secret, what they hide
 *
 * 1. It only reads, and runs beside the daemon: it sees the records that were committed when it
 *    began, and what was published then.
 * 2. Memory does not grow with the log.
 * 3. What is wrong is a finding, and the pass goes on; -1 is for what keeps it from looking.
 */
enum audit_code {
	AUDIT_DATABASE,
	AUDIT_RECORD_HASH,
	AUDIT_RECORD_TEXT,
	AUDIT_RECORD_ROW,
	AUDIT_CHAIN,
	AUDIT_LEDGER,
	AUDIT_EVIDENCE,
	AUDIT_CHECKPOINT,
	AUDIT_EDGE,
	AUDIT_SIGNER,
	AUDIT_PUBLISHED,
	AUDIT_TILE,
	AUDIT_UNEXPLAINED,
	AUDIT_OBJECT,
	AUDIT_SLOT,
	AUDIT_CONTENT,
	AUDIT_CODES,
};

/* What is looked at besides records, tree, checkpoints, edge. */
enum audit_scope {
	AUDIT_SCOPE_OBJECTS = 1,   /* ciphertexts, slots */
	AUDIT_SCOPE_PUBLISHED = 2, /* the published tree, the signer's memory */
	AUDIT_SCOPE_OPEN = 4,      /* every published entry is explained */
};

struct audit_tiles;

struct audit {
	struct store *store;
	const char *state, *published; /* directories */
	unsigned scope;
	const struct unseal *unseal; /* NULL: plaintexts are not looked at */
	FILE *out;                   /* findings go there; NULL: they are only counted */
	bool json, verbose;          /* verbose: a line a leaf */
	bool progress;               /* on standard error */

	/* what was seen */
	uint64_t findings, told[AUDIT_CODES], records, checkpoints, tiles, objects, bytes, opened;

	/* while it runs */
	struct crypto *crypto;
	struct vkey vkey;
	struct tlog_tree tree; /* of the records so far */
	struct hash last;      /* of the newest of them */
	struct audit_tiles *published_tiles;
	uint64_t next_checkpoint; /* its size; 0: there is none more */
	struct buf row;           /* kind and bytes of the record at work */
	struct {
		char name[CUSTODIAN_NAME_MAX + 1];
		bool began; /* he had a slot: what came before was filed before he was added */
	} custodian[SECRET_CUSTODIANS];
	size_t n_custodians;
};

/* 0 when all was looked at, whatever was found; -1 on ERR_SYSTEM, ERR_LIMIT. */
int audit_run(struct audit *a, struct err *e);

/* ---- audit_finding.c ---- */

/* One finding.  where: "record 12"; why: what exactly, or NULL. */
void audit_say(struct audit *a, enum audit_code code, const char *where, const char *why);
/* The same of the record at work. */
void audit_say_record(struct audit *a, enum audit_code code, uint64_t seq, const char *why);
/* An error while looking at it: a finding when it tells of damage (0), else -1. */
int audit_error(struct audit *a, enum audit_code code, const char *where, const struct err *e);
/* What was seen, in one line, or for JSON one object. */
void audit_summary(const struct audit *a);
/* A leaf and what it is. */
void audit_leaf(const struct audit *a, const struct store_record *r, struct hash entry);

/* ---- audit_record.c ---- */

/* The record after the last one: *parsed, false when it cannot be read. */
int audit_record(struct audit *a, const struct store_record *r, struct record *parsed,
    bool *readable, struct err *e);
/* The DNS packets, all of them. */
int audit_evidence(struct audit *a, struct err *e);

/* ---- audit_tree.c ---- */

/* Adds its leaf; compares with the checkpoint of that size, if there is one. */
int audit_tree(struct audit *a, struct hash entry, struct err *e);
/* After the last record of the edge. */
int audit_edge(struct audit *a, const struct tlog_tree *edge, bool peaks_fit, struct err *e);
int audit_signer(struct audit *a, struct err *e);

/* ---- audit_tiles.c ---- */

/* Reads the published checkpoint: before the edge, so that its records are there. */
int audit_tiles_begin(struct audit *a, struct err *e);
/* After audit_tree: checkpoint: one of this size was signed. */
int audit_tiles_add(struct audit *a, struct hash entry, bool checkpoint, struct err *e);
int audit_tiles_end(struct audit *a, struct err *e);
void audit_tiles_free(struct audit_tiles *t);

/* ---- audit_object.c ---- */

int audit_object(
    struct audit *a, const struct store_record *r, const struct record *parsed, struct err *e);

#endif
