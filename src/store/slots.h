/* SPDX-License-Identifier: ISC */
#ifndef STORE_SLOTS_H
#define STORE_SLOTS_H

#include "base/buf.h"

/*
 * slots: the key file of one custodian, slots/<name>: after a first slot that says what it is,
 * one slot of SLOT_SIZE bytes a record: {content key, seed} in a sealed box to him.  A slot of
 * zeros is none.  Small, apart from packs and database, because who erases it erases the message.
 */
struct slots;

enum {
	SLOT_SIZE = 112, /* bytes: 32 + 32 and 48 of a sealed box (libsodium crypto_box_seal) */
};

/* For the writer: created when absent.  directory stays the caller's. */
struct slots *slots_open(int directory, const char *name, struct err *e);
void slots_close(struct slots *s);
int slots_put(struct slots *s, uint64_t seq, const uint8_t slot[SLOT_SIZE], struct err *e);
int slots_sync(struct slots *s, struct err *e); /* before the database commits */

/* Overwrites all slots, then removes the file; nothing to erase is fine.  Nobody has it open. */
int slots_erase(int directory, const char *name, struct err *e);

/* For readers: 1, 0 when that record has no slot for him (any more), -1. */
int slots_get(
    int directory, const char *name, uint64_t seq, uint8_t slot[SLOT_SIZE], struct err *e);

#endif
