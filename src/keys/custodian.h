/* SPDX-License-Identifier: ISC */
#ifndef KEYS_CUSTODIAN_H
#define KEYS_CUSTODIAN_H

#include "base/buf.h"
#include "crypto/hash.h"

/*
 * custodian: who can read what was filed.  The host keeps only his public key (X25519), in
 * custodian/<name>.pub.  His secret is derived from a passphrase (Argon2id, RFC 9106), lies in a
 * file that he keeps elsewhere, or is printed on a sheet of paper (keys/sheet.h).
 */
enum {
	CUSTODIAN_NAME_MAX = 32,       /* letters, digits, "-" and "_" */
	CUSTODIAN_SLOT = 112,          /* bytes: 32 + 32, and 48 of a sealed box (libsodium) */
	CUSTODIAN_PASSPHRASE_MIN = 12, /* bytes: shorter ones are refused */
};

enum custodian_method {
	CUSTODIAN_FILE,
	CUSTODIAN_PASSPHRASE,
	CUSTODIAN_SHEET,
	CUSTODIAN_METHODS,
};
extern const char *const custodian_methods[CUSTODIAN_METHODS]; /* as people write them */

struct custodian {
	char name[CUSTODIAN_NAME_MAX + 1];
	enum custodian_method method;
	uint8_t pub[32];
	uint8_t salt[16];  /* of Argon2id, and its costs, for a passphrase */
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
/* A new custodian whose secret the caller prints, with sheet_write, and forgets. */
int custodian_by_sheet(
    struct custodian *c, struct str name, struct custodian_secret *secret, struct err *e);

/* The public part as <name>.pub in the directory; loading, also ERR_DAMAGED. */
int custodian_save(int dir, const struct custodian *c, struct err *e);
int custodian_load(int dir, const char *name, struct custodian *c, struct err *e);
/* The same text, to a buf with the ceiling KEYFILE_MAX, and from it: 0, or -1 on ERR_DAMAGED. */
void custodian_write(struct buf *text, const struct custodian *c);
int custodian_read(struct str text, struct custodian *c, struct err *e);
struct hash custodian_fingerprint(const struct custodian *c); /* SHA-256 of the public key */

/* His secret; wiped by custodian_forget.  ERR_REFUSED: not his passphrase, or another's file;
 * ERR_SYNTAX: no such file's text.  The file of one with a sheet holds the sheet, or its numbered
 * lines. */
int custodian_secret_passphrase(const struct custodian *c, struct str passphrase,
    struct custodian_secret *secret, struct err *e);
int custodian_secret_file(
    const struct custodian *c, const char *path, struct custodian_secret *secret, struct err *e);
/* A secret that was typed: 0, or -1 on ERR_REFUSED, and it is wiped. */
int custodian_secret_check(
    const struct custodian *c, struct custodian_secret *secret, struct err *e);
void custodian_forget(struct custodian_secret *secret);

/* Sealing needs only the public key; opening the secret: 0, or -1 on ERR_REFUSED. */
void slot_seal(const struct custodian *c, const struct slot *plain, uint8_t out[CUSTODIAN_SLOT]);
int slot_open(const struct custodian *c, const struct custodian_secret *secret,
    const uint8_t sealed[CUSTODIAN_SLOT], struct slot *plain, struct err *e);
void slot_wipe(struct slot *plain);

#endif
