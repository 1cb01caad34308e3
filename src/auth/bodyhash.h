/* SPDX-License-Identifier: ISC */
#ifndef AUTH_BODYHASH_H
#define AUTH_BODYHASH_H

#include "auth/canon.h"
#include "crypto/hash.h"

/*
 * bodyhash: every hash of the body that the signatures of one message ask for, in one pass.
 * Equal wishes share one hash.
 */
struct bodyhash;

#define BODYHASH_ALL UINT64_MAX /* no l= */

struct bodyhash *bodyhash_new(void);
void bodyhash_free(struct bodyhash *b);

/*
 * Before the first bytes: ask for the hash of the first `limit` bytes of the canonical body.
 * Returns a number for bodyhash_get, or -1 past LIMIT_BODY_HASHES.
 */
int bodyhash_want(struct bodyhash *b, enum canon how, enum digest_alg alg, uint64_t limit);
/* The next bytes.  `whole`, if there is one, takes them too, as they are, in step with the others. */
void bodyhash_add(struct bodyhash *b, struct str chunk, struct digest *whole);
void bodyhash_end(struct bodyhash *b);

/* A view that lives as long as b. */
struct str bodyhash_get(const struct bodyhash *b, int number);
uint64_t bodyhash_size(const struct bodyhash *b, enum canon how); /* canonical bytes in all */

#endif
