/* SPDX-License-Identifier: ISC */
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include "keys/custodian.h"

/*
 * secret: how a custodian proves himself to a verb: by a key file, a file with the passphrase, or
 * a passphrase typed at the terminal.
 */
struct secret_options {
	const char *custodian;       /* name; NULL: the only one there is */
	const char *key_file;        /* --custodian-key */
	const char *passphrase_file; /* --passphrase-file: its first line */
};

enum {
	SECRET_PASSPHRASE_MAX = 1024, /* bytes */
};

/* The passphrase, from the file, or typed (twice when it is new); added to a buf with the ceiling
 * SECRET_PASSPHRASE_MAX, which keyfile_wipe gives back.  0, or -1 on ERR_CONFIG, ERR_SYSTEM. */
int secret_passphrase(const char *file, bool is_new, struct buf *passphrase, struct err *e);
/* The custodian and his secret, from state/custodian: 0, or -1, also on ERR_REFUSED. */
int secret_open(const char *state, const struct secret_options *o, struct custodian *c,
    struct custodian_secret *secret, struct err *e);

#endif
