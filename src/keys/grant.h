/* SPDX-License-Identifier: ISC */
#ifndef KEYS_GRANT_H
#define KEYS_GRANT_H

#include "base/buf.h"

/*
 * grant: the refresh token (RFC 6749 section 1.5) of a mailbox, in the file tokens/NAME.token below
 * the state directory.  It belongs to whom that directory belongs to, and nobody else may read it.
 */
struct grant {
	struct buf text;                  /* of the file; owns the views */
	struct str client, refresh_token; /* which client it was given to */
	uint64_t obtained, expires;       /* Unix seconds; expires 0: the server did not say */
};

/* 0, or -1: ERR_CONFIG when there is none or others may read it; ERR_DAMAGED, ERR_SYSTEM. */
int grant_load(const char *state, const char *mailbox, struct grant *g, struct err *e);
void grant_wipe(struct grant *g);
/* Replaces it, durably and in one step.  As root, for the owner of the state directory.
 * ERR_CONFIG, ERR_SYSTEM. */
int grant_save(const char *state, const char *mailbox, const struct grant *g, struct err *e);
/* Who reads, asks the server and replaces must be alone: a descriptor; closing it unlocks.  -1 on
 * ERR_SYSTEM. */
int grant_lock(const char *state, struct err *e);

#endif
