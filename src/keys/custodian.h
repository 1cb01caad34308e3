/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CUSTODIAN_H
#define KEYS_CUSTODIAN_H

#include "base/buf.h"
#include "crypto/hash.h"

/*
 * custodian: who can read what was filed.  The host keeps only his public key (X25519), in
 * custodian/<name>.pub.  His secret is derived from a passphrase (Argon2id, RFC 9106) or lies in
 * a file that he keeps elsewhere.
 */
enum {
	CUSTODIAN_NAME_MAX = 32,       /* letters, digits, "-" and "_" */
	CUSTODIAN_SLOT = 112,          /* bytes: 32 + 32, and 48 of a sealed box (libsodium) */
	CUSTODIAN_PASSPHRASE_MIN = 12, /* bytes: shorter ones are refused */
};

struct custodian {
	char name[CUSTODIAN_NAME_MAX + 1];
	bool by_passphrase;
	uint8_t pub[32];
	uint8_t salt[16];  /* of Argon2id, and its costs */
	uint64_t ops, mem; /* passes; bytes */
};

struct custodian_secret {
	uint8_t b[32];
};

/* What a slot holds: enough to read and open one record. */
struct slot {
	uint8_t key[32];  /* the object's content key */
	uint8_t seed[32]; /* of the record's commitments */
};

/* A new custodian; takes a second or two, and 256 MB.  0, or -1 on ERR_CONFIG. */
int custodian_by_passphrase(
    struct custodian *c, struct str name, struct str passphrase, struct err *e);
/* A new custodian whose secret goes to a new file (mode 0600): also ERR_SYSTEM. */
int custodian_by_file(struct custodian *c, struct str name, const char *path, struct err *e);

/* The public part as <name>.pub in the directory; loading, also ERR_DAMAGED. */
int custodian_save(int dir, const struct custodian *c, struct err *e);
int custodian_load(int dir, const char *name, struct custodian *c, struct err *e);
struct hash custodian_fingerprint(const struct custodian *c); /* SHA-256 of the public key */

/* His secret; wiped by custodian_forget.  ERR_REFUSED: not his passphrase, or another's file. */
int custodian_secret_passphrase(const struct custodian *c, struct str passphrase,
    struct custodian_secret *secret, struct err *e);
int custodian_secret_file(
    const struct custodian *c, const char *path, struct custodian_secret *secret, struct err *e);
void custodian_forget(struct custodian_secret *secret);

/* Sealing needs only the public key; opening the secret: 0, or -1 on ERR_REFUSED. */
void slot_seal(const struct custodian *c, const struct slot *plain, uint8_t out[CUSTODIAN_SLOT]);
int slot_open(const struct custodian *c, const struct custodian_secret *secret,
    const uint8_t sealed[CUSTODIAN_SLOT], struct slot *plain, struct err *e);
void slot_wipe(struct slot *plain);

#endif
