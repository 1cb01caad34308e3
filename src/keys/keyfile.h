/* SPDX-License-Identifier: ISC */
#ifndef KEYS_KEYFILE_H
#define KEYS_KEYFILE_H

#include "base/buf.h"

/*
 * keyfile: small files of lines "name value", of which some are secret.  A file appears whole and
 * durable or not at all, and never over another.
 */
enum {
	KEYFILE_MAX = 4096, /* bytes; the longest holds a name and two keys */
};

/* path is relative to the directory dir, or AT_FDCWD.  mode is 0600 or 0644.  0, or -1: ERR_CONFIG
 * when there is a file by that name, ERR_SYSTEM. */
int keyfile_save(int dir, const char *path, int mode, struct str text, struct err *e);
/* Replaces the file that is there, in one step and durably. */
int keyfile_replace(int dir, const char *path, int mode, struct str text, struct err *e);
/* Room for all of a text that will hold a secret: a buf that grows leaves copies behind. */
void keyfile_reserve(struct buf *text);
/* Reads the text into a buf with the ceiling KEYFILE_MAX; keyfile_wipe gives it back.  0, or -1 on
 * ERR_SYSTEM, or ERR_DAMAGED when it is larger. */
int keyfile_read(int dir, const char *path, struct buf *text, struct err *e);
void keyfile_wipe(struct buf *text);

/* The first line must be format; then the value of the line `name`: 0, or -1 on ERR_DAMAGED. */
int keyfile_format(struct str text, const char *format, struct err *e);
int keyfile_value(struct str text, const char *name, struct str *value, struct err *e);
/* The same, n bytes in hex. */
int keyfile_hex(struct str text, const char *name, uint8_t *out, size_t n, struct err *e);

#endif
