/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/file.h"
#include "store/inside.h"

static int
open_dirs(struct store *s, const char *path, struct err *e)
{
	s->state = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->state == -1 && errno == ENOENT)
		return err_set(e, ERR_CONFIG, "%s is not there: run mailseal init", path);
	if (s->state == -1 && errno == EACCES)
		return err_set(
		    e, ERR_REFUSED, "%s: may not be read; root and mailseald's user may", path);
	if (s->state == -1 && errno == ENOTDIR)
		return err_set(e, ERR_CONFIG, "%s is not a directory", path);
	if (s->state == -1)
		return err_sys(e, "open %s", path);
	if (faccessat(s->state, "db.sqlite", F_OK, 0) == -1)
		return err_set(e, ERR_CONFIG, "%s holds no log: run mailseal init", path);
	s->packs_dir = file_open_dir(s->state, "packs", e);
	s->slots_dir = s->packs_dir == -1 ? -1 : file_open_dir(s->state, "slots", e);
	if (s->slots_dir == -1 && errno == ENOENT)
		return err_set(e, ERR_DAMAGED, "%s has no packs or no slots", path);
	return s->slots_dir == -1 ? -1 : 0;
}

static int
open_database(struct store *s, const char *path, enum store_mode mode, struct err *e)
{
	char file[4200];

	if (snprintf(file, sizeof file, "%s/db.sqlite", path) >= (int)sizeof file)
		return err_set(e, ERR_CONFIG, "the state directory's path is too long");
	s->db = db_open(file, mode == STORE_WRITE ? DB_WRITE : DB_READ, e);
	if (s->db == NULL)
		return err_at(e, "%s", path);
	/* SQLite does so, too, when it begins a WAL, but goes on when it fails. */
	if (mode == STORE_WRITE && fsync(s->state) == -1)
		return err_sys(e, "sync %s", path);
	return 0;
}

static int
take_meta(struct store *s, const char *name, struct str *value, struct err *e)
{
	size_t at = s->identity_bytes.n;
	struct row r;
	int rc = db_row(s->db, &r, e, "SELECT value FROM meta WHERE name = ?", "t", str_of(name));

	if (rc != 1)
		return rc == -1 ? -1 : err_set(e, ERR_DAMAGED, "database: no %s", name);
	buf_add(&s->identity_bytes, row_str(&r, 0));
	row_end(&r);
	*value = str_from(buf_str(&s->identity_bytes), at);
	return buf_check(&s->identity_bytes, name, e);
}

static int
load_identity(struct store *s, struct err *e)
{
	struct store_identity *id = &s->identity;

	/* Room at once, so that the views stay. */
	buf_room(&s->identity_bytes, IDENTITY_MAX);
	buf_clear(&s->identity_bytes);
	if (take_meta(s, "origin", &id->origin, e) == -1 ||
	    take_meta(s, "vkey", &id->vkey, e) == -1)
		return -1;
	return take_meta(s, "recovery", &id->recovery, e);
}

/* The tree's right edge, and the end of the last pack. */
static int
load_edge(struct store *s, struct pack_place *end, struct err *e)
{
	struct str peaks;
	struct row r;
	int rc = db_row(s->db, &r, e, "SELECT size, peaks, pack, pack_end FROM edge", "");

	if (rc != 1)
		return rc == -1 ? -1 : err_set(e, ERR_DAMAGED, "database: no edge");
	s->tree.size = (uint64_t)row_int(&r, 0);
	peaks = row_str(&r, 1);
	for (unsigned i = 0; i < 64 && peaks.n >= sizeof(struct hash); i++) {
		if ((s->tree.size >> i & 1) == 0)
			continue;
		memcpy(s->tree.peak[i].b, peaks.p, sizeof(struct hash));
		peaks = str_from(peaks, sizeof(struct hash));
	}
	*end = (struct pack_place){ (uint32_t)row_int(&r, 2), (uint64_t)row_int(&r, 3), 0 };
	row_end(&r);
	return 0;
}

static int
load_last(struct store *s, struct err *e)
{
	struct store_record r;
	int rc;

	if (s->tree.size == 0)
		return 0;
	rc = store_get(s, s->tree.size - 1, &r, e);
	if (rc == 1)
		s->last = r.sha256;
	return rc == 0 ? err_set(e, ERR_DAMAGED, "database: the last record is not there") : rc;
}

