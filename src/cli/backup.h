/* SPDX-License-Identifier: ISC */
#ifndef CLI_BACKUP_H
#define CLI_BACKUP_H

#include "conf/conf.h"
#include "store/manifest.h"

/*
 * backup: a consistent copy of the state directory, made while the daemon runs:
 *
 *	DIR/packs/000001.pack …         appended to; shared by all that follows
 *	DIR/20261125T031500.123Z/       one copy of the rest: db.sqlite, slots/, custodian/,
 *	                                signer/state, and `manifest` with every hash
 *
 * 1. A directory by such a name is complete: it is renamed to it when all is durable.
 * 2. The copy before is removed then: who erases a message waits for one backup, not for years.
 * 3. What the records give again is not copied: the published tree.  What must not be copied is
 *    not: log key and dedup key (backup_keys), work keys.
 */
enum {
	BACKUP_NAME_MAX = 32, /* bytes, with a NUL */
};

struct backup_done {
	char name[BACKUP_NAME_MAX];
	uint64_t records, bytes; /* bytes: written by this run */
};

/*
 * 0, or -1: ERR_CONFIG (DIR is in the state or holds another log's backup; no room), ERR_RETRY
 * (another backup is at work), ERR_DAMAGED, ERR_SYSTEM.
 */
int backup_make(const struct conf *conf, const char *dir, struct backup_done *done, struct err *e);
/* Copies log.key and dedup.key, which never change, into another directory: mode 0600. */
int backup_keys(const struct conf *conf, const char *dir, struct err *e);

/*
 * The newest complete copy in the directory: its name, and its manifest, whose text goes to text
 * (BUF_MAX(LIMIT_MANIFEST)).  1, 0 when there is none, -1.
 */
int backup_find(
    int dir, char name[BACKUP_NAME_MAX], struct buf *text, struct manifest *m, struct err *e);
/* -1 with ERR_CONFIG when the directory is one of those of conf, or in one, or holds one. */
int backup_apart(const struct conf *conf, const char *dir, struct err *e);

#endif
