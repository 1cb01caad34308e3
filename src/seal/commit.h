/* SPDX-License-Identifier: ISC */
#ifndef SEAL_COMMIT_H
#define SEAL_COMMIT_H

#include "crypto/hash.h"

/*
 * commit: a hash that fixes a value and does not tell it (FORMATS section 2).  Every record has
 * its own seed, from which comes a salt for each label; whoever has the salt can open that one
 * value, and no other.
 */
struct seed {
	uint8_t b[32];
};

/* HMAC-SHA-256(seed, "mailseal/salt/v1\0" || label).  Labels are shorter than 64 KB. */
struct hash commit_salt(const struct seed *seed, struct str label);

/* The commitment to bytes under label, with the salt that this seed gives, or with that salt. */
struct hash commit_value(const struct seed *seed, struct str label, struct str bytes);
struct hash commit_with_salt(struct str label, struct hash salt, struct str bytes);

/* What is hashed before the bytes: "mailseal/commit/v1\0", label, salt, and the length. */
void commit_start(struct digest *d, struct str label, struct hash salt, uint64_t length);

/* SHA-256 of the two in ascending order (RFC 4998 section 4.2; FORMATS section 5). */
struct hash ers_join(struct hash a, struct hash b);

/* m of a message: its SHA-256, hidden by salt("ers"). */
struct hash ers_m(struct hash message, struct hash salt);

#endif
