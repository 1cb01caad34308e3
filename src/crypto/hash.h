/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stdint.h>

#include "base/str.h"

/*
 * hash: SHA-256 and its relatives (FIPS 180-4), in one go and streaming.  All OpenSSL's, but for
 * the streaming SHA-256 of a processor with instructions for it (crypto/sha256_step.h).
 */
struct hash {
	uint8_t b[32];
};

struct hash512 {
	uint8_t b[64];
};

bool hash_eq(struct hash a, struct hash b);
struct str hash_str(const struct hash *h); /* a view of its 32 bytes */
struct hash sha256(struct str bytes);
struct hash512 sha512(struct str bytes);
struct hash hmac_sha256(struct str key, struct str bytes); /* RFC 2104 */

enum digest_alg {
	DIGEST_SHA1,
	DIGEST_SHA256,
	DIGEST_SHA512,
};

/* One running hash.  Nothing here fails: without memory the process aborts. */
struct digest;

struct digest *digest_new(enum digest_alg alg);
struct digest *digest_copy(const struct digest *d); /* goes on apart from the same state */
void digest_add(struct digest *d, struct str bytes);
/* a takes x and b takes y.  Of two SHA-256 the second costs a third, where the processor can. */
void digest_add_two(struct digest *a, struct str x, struct digest *b, struct str y);
/* Fills out (64 bytes at most) and returns how many; afterwards only digest_free may follow. */
size_t digest_end(struct digest *d, uint8_t out[64]);
void digest_free(struct digest *d);

#endif
