/* SPDX-License-Identifier: ISC */
#include "cli/backup.h"
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.h"
#include "keys/keyfile.h"
#include "proc/program.h"
#include "seal/utc.h"
#include "store/copy.h"
#include "store/file.h"
#include "store/inspect.h"

#define FRESH ".new"

enum {
	ROOM_SPARE = 16 << 20, /* bytes that stay free on the copy's disk */
	TREE_DEPTH = 3,        /* directories within each other in a copy */
};

struct backup {
	const char *dir_path;
	struct store *store;
	int state, dir, fresh; /* the state; DIR; DIR/.new */
	struct buf old_text;   /* the copy before this one; empty: none */
	struct manifest old;
	struct inspect_edge edge; /* of the database's copy */
	struct hash last;
	struct buf manifest;
	struct backup_done *done;
};

/* ---- the directory ---- */

/* Removes a directory and what is in it.  Not there is fine. */
static int
remove_tree(int at, const char *name, int depth, struct err *e)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), rc = 0;
	const struct dirent *entry;
	DIR *d;

	if (fd == -1)
		return errno == ENOENT ? 0 : err_sys(e, "remove %s", name);
	d = fdopendir(fd);
	if (d == NULL) {
		close(fd);
		return err_sys(e, "remove %s", name);
	}
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) == 0)
			continue;
		if (depth == 0 || (errno != EISDIR && errno != EPERM))
			rc = err_sys(e, "remove %s/%s", name, entry->d_name);
		else
			rc = remove_tree(fd, entry->d_name, depth - 1, e);
	}
	closedir(d);
	if (rc == 0 && unlinkat(at, name, AT_REMOVEDIR) == -1)
		rc = err_sys(e, "remove %s", name);
	return rc;
}

static int
make_dir(int at, const char *name, struct err *e)
{
	if (mkdirat(at, name, 0700) == -1 && errno != EEXIST)
		return err_sys(e, "make %s", name);
	return 0;
}

static int
open_dir(struct backup *b, const struct conf *conf, struct err *e)
{
	bool made = mkdir(b->dir_path, 0700) == 0;

	if (!made && errno != EEXIST)
		return cli_output_failed(b->dir_path, e);
	if (backup_apart(conf, b->dir_path, e) == -1) {
		if (made)
			rmdir(b->dir_path);
		return -1;
	}
	b->dir = file_open_dir(AT_FDCWD, b->dir_path, e);
	if (b->dir == -1)
		return cli_output_failed(b->dir_path, e);
	if (flock(b->dir, LOCK_EX | LOCK_NB) == -1)
		return err_set(e, ERR_RETRY, "another backup into %s is at work", b->dir_path);
	return make_dir(b->dir, "packs", e);
}

/* The copy that is there must be an earlier one of this log: its packs are added to. */
static int
look_at_old(struct backup *b, struct err *e)
{
	char name[BACKUP_NAME_MAX];
	struct hash last;
	int rc = backup_find(b->dir, name, &b->old_text, &b->old, e);

	if (rc != 1)
		return rc;
	if (!str_eq(b->old.origin, store_identity(b->store)->origin))
		return err_set(e, ERR_CONFIG, "%s holds a backup of another log", b->dir_path);
	if (b->old.records == 0)
		return 0;
	rc = inspect_record(store_db(b->store), b->old.records - 1, &last, e);
	if (rc != -1 && (rc == 0 || !hash_eq(last, b->old.last)))
		return err_set(e, ERR_CONFIG,
		    "%s/%s holds records that this state has not: it is the newer one, or of "
		    "another history; keep it, and name another directory",
		    b->dir_path, name);
	return rc == -1 ? -1 : 0;
}

/* ---- files ---- */

static int
note_file(struct backup *b, const char *name, uint64_t bytes, struct hash sum, struct err *e)
{
	struct manifest_file f = { str_of(name), bytes, sum };

	if (!manifest_name_ok(f.name))
		return err_set(e, ERR_CONFIG, "%s: a file with such a name is not ours", name);
	manifest_add(&b->manifest, &f);
	return 0;
}