static int
load_dedup_key(struct store *s, struct err *e)
{
	struct buf key = BUF_MAX(sizeof s->dedup_key);
	int rc = file_read(s->state, "dedup.key", &key, e);

	if (rc == 1 && key.n == sizeof s->dedup_key)
		memcpy(s->dedup_key.b, key.p, key.n);
	else if (rc != -1)
		rc = err_set(e, ERR_DAMAGED, "dedup.key is not there or not 32 bytes");
	if (key.p != NULL)
		sodium_memzero(key.p, key.cap);
	buf_free(&key);
	return rc == 1 ? 0 : -1;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct slot_file *)a)->name, ((const struct slot_file *)b)->name);
}

/* The names NAME of custodian/NAME.pub. */
static int
list_custodians(struct store *s, DIR *d, struct err *e)
{
	const struct dirent *entry;

	while ((entry = readdir(d)) != NULL) {
		struct str name = str_of(entry->d_name);

		if (!str_ends(name, STR(".pub")) || name.p[0] == '.')
			continue;
		name.n -= 4;
		if (s->n_custodians == STORE_CUSTODIANS || name.n >= NAME_MAX_BYTES)
			return err_set(e, ERR_CONFIG, "custodian: more than %d, or a name too long",
			    STORE_CUSTODIANS);
		memcpy(s->custodian[s->n_custodians++].name, name.p, name.n);
	}
	qsort(s->custodian, s->n_custodians, sizeof s->custodian[0], by_name);
	return 0;
}

static int
open_custodians(struct store *s, struct err *e)
{
	int fd = file_open_dir(s->state, "custodian", e), rc;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL)
		return err_sys(e, "open custodian");
	rc = list_custodians(s, d, e);
	closedir(d);
	if (rc == 0 && s->n_custodians == 0)
		rc = err_set(e, ERR_CONFIG, "no custodian: nobody could read what is filed");
	for (size_t i = 0; rc == 0 && i < s->n_custodians; i++) {
		s->custodian[i].slots = slots_open(s->slots_dir, s->custodian[i].name, e);
		rc = s->custodian[i].slots == NULL ? -1 : 0;
	}
	return rc;
}

static int
open_writer(struct store *s, struct pack_place end, struct err *e)
{
	if (load_dedup_key(s, e) == -1 || open_custodians(s, e) == -1)
		return -1;
	s->pack = pack_open(s->packs_dir, end, e);
	return s->pack == NULL ? -1 : store_find_published(s, e);
}

static int
open_all(
    struct store *s, const char *state, const char *published, enum store_mode mode, struct err *e)
{
	struct pack_place end;

	if (open_dirs(s, state, e) == -1)
		return -1;
	if (mode == STORE_WRITE && flock(s->state, LOCK_EX | LOCK_NB) == -1)
		return err_set(e, ERR_RETRY, "another process writes %s", state);
	if (open_database(s, state, mode, e) == -1 || load_identity(s, e) == -1 ||
	    load_edge(s, &end, e) == -1 || load_last(s, e) == -1)
		return -1;
	s->tiles = tiles_open(published, mode == STORE_WRITE, e);
	if (s->tiles == NULL)
		return -1;
	return mode == STORE_WRITE ? open_writer(s, end, e) : 0;
}

struct store *
store_open(const char *state, const char *published, enum store_mode mode, struct err *e)
{
	struct store *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	s->state = s->packs_dir = s->slots_dir = -1;
	s->identity_bytes = (struct buf)BUF_MAX(IDENTITY_MAX);
	s->row = (struct buf)BUF_MAX(LIMIT_RECORD + 64);
	s->note = (struct buf)BUF_MAX(LIMIT_NOTE);
	if (open_all(s, state, published, mode, e) == 0)
		return s;
	store_close(s);
	return NULL;
}

static void
close_fd(int fd)
{
	if (fd != -1)
		close(fd);
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_custodians; i++)
		slots_close(s->custodian[i].slots);
	pack_close(s->pack);
	tiles_close(s->tiles);
	db_close(s->db);
	close_fd(s->packs_dir);
	close_fd(s->slots_dir);
	close_fd(s->state);
	buf_free(&s->identity_bytes);
	buf_free(&s->row);
	buf_free(&s->note);
	sodium_memzero(&s->dedup_key, sizeof s->dedup_key);
	free(s);
}

const struct store_identity *
store_identity(const struct store *s)
{
	return &s->identity;
}

struct db *
store_db(struct store *s)
{
	return s->db;
}
