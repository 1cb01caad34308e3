/* SPDX-License-Identifier: ISC */
#ifndef KEYS_LOGKEY_H
#define KEYS_LOGKEY_H

#include "base/buf.h"

/*
 * logkey: the Ed25519 key that signs checkpoints (C2SP signed-note), and the recovery key, which
 * is one like it kept off the host.  Its name is the log's origin.
 */
struct logkey;

/* A new key in a new file, mode 0600, path relative to dir or AT_FDCWD.  The caller frees it.
 * NULL on ERR_CONFIG, ERR_SYSTEM. */
struct logkey *logkey_make(int dir, const char *path, struct str origin, struct err *e);
/* NULL on ERR_DAMAGED (not a key, or a seed of zeros), ERR_SYSTEM. */
struct logkey *logkey_load(int dir, const char *path, struct err *e);
void logkey_free(struct logkey *k); /* wiped */

/* Adds the vkey: name+id+base64. */
void logkey_vkey(const struct logkey *k, struct buf *out);
/* Adds the signed note: text, which ends in LF, an empty line, and our signature's line. */
void logkey_sign(const struct logkey *k, struct str text, struct buf *note);

#endif