static int
add_file(struct backup *b, const char *name, int64_t bytes, struct err *e)
{
	struct hash sum;
	uint64_t copied;

	if (copy_file(b->state, name, b->fresh, name, bytes, &copied, &sum, e) == -1)
		return -1;
	b->done->bytes += copied;
	return note_file(b, name, copied, sum, e);
}

/* All of a folder of the state: of each file as many bytes, or with COPY_ALL, whole. */
static int
add_folder(struct backup *b, const char *folder, int64_t bytes, struct err *e)
{
	int fd = file_open_dir(b->state, folder, e), rc = 0;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	char name[MANIFEST_NAME_MAX];

	if (d == NULL)
		return -1;
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(name, sizeof name, "%s/%s", folder, entry->d_name) >= (int)sizeof name)
			rc = err_set(e, ERR_CONFIG, "%s: a name too long", folder);
		else
			rc = add_file(b, name, bytes, e);
	}
	closedir(d);
	return rc;
}

static int
add_database(struct backup *b, struct err *e)
{
	char path[4200];
	struct hash sum;
	struct stat st;
	struct db *copy;
	int rc;

	if (snprintf(path, sizeof path, "%s/" FRESH "/db.sqlite", b->dir_path) >= (int)sizeof path)
		return err_set(e, ERR_CONFIG, "the path is too long");
	if (file_create(b->fresh, "db.sqlite", STR(""), 0600, e) == -1 ||
	    db_copy(store_db(b->store), path, e) == -1)
		return -1;
	copy = db_open(path, DB_READ, e);
	if (copy == NULL)
		return -1;
	rc = inspect_edge(copy, &b->edge, e);
	if (rc == 0 && b->edge.tree.size > 0)
		rc = inspect_record(copy, b->edge.tree.size - 1, &b->last, e) == 1 ? 0 : -1;
	db_close(copy);
	if (rc == -1 || fstatat(b->fresh, "db.sqlite", &st, 0) == -1)
		return rc == -1 ? -1 : err_sys(e, "%s", path);
	b->done->bytes += (uint64_t)st.st_size;
	if (copy_hash(b->fresh, "db.sqlite", (uint64_t)st.st_size, &sum, e) == -1)
		return -1;
	return note_file(b, "db.sqlite", (uint64_t)st.st_size, sum, e);
}

/* ---- packs: what is new is appended ---- */

static int
pack_bytes(
    const struct backup *b, const char *name, uint32_t number, uint64_t *bytes, struct err *e)
{
	struct stat st;

	if (fstatat(b->state, name, &st, 0) == -1)
		return err_sys(e, "%s", name);
	*bytes = number == b->edge.end.pack ? b->edge.end.offset : (uint64_t)st.st_size;
	return 0;
}

static int
add_pack(struct backup *b, uint32_t number, struct err *e)
{
	char name[MANIFEST_NAME_MAX];
	struct manifest_file old = { 0 };
	struct hash sum;
	uint64_t bytes;

	snprintf(name, sizeof name, "packs/%06" PRIu32 ".pack", number);
	if (pack_bytes(b, name, number, &bytes, e) == -1)
		return -1;
	if (b->old_text.n > 0 && !manifest_find(&b->old, str_of(name), &old))
		old.bytes = 0;
	if (old.bytes == bytes && bytes > 0)
		return note_file(b, name, bytes, old.sha256, e);
	if (old.bytes > bytes)
		return err_set(e, ERR_DAMAGED, "%s is shorter than its copy", name);
	if (copy_append(b->state, name, b->dir, old.bytes, bytes, e) == -1 ||
	    copy_hash(b->dir, name, bytes, &sum, e) == -1)
		return -1;
	b->done->bytes += bytes - old.bytes;
	return note_file(b, name, bytes, sum, e);
}

