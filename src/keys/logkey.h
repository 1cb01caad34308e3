/* SPDX-License-Identifier: ISC */
#ifndef KEYS_LOGKEY_H
#define KEYS_LOGKEY_H

#include "base/buf.h"

/*
 * logkey: the Ed25519 key that signs checkpoints (C2SP signed-note), and the recovery key, which
 * is one like it kept off the host.  Its name is the log's origin.
 */
struct logkey;

/* A new key; the caller frees it.  NULL on ERR_CONFIG: the origin is no name of a log. */
struct logkey *logkey_new(struct str origin, struct err *e);
/* To a new file, mode 0600, path relative to dir or AT_FDCWD: 0, or -1 on ERR_CONFIG when there
 * is one, ERR_SYSTEM. */
int logkey_save(const struct logkey *k, int dir, const char *path, struct err *e);
/* NULL on ERR_DAMAGED (not a key, or a seed of zeros), ERR_SYSTEM. */
struct logkey *logkey_load(int dir, const char *path, struct err *e);
void logkey_free(struct logkey *k); /* wiped */

/* Adds the vkey: name+id+base64. */
void logkey_vkey(const struct logkey *k, struct buf *out);
/* Adds the signed note: text, which ends in LF, an empty line, and our signature's line. */
void logkey_sign(const struct logkey *k, struct str text, struct buf *note);

#endif
