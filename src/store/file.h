/* SPDX-License-Identifier: ISC */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include <sys/types.h>

#include "base/buf.h"

/* file: whole writes and whole reads; every failure is one. */

/* All of bytes at offset, or -1 with ERR_SYSTEM. */
int file_write_at(int fd, struct str bytes, uint64_t offset, struct err *e);
/* n bytes from offset into out; -1 also when the file ends before (ERR_DAMAGED). */
int file_read_at(int fd, void *out, size_t n, uint64_t offset, struct err *e);

/* A new file that must not be there yet, durable but for its directory. */
int file_create(int directory, const char *name, struct str bytes, mode_t mode, struct err *e);
/* All of a small file, added to out: 1, 0 when there is none, -1. */
int file_read(int directory, const char *name, struct buf *out, struct err *e);
/* The directory `name` below directory, opened; -1 on ERR_SYSTEM. */
int file_open_dir(int directory, const char *name, struct err *e);

#endif