static int
add_packs(struct backup *b, struct err *e)
{
	struct stat st;

	for (uint32_t n = 1; n <= b->edge.end.pack; n++) {
		/* A log whose first object is still to come has no pack. */
		if (b->edge.end.offset == 0 && n == b->edge.end.pack &&
		    fstatat(b->state, "packs/000001.pack", &st, 0) == -1)
			return 0;
		if (add_pack(b, n, e) == -1)
			return -1;
	}
	return 0;
}

/* ---- room ---- */

static uint64_t
bytes_in(int at, const char *folder)
{
	int fd = openat(at, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	uint64_t sum = 0;
	struct stat st;

	while (d != NULL && (entry = readdir(d)) != NULL)
		if (fstatat(fd, entry->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
			sum += (uint64_t)st.st_size;
	if (d != NULL)
		closedir(d);
	return sum;
}

/* At most what is to be written: the state's files, less the packs that are there. */
static int
check_room(struct backup *b, struct err *e)
{
	uint64_t want = bytes_in(b->state, ".") + bytes_in(b->state, "slots") +
	                bytes_in(b->state, "packs") + ROOM_SPARE,
	         have = bytes_in(b->dir, "packs"), room;
	struct statvfs fs;

	if (fstatvfs(b->dir, &fs) == -1)
		return err_sys(e, "%s", b->dir_path);
	want -= have < want ? have : want;
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (room >= want)
		return 0;
	return err_set(e, ERR_CONFIG, "%s: %" PRIu64 " MB are wanted, %" PRIu64 " MB are free",
	    b->dir_path, want >> 20, room >> 20);
}

/* ---- all of it ---- */

/*
 * The order matters: the signer's memory before the database, so that it never tells of more than
 * there is; the database before packs and slots, which hold what it names before it does.
 */
static int
fill(struct backup *b, struct err *e)
{
	static const char *const folders[] = { "signer", "slots", "custodian" };

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (make_dir(b->fresh, folders[i], e) == -1)
			return -1;
	if (add_file(b, "signer/state", COPY_ALL, e) == -1 || add_database(b, e) == -1)
		return -1;
	if (add_folder(b, "slots", (int64_t)((b->edge.tree.size + 1) * SLOT_SIZE), e) == -1 ||
	    add_folder(b, "custodian", COPY_ALL, e) == -1)
		return -1;
	return add_packs(b, e);
}

static int
sync_dir(int at, const char *name, struct err *e)
{
	int fd = file_open_dir(at, name, e), rc;

	if (fd == -1)
		return -1;
	rc = fsync(fd) == -1 ? err_sys(e, "sync %s", name) : 0;
	close(fd);
	return rc;
}

/* The manifest last, then the name: a copy is there whole, or not at all. */
static int
commit(struct backup *b, struct buf *head, struct err *e)
{
	static const char *const folders[] = { "signer", "slots", "custodian", "." };
	int rc = 0;

	buf_add(head, buf_str(&b->manifest));
	manifest_end(head);
	if (buf_check(head, "manifest", e) == -1 ||
	    file_create(b->fresh, "manifest", buf_str(head), 0600, e) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < sizeof folders / sizeof folders[0]; i++)
		rc = sync_dir(b->fresh, folders[i], e);
	if (rc == 0)
		rc = sync_dir(b->dir, "packs", e);
	if (rc == 0 &&
	    (renameat(b->dir, FRESH, b->dir, b->done->name) == -1 || fsync(b->dir) == -1))
		rc = err_sys(e, "name the copy %s", b->done->name);
	return rc;
}

/* All copies but the new one. */
static int
remove_old(struct backup *b, struct err *e)
{
	int fd = file_open_dir(b->dir, ".", e), rc = 0;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (d == NULL)
		return -1;
	while (rc == 0 && (entry = readdir(d)) != NULL)
		if (char_is_digit(entry->d_name[0]) && strcmp(entry->d_name, b->done->name) != 0)
			rc = remove_tree(b->dir, entry->d_name, TREE_DEPTH, e);
	closedir(d);
	return rc;
}

/* For `mailseal status`, which asks when a copy was made last. */
static int
say_copied(const struct backup *b, uint64_t now_ms, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	int rc;

	buf_printf(&text, "mailseal-copied/1\ntime %" PRIu64 "\nrecords %" PRIu64 "\n", now_ms,
	    b->done->records);
	rc = keyfile_replace(b->state, "copied", 0600, buf_str(&text), e);
	buf_free(&text);
	return rc;
}

static void
name_copy(struct backup_done *done, uint64_t now_ms)
{
	struct utc t = utc_of(now_ms / 1000);

	snprintf(done->name, sizeof done->name, "%04u%02u%02uT%02u%02u%02u.%03uZ", t.year % 10000,
	    t.month, t.day, t.hour, t.minute, t.second, (unsigned)(now_ms % 1000));
}

static int
make(struct backup *b, struct err *e)
{
	uint64_t now_ms = (uint64_t)program_now_ms();
	struct buf head = BUF_MAX(LIMIT_MANIFEST);
	int rc;

	if (look_at_old(b, e) == -1 || check_room(b, e) == -1 ||
	    remove_tree(b->dir, FRESH, TREE_DEPTH, e) == -1 || make_dir(b->dir, FRESH, e) == -1)
		return -1;
	b->fresh = file_open_dir(b->dir, FRESH, e);
	if (b->fresh == -1 || fill(b, e) == -1)
		return -1;
	name_copy(b->done, now_ms);
	b->done->records = b->edge.tree.size;
	manifest_begin(&head, &(struct manifest){ .origin = store_identity(b->store)->origin,
	                          .time_ms = now_ms,
	                          .records = b->edge.tree.size,
	                          .last = b->last });
	rc = commit(b, &head, e);
	buf_free(&head);
	if (rc == 0)
		rc = remove_old(b, e);
	return rc == 0 ? say_copied(b, now_ms, e) : -1;
}

int
backup_make(const struct conf *conf, const char *dir, struct backup_done *done, struct err *e)
{
	struct backup b = { .dir_path = dir,
		.state = -1,
		.dir = -1,
		.fresh = -1,
		.old_text = BUF_MAX(LIMIT_MANIFEST),
		.manifest = BUF_MAX(LIMIT_MANIFEST),
		.done = done };
	int rc = -1;

	*done = (struct backup_done){ 0 };
	b.store = store_open(conf->state, conf->published, STORE_READ, e);
	if (b.store != NULL)
		b.state = file_open_dir(AT_FDCWD, conf->state, e);
	if (b.state != -1 && open_dir(&b, conf, e) == 0)
		rc = make(&b, e);
	if (b.fresh != -1)
		close(b.fresh);
	if (b.dir != -1)
		close(b.dir);
	if (b.state != -1)
		close(b.state);
	store_close(b.store);
	buf_free(&b.old_text);
	buf_free(&b.manifest);
	return rc;
}

/* ---- the keys that are in no backup ---- */

int
backup_keys(const struct conf *conf, const char *dir, struct err *e)
{
	int state = file_open_dir(AT_FDCWD, conf->state, e), signer, to = -1, rc = -1;
	struct hash sum;
	uint64_t n;

	signer = state == -1 ? -1 : file_open_dir(state, "signer", e);
	if (signer != -1 && mkdir(dir, 0700) == -1 && errno != EEXIST)
		cli_output_failed(dir, e);
	else if (signer != -1 && backup_apart(conf, dir, e) == 0)
		to = file_open_dir(AT_FDCWD, dir, e);
	if (to != -1 && copy_file(signer, "log.key", to, "log.key", COPY_ALL, &n, &sum, e) == 0 &&
	    copy_file(state, "dedup.key", to, "dedup.key", COPY_ALL, &n, &sum, e) == 0)
		rc = fsync(to) == -1 ? err_sys(e, "sync %s", dir) : 0;
	if (to != -1)
		close(to);
	if (signer != -1)
		close(signer);
	if (state != -1)
		close(state);
	return rc;
}
