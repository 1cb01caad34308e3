/* SPDX-License-Identifier: ISC */
#ifndef KEYS_WORKKEY_H
#define KEYS_WORKKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * workkey: the content keys of messages whose examination is not complete, for the host that has to
 * read them once more: each is wrapped to the work key of its day.  A file a day,
 *
 *	workkeys/2026-01-31
 *
 * in slots of 80 bytes: the first is 48 of heading and the day's work key, the others are u64 record,
 * 24 of nonce, 48 of XChaCha20-Poly1305 (libsodium; the u64 is its additional data); zeros: free.
 *
 * 1. A wrapped key is overwritten as soon as it is not wanted any more, and all of a day, with its
 *    work key, when WORKKEY_DAYS have passed: overwritten, unlinked, and the directory synced.
 * 2. Nothing of this is in SQLite, and no part of a backup.
 * 3. Wrapping is not synced: what a power cut takes is asked of the mailbox again.  Erasing is
 *    written at once, and durable at the next workkeys_tick.
 */
enum {
	WORKKEY_DAYS = 8, /* an examination is tried for seven, and the day it began on */
};

struct workkeys;

/* Those in the directory `workkeys` of the directory state, which is made when it is not there;
 * state stays the caller's.  NULL on ERR_SYSTEM.  Files of days that are over, or that are damaged,
 * are destroyed.  now_s: Unix seconds. */
struct workkeys *workkeys_open(int state, int64_t now_s, struct err *e);
void workkeys_close(struct workkeys *w); /* wiped */

/* Destroys the days that are over, at now (Unix seconds), or lie ahead of it by more than one: the
 * clock was wrong.  Syncs what was erased.  0, or -1 on ERR_SYSTEM. */
int workkeys_tick(struct workkeys *w, int64_t now_s, struct err *e);

/* Wraps the content key of a record to today's work key: 0, or -1 on ERR_SYSTEM. */
int workkeys_put(
    struct workkeys *w, int64_t now_s, uint64_t seq, const uint8_t key[32], struct err *e);
bool workkeys_has(const struct workkeys *w, uint64_t seq);
/* The content key: 1, 0 when there is none (any more), or it is damaged, -1 on ERR_SYSTEM. */
int workkeys_get(struct workkeys *w, uint64_t seq, uint8_t key[32], struct err *e);
/* Nothing to erase is fine. */
int workkeys_erase(struct workkeys *w, uint64_t seq, struct err *e);

/* The records that have one, in no order: true with the next after place *at, which begins at 0. */
bool workkeys_next(const struct workkeys *w, size_t *at, uint64_t *seq);

#endif
