/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_SHA256_STEP_H
#define CRYPTO_SHA256_STEP_H

#include "base/str.h"

/*
 * sha256_step: SHA-256 (FIPS 180-4 section 6.2) by the processor's own instructions, for one stream
 * or for two in step.  A round of one stream waits for the round before it; in the meantime the
 * other's costs almost nothing.  OpenSSL has no call for that, so it is done here, and only where
 * there are such instructions (x86's SHA extensions): elsewhere the hash is OpenSSL's (crypto/hash).
 */
enum {
	SHA256_BLOCK = 64,
};

/* A running hash; begin with SHA256_STEP.  Words of state stand as the instructions want them. */
struct sha256_step {
	uint32_t feba[4], hgdc[4];
	uint64_t size;               /* bytes in all */
	uint8_t block[SHA256_BLOCK]; /* size % 64 of them, not hashed yet */
};

extern const struct sha256_step SHA256_STEP;

bool sha256_step_can(
    void); /* has the processor the instructions?  If not, nothing below may be called */

void sha256_step_add(struct sha256_step *s, struct str bytes);
/* a takes x and b takes y, in step as far as both go. */
void sha256_step_add_two(struct sha256_step *a, struct str x, struct sha256_step *b, struct str y);
void sha256_step_end(struct sha256_step *s, uint8_t out[32]);

#endif
