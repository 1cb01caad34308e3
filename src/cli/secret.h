/* SPDX-License-Identifier: ISC */
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include "keys/custodian.h"

/*
 * secret: how a custodian proves himself to a verb: by a key file, a file with the passphrase, or
 * what he types at the terminal: his passphrase, or the lines of his sheet.
 */
struct secret_options {
	const char *custodian;       /* name; NULL: whose key file it is, or who has a passphrase */
	const char *key_file;        /* --custodian-key: a key file, or the text of a sheet */
	const char *passphrase_file; /* --passphrase-file: its first line */
};

enum {
	SECRET_PASSPHRASE_MAX = 1024, /* bytes */
	SECRET_CUSTODIANS = 16,       /* as store/inside.h */
};

/* The passphrase, from the file, or typed (twice when it is new); added to a buf with the ceiling
 * SECRET_PASSPHRASE_MAX, which keyfile_wipe gives back.  0, or -1 on ERR_CONFIG, ERR_SYSTEM. */
int secret_passphrase(const char *file, bool is_new, struct buf *passphrase, struct err *e);
/* A new custodian whose sheet is written to a new file, mode 0600, or with "-" to standard output:
 * 0, or -1 on ERR_CONFIG, ERR_SYSTEM. */
int secret_new_sheet(
    struct custodian *c, struct str name, struct str origin, const char *file, struct err *e);
/* A secret kept beside what it opens protects nothing: -1 with ERR_CONFIG for a file (NULL, "-":
 * none) in the state directory. */
int secret_outside(const char *state, const char *file, struct err *e);
/* All custodians, of state/custodian, by name: how many, or -1. */
int secret_custodians(const char *state, struct custodian list[SECRET_CUSTODIANS], struct err *e);
/* The custodian and his secret, from state/custodian: 0, or -1, also on ERR_REFUSED. */
int secret_open(const char *state, const struct secret_options *o, struct custodian *c,
    struct custodian_secret *secret, struct err *e);

#endif
