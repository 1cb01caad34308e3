/* SPDX-License-Identifier: ISC */
#include "cli/restore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/audit.h"
#include "cli/backup.h"
#include "keys/logkey.h"
#include "keys/restored.h"
#include "store/copy.h"
#include "store/file.h"
#include "tlog/checkpoint.h"

#define DATABASE     "db.sqlite"
#define DATABASE_NEW "db.sqlite.restored"

struct restore {
	const struct conf *conf;
	int backup, copy; /* DIR; the copy of the small files in it */
	int state, signer;
	char name[BACKUP_NAME_MAX];
	struct buf text; /* of the manifest */
	struct manifest manifest;
};

/* ---- where it goes ---- */

/* The published directory may lie in it, empty as `init` would leave it. */
static int
check_empty(int state, const char *path, struct err *e)
{
	int fd = file_open_dir(state, ".", e), rc = 0;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (d == NULL)
		return -1;
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = -1;
	closedir(d);
	if (rc == -1)
		err_set(e, ERR_CONFIG,
		    "%s is not empty: put it aside, whole, before a backup is restored there",
		    path);
	return rc;
}

static int
make_dirs(struct restore *r, struct err *e)
{
	static const char *const folders[] = { "packs", "slots", "custodian", "signer" };
	const struct conf *conf = r->conf;

	if (mkdir(conf->state, 0711) == -1 && errno != EEXIST)
		return err_sys(e, "make %s", conf->state);
	r->state = file_open_dir(AT_FDCWD, conf->state, e);
	if (r->state == -1 || check_empty(r->state, conf->state, e) == -1)
		return -1;
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (mkdirat(r->state, folders[i], 0700) == -1)
			return err_sys(e, "make %s/%s", conf->state, folders[i]);
	if (fchmod(r->state, 0711) == -1 || (mkdir(conf->published, 0755) == -1 && errno != EEXIST))
		return err_sys(e, "make %s", conf->published);
	r->signer = file_open_dir(r->state, "signer", e);
	return r->signer == -1 ? -1 : 0;
}

/* ---- files ---- */

static int
take_file(struct restore *r, const struct manifest_file *f, struct err *e)
{
	int from = str_starts(f->name, STR("packs/")) ? r->backup : r->copy;
	bool database = str_eq(f->name, STR(DATABASE));
	char name[MANIFEST_NAME_MAX];
	struct hash sum;
	uint64_t copied;

	snprintf(name, sizeof name, "%.*s", STR_FMT(f->name));
	if (copy_file(from, name, r->state, database ? DATABASE_NEW : name, (int64_t)f->bytes,
	        &copied, &sum, e) == -1)
		return -1;
	if (copied != f->bytes || !hash_eq(sum, f->sha256))
		return err_set(e, ERR_DAMAGED, "%s is not what the backup's manifest says", name);
	return 0;
}

static int
take_files(struct restore *r, struct err *e)
{
	struct str rest = r->manifest.files;
	struct manifest_file f;

	if (!manifest_find(&r->manifest, STR(DATABASE), &f) ||
	    !manifest_find(&r->manifest, STR("signer/state"), &f))
		return err_set(e, ERR_DAMAGED, "the backup is not complete");
	while (manifest_next(&rest, &f))
		if (take_file(r, &f, e) == -1)
			return -1;
	return 0;
}

static int
take_keys(struct restore *r, const char *keys, struct err *e)
{
	int dir = file_open_dir(AT_FDCWD, keys, e), rc;
	struct buf vkey = BUF_MAX(1024);
	struct str rest, name;
	struct logkey *key;
	struct hash sum;
	uint64_t n;

	if (dir == -1)
		return -1;
	key = logkey_load(dir, "log.key", e);
	rc = key == NULL ? -1 : 0;
	if (rc == 0) {
		logkey_vkey(key, &vkey);
		rest = buf_str(&vkey);
		str_cut(&rest, '+', &name);
		if (!str_eq(name, r->manifest.origin))
			rc = err_set(e, ERR_REFUSED, "%s holds the keys of another log", keys);
	}
	if (rc == 0)
		rc = copy_file(dir, "log.key", r->signer, "log.key", COPY_ALL, &n, &sum, e);
	if (rc == 0)
		rc = copy_file(dir, "dedup.key", r->state, "dedup.key", COPY_ALL, &n, &sum, e);
	logkey_free(key);
	buf_free(&vkey);
	close(dir);
	return rc;
}

static int
sync_all(struct restore *r, struct err *e)
{
	static const char *const folders[] = { "packs", "slots", "custodian", "signer", "." };

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		int fd = file_open_dir(r->state, folders[i], e), rc;

		if (fd == -1)
			return -1;
		rc = fsync(fd);
		close(fd);
		if (rc == -1)
			return err_sys(e, "sync %s", folders[i]);
	}
	return 0;
}

