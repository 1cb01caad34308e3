/* SPDX-License-Identifier: ISC */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/migrations.h"

enum {
	STATEMENTS_MAX = 192,        /* different SQL texts in src/store; asserted */
	BUSY_MS = 5000,              /* a reader may meet the writer's checkpoint of the WAL */
	APPLICATION_ID = 0x6d73656c, /* "msel": file(1) and a wrong path are told apart */
};

struct db {
	sqlite3 *handle;
	struct {
		const char *sql;
		sqlite3_stmt *st;
	} cached[STATEMENTS_MAX];
	size_t n;
};

/* SQLite's words, and the kernel's, without which a full disk "cannot be opened". */
static int
fail(struct db *d, struct err *e)
{
	const char *text = sqlite3_errmsg(d->handle);
	int code = sqlite3_errcode(d->handle), system = sqlite3_system_errno(d->handle);

	if (code == SQLITE_READONLY)
		return err_set(e, ERR_SYSTEM, "database: cannot be written: is the disk full?");
	if (code == SQLITE_CANTOPEN &&
	    system == ENOENT) /* also: could not be made, when read anew */
		return err_set(e, ERR_SYSTEM,
		    "database: a file of it is not there, or cannot be made: is the disk full?");
	if ((code == SQLITE_CANTOPEN || code == SQLITE_IOERR) && system != 0)
		return err_set(e, ERR_SYSTEM, "database: %s: %s", text, strerror(system));
	if (code == SQLITE_CONSTRAINT || code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		return err_set(e, ERR_DAMAGED, "database: %s", text);
	return err_set(e, ERR_SYSTEM, "database: %s", text);
}

static int
exec(struct db *d, const char *sql, struct err *e)
{
	return sqlite3_exec(d->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(d, e);
}

/* ---- opening ---- */

static int
pragma_get(struct db *d, const char *sql, int *value, struct err *e)
{
	sqlite3_stmt *st;
	int rc = -1;

	if (sqlite3_prepare_v2(d->handle, sql, -1, &st, NULL) != SQLITE_OK)
		return fail(d, e);
	if (sqlite3_step(st) == SQLITE_ROW) {
		*value = sqlite3_column_int(st, 0);
		rc = 0;
	} else {
		fail(d, e);
	}
	sqlite3_finalize(st);
	return rc;
}

static int
version_known(void)
{
	int last = 0;

	for (const struct migration *m = migrations; m->number != 0; m++)
		last = m->number;
	return last;
}

static int
check_version(struct db *d, int *version, struct err *e)
{
	int id;

	if (pragma_get(d, "PRAGMA application_id", &id, e) == -1 ||
	    pragma_get(d, "PRAGMA user_version", version, e) == -1)
		return -1;
	if (*version != 0 && id != APPLICATION_ID)
		return err_set(e, ERR_DAMAGED, "database: not one of mailseal");
	if (*version < 0 || *version > version_known())
		return err_set(e, ERR_DAMAGED,
		    "database: of version %d, and this program knows %d: install a newer one",
		    *version, version_known());
	return 0;
}

static int
migrate(struct db *d, int version, struct err *e)
{
	char note[96];

	for (const struct migration *m = migrations; m->number != 0; m++) {
		if (m->number <= version)
			continue;
		snprintf(note, sizeof note, "PRAGMA user_version = %d; PRAGMA application_id = %d",
		    m->number, APPLICATION_ID);
		if (exec(d, "BEGIN IMMEDIATE", e) == -1 || exec(d, m->sql, e) == -1 ||
		    exec(d, note, e) == -1 || exec(d, "COMMIT", e) == -1)
			return err_at(e, "migration %d", m->number);
	}
	return 0;
}

static int
prepare_connection(struct db *d, enum db_mode mode, struct err *e)
{
	static const char everybody[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
	                                "PRAGMA temp_store = MEMORY;";
	/* FULL: a commit is on the disk.  secure_delete: what is erased does not linger. */
	static const char writer[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	                             "PRAGMA secure_delete = ON;";
	/* What a writer that was killed left in the WAL is seen, and need not be on the disk: it
	 * could be signed, and then be lost.  Bringing it home syncs both files. */
	static const char settle[] = "PRAGMA wal_checkpoint(PASSIVE)";
	int version;

	sqlite3_busy_timeout(d->handle, BUSY_MS);
	if (exec(d, everybody, e) == -1 || check_version(d, &version, e) == -1)
		return -1;
	if ((version == 0) != (mode == DB_CREATE))
		return err_set(
		    e, ERR_DAMAGED, "database: %s", version == 0 ? "empty" : "is made already");
	if (mode == DB_READ)
		return 0;
	if (exec(d, writer, e) == -1 || exec(d, settle, e) == -1)
		return -1;
	return migrate(d, version, e);
}

struct db *
db_open(const char *path, enum db_mode mode, struct err *e)
{
	int flags =
	    SQLITE_OPEN_NOMUTEX | (mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	struct db *d = calloc(1, sizeof *d);

	if (d == NULL)
		abort();
	if (sqlite3_open_v2(path, &d->handle, flags, NULL) != SQLITE_OK) {
		fail(d, e);
		db_close(d);
		return NULL;
	}
	if (prepare_connection(d, mode, e) == -1) {
		db_close(d);
		return NULL;
	}
	return d;
}

void
db_close(struct db *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n; i++)
		sqlite3_finalize(d->cached[i].st);
	sqlite3_close(d->handle);
	free(d);
}

/* In one step: a reader of a WAL database keeps nobody waiting. */
int
db_copy(struct db *d, const char *path, struct err *e)
{
	struct db to = { 0 };
	sqlite3_backup *b;
	int rc = -1;

	if (sqlite3_open_v2(path, &to.handle, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK) {
		fail(&to, e);
		goto out;
	}
	b = sqlite3_backup_init(to.handle, "main", d->handle, "main");
	if (b != NULL) {
		sqlite3_backup_step(b, -1);
		if (sqlite3_backup_finish(b) == SQLITE_OK)
			rc = exec(&to, "PRAGMA journal_mode = DELETE", e);
		else
			fail(&to, e);
	} else {
		fail(&to, e);
	}
out:
	if (sqlite3_close(to.handle) != SQLITE_OK)
		rc = -1;
	return rc == -1 ? err_at(e, "copy") : 0;
}

int
db_begin(struct db *d, struct err *e)
{
	return exec(d, "BEGIN IMMEDIATE", e);
}

int
db_commit(struct db *d, struct err *e)
{
	return exec(d, "COMMIT", e);
}

void
db_rollback(struct db *d)
{
	exec(d, "ROLLBACK", NULL);
}

/* ---- statements ---- */

static sqlite3_stmt *
statement(struct db *d, const char *sql, struct err *e)
{
	sqlite3_stmt *st;

	for (size_t i = 0; i < d->n; i++)
		if (d->cached[i].sql == sql)
			return d->cached[i].st;
	if (sqlite3_prepare_v3(d->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) !=
	    SQLITE_OK) {
		fail(d, e);
		return NULL;
	}
	assert(d->n < STATEMENTS_MAX);
	d->cached[d->n].sql = sql;
	d->cached[d->n++].st = st;
	return st;
}

static int
bind_one(sqlite3_stmt *st, int i, char type, va_list *ap)
{
	const struct hash *h;
	struct str s;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(st, i, va_arg(*ap, int64_t));
	case 't':
		s = va_arg(*ap, struct str);
		return sqlite3_bind_text64(
		    st, i, s.n > 0 ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
	case 'b':
		s = va_arg(*ap, struct str);
		return sqlite3_bind_blob64(st, i, s.n > 0 ? s.p : "", s.n, SQLITE_STATIC);
	case 'h':
		h = va_arg(*ap, const struct hash *);
		return sqlite3_bind_blob(st, i, h->b, sizeof h->b, SQLITE_STATIC);
	default:
		assert(type == 'n');
		return sqlite3_bind_null(st, i);
	}
}

/* A statement with its values; what they point to must live until it is reset. */
static sqlite3_stmt *
bound(struct db *d, struct err *e, const char *sql, const char *format, va_list *ap)
{
	sqlite3_stmt *st = statement(d, sql, e);

	if (st == NULL)
		return NULL;
	assert(!sqlite3_stmt_busy(st));
	for (int i = 0; format[i] != '\0'; i++)
		if (bind_one(st, i + 1, format[i], ap) != SQLITE_OK) {
			fail(d, e);
			return NULL;
		}
	return st;
}

/* A statement keeps nothing of ours once it is done. */
static void
release(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

int
db_run(struct db *d, struct err *e, const char *sql, const char *format, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int rc = -1;

	va_start(ap, format);
	st = bound(d, e, sql, format, &ap);
	va_end(ap);
	if (st == NULL)
		return -1;
	rc = sqlite3_step(st) == SQLITE_DONE ? 0 : fail(d, e);
	release(st);
	return rc;
}

int
row_next(struct row *r, struct err *e)
{
	sqlite3 *handle = sqlite3_db_handle(r->st);
	int rc = sqlite3_step(r->st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		err_set(e, ERR_SYSTEM, "database: %s", sqlite3_errmsg(handle));
	release(r->st);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
db_row(struct db *d, struct row *r, struct err *e, const char *sql, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	r->st = bound(d, e, sql, format, &ap);
	va_end(ap);
	return r->st == NULL ? -1 : row_next(r, e);
}

void
row_end(struct row *r)
{
	release(r->st);
}

bool
row_null(const struct row *r, int column)
{
	return sqlite3_column_type(r->st, column) == SQLITE_NULL;
}

int64_t
row_int(const struct row *r, int column)
{
	return sqlite3_column_int64(r->st, column);
}

struct str
row_str(const struct row *r, int column)
{
	const void *p = sqlite3_column_blob(r->st, column);

	return str_bytes(p, (size_t)sqlite3_column_bytes(r->st, column));
}

struct hash
row_hash(const struct row *r, int column)
{
	struct str s = row_str(r, column);
	struct hash h = { { 0 } };

	if (s.n == sizeof h.b)
		memcpy(h.b, s.p, s.n);
	return h;
}
