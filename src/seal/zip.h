/* SPDX-License-Identifier: ISC */
#ifndef SEAL_ZIP_H
#define SEAL_ZIP_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * zip: the one way to write these files as a ZIP (PKWARE APPNOTE 6.3): stored, in the order given,
 * all dates 1980-01-01, no extra fields, no comments, no gaps.  Reading is parsing, writing again,
 * and comparing every byte: what passes has no second reading.
 */
struct zip_file {
	struct str name; /* 1 to 200 of letters, digits and . _ - /; relative, without ".." */
	struct str bytes;
};

/* Where the writer puts its bytes: 0, or -1 to stop. */
struct zip_sink {
	int (*write)(void *ctx, struct str bytes, struct err *e);
	void *ctx;
};

struct zip_writer {
	struct zip_sink sink;
	struct buf central; /* the directory, written at the end */
	uint64_t offset;
	unsigned n;
};

struct zip_writer zip_to(struct zip_sink sink);
/* -1 as the sink says, or ERR_SYNTAX for a name, ERR_LIMIT past LIMIT_BUNDLE or _FILES. */
int zip_add(struct zip_writer *z, const struct zip_file *f, struct err *e);
int zip_end(struct zip_writer *z, struct err *e);
void zip_free(struct zip_writer *z);

struct zip {
	const struct zip_file *file; /* views into the bytes that were read */
	size_t n;
};

/* 0, or -1 with ERR_SYNTAX at the first byte that is not as zip_add would write it, or ERR_LIMIT. */
int zip_read(struct arena *a, struct str bytes, struct zip *z, struct err *e);

/* The bytes of that file; .p NULL when there is none. */
struct str zip_find(const struct zip *z, struct str name);

uint32_t zip_crc32(struct str bytes);

#endif