/* ---- is it the log? ---- */

/* Records, tree, checkpoints; the packs' bytes were compared when they were copied.  Then the tiles
 * are written, for who exports. */
static int
check(const struct conf *conf, struct err *e)
{
	struct audit a = { .state = conf->state, .published = conf->published, .out = stderr };
	int rc = -1;

	a.store = store_open(conf->state, conf->published, STORE_READ, e);
	if (a.store != NULL)
		rc = audit_run(&a, e);
	if (rc == 0 && a.findings == 0)
		rc = store_restore_tiles(a.store, conf->published, e);
	store_close(a.store);
	if (rc == 0 && a.findings > 0)
		rc = err_set(e, ERR_DAMAGED, "the backup holds a log that was damaged before");
	return rc;
}

static int
make(struct restore *r, const char *keys, struct err *e)
{
	if (make_dirs(r, e) == -1 || take_files(r, e) == -1 ||
	    (keys != NULL && take_keys(r, keys, e) == -1))
		return -1;
	if (restored_set(r->signer, e) == -1 || sync_all(r, e) == -1)
		return -1;
	if (renameat(r->state, DATABASE_NEW, r->state, DATABASE) == -1 || fsync(r->state) == -1)
		return err_sys(e, DATABASE);
	return check(r->conf, e);
}

static void
close_fd(int fd)
{
	if (fd != -1)
		close(fd);
}

int
restore_make(const struct conf *conf, const char *dir, const char *keys, struct restored *done,
    struct err *e)
{
	struct restore r = {
		.conf = conf, .copy = -1, .state = -1, .signer = -1, .text = BUF_MAX(LIMIT_MANIFEST)
	};
	int rc = -1;

	r.backup = file_open_dir(AT_FDCWD, dir, e);
	if (r.backup == -1)
		e->kind = ERR_INPUT;
	else
		rc = backup_find(r.backup, r.name, &r.text, &r.manifest, e);
	if (rc == 0)
		rc = err_set(e, ERR_CONFIG, "%s holds no complete backup", dir);
	else if (rc == 1)
		r.copy = file_open_dir(r.backup, r.name, e);
	rc = r.copy == -1 ? -1 : make(&r, keys, e);
	*done = (struct restored){ r.manifest.records, r.manifest.time_ms, keys != NULL };
	close_fd(r.backup);
	close_fd(r.copy);
	close_fd(r.signer);
	close_fd(r.state);
	buf_free(&r.text);
	return rc;
}

/* ---- the published copy ---- */

/* The root of the first n records. */
static int
root_at(struct store *s, uint64_t n, struct hash *root, struct err *e)
{
	struct store_query q = { 0 };
	struct tlog_tree tree = { 0 };
	struct store_record r;

	while (tree.size < n) {
		struct hash entry;

		if (store_next(s, &q, &r, e) != 1)
			return -1;
		entry = record_entry(r.salt, r.sha256);
		tlog_append(&tree, hash_leaf(hash_str(&entry)));
	}
	*root = tlog_root(&tree);
	return 0;
}

/* 1 when the published records are a beginning of ours; else 0. */
static int
compare(struct store *s, const struct tlog_head *published, uint64_t *behind, struct err *e)
{
	struct hash root;

	*behind = published->size > store_size(s) ? published->size - store_size(s) : 0;
	if (*behind > 0)
		return 0;
	if (root_at(s, published->size, &root, e) == -1)
		return -1;
	return hash_eq(root, published->root);
}

int
restore_compare(const struct conf *conf, struct str note, uint64_t *behind, struct err *e)
{
	struct store *s = store_open(conf->state, conf->published, STORE_READ, e);
	struct crypto *crypto = crypto_native_new();
	struct checkpoint c;
	struct vkey vkey;
	struct note n;
	int rc = s == NULL ? -1 : vkey_parse(store_identity(s)->vkey, &vkey, e);

	if (rc == 0)
		rc = checkpoint_open(note, &vkey, crypto, &c, &n, e);
	if (rc == 0)
		rc = compare(s, &c.head, behind, e);
	crypto_native_free(crypto);
	store_close(s);
	return rc;
}

/* ---- the mark ---- */

static int
open_signer(const struct conf *conf, struct err *e)
{
	int state = file_open_dir(AT_FDCWD, conf->state, e);
	int signer = state == -1 ? -1 : file_open_dir(state, "signer", e);

	close_fd(state);
	return signer;
}

int
restore_is_marked(const struct conf *conf, struct err *e)
{
	int dir = open_signer(conf, e), rc = dir == -1 ? -1 : restored_is(dir, e);

	close_fd(dir);
	return rc;
}

int
restore_unmark(const struct conf *conf, struct err *e)
{
	int dir = open_signer(conf, e), rc = dir == -1 ? -1 : restored_clear(dir, e);

	close_fd(dir);
	return rc;
}
