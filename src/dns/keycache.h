/* SPDX-License-Identifier: ISC */
#ifndef DNS_KEYCACHE_H
#define DNS_KEYCACHE_H

#include "crypto/hash.h"
#include "dns/keyrecord.h"

/*
 * keycache: the key records that were read last, as they were read.  Most mail is signed by few
 * keys.
 *
 * Bounded: KEYCACHE_RECORDS of KEYCACHE_TEXT_MAX bytes; found by their bytes and nothing less, so what
 * it answers does not depend on what it holds.
 */
enum {
	KEYCACHE_RECORDS = 64,
	KEYCACHE_TEXT_MAX =
	    1024, /* RSA of 4096 bits takes 736 characters; a longer record is not kept */
};

struct known_key {
	struct keyrecord record; /* views into the cache, or text and arena */
	struct hash hash;        /* SHA-256 of the text */
};

struct keycache;

struct keycache *keycache_new(void);
void keycache_free(struct keycache *c);

/*
 * keyrecord_parse, and the text's hash.  c may be NULL.  What *k views lives as long as text and the
 * arena, and until KEYCACHE_RECORDS others have been read.
 */
void keycache_read(struct keycache *c, struct arena *a, struct str text, struct known_key *k);

#endif
