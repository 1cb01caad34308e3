/* SPDX-License-Identifier: ISC */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "base/err.h"
#include "crypto/hash.h"

/* copy: files from one directory to another, by names relative to them; durable when done, but for
 * the directories. */

enum {
	COPY_ALL = -1, /* as a number of bytes: to the end */
};

/* A new file by the name `as`, mode 0600, of the first `bytes`, or of all when there are fewer; their number and
 * SHA-256 are set.  0, or -1 on ERR_SYSTEM. */
int copy_file(int from, const char *name, int to, const char *as, int64_t bytes, uint64_t *copied,
    struct hash *sha256, struct err *e);
/* The copy has the first `have` bytes already; what lies behind them is thrown away. */
int copy_append(int from, const char *name, int to, uint64_t have, uint64_t bytes, struct err *e);
/* SHA-256 of the first `bytes` of a file. */
int copy_hash(int directory, const char *name, uint64_t bytes, struct hash *sha256, struct err *e);

#endif
