/* SPDX-License-Identifier: ISC */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "base/err.h"
#include "crypto/hash.h"

/*
 * db: one SQLite connection: statements prepared once, values bound by a format, errors as ours.
 *
 *	db_run(d, e, "UPDATE job SET why = ? WHERE seq = ?", "ti", why, seq)
 *
 * Formats, a letter a parameter: i int64_t, t text and b blob (struct str), h hash (const struct
 * hash *), n NULL (nothing given).  The SQL is a literal: statements are kept by its address.
 */
struct db;

enum db_mode {
	DB_CREATE, /* the file must be there and empty */
	DB_WRITE,  /* the one writer; migrates */
	DB_READ,   /* beside the writer, or without one */
};

/* NULL on ERR_SYSTEM, or ERR_DAMAGED when it is not ours or of a newer version. */
struct db *db_open(const char *path, enum db_mode mode, struct err *e);
void db_close(struct db *d);

/* A consistent copy into a file that is there and empty, beside the writer; not in WAL mode, so that
 * the file is all there is.  Durable when it returns 0; else ERR_SYSTEM. */
int db_copy(struct db *d, const char *path, struct err *e);

int db_begin(struct db *d, struct err *e);
int db_commit(struct db *d, struct err *e);
void db_rollback(struct db *d);

/* 0, or -1 with ERR_SYSTEM, or ERR_DAMAGED when a constraint or trigger refused. */
int db_run(struct db *d, struct err *e, const char *sql, const char *format, ...);

/*
 * The first row of a query: 1, 0 when there is none, -1.  The columns are then read with row_*;
 * views live until row_end, which must follow a 1.
 */
struct row {
	sqlite3_stmt *st;
};
int db_row(struct db *d, struct row *r, struct err *e, const char *sql, const char *format, ...);
int row_next(struct row *r, struct err *e); /* as db_row; after 0 or -1 the row has ended */
void row_end(struct row *r);

bool row_null(const struct row *r, int column);
int64_t row_int(const struct row *r, int column);
struct str row_str(const struct row *r, int column);   /* text or blob */
struct hash row_hash(const struct row *r, int column); /* 32 bytes by CHECK; zeros if not */

#endif
