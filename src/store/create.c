/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/file.h"
#include "store/store.h"

/* Nothing in it: 1; something: 0; -1. */
static int
is_empty(int directory, struct err *e)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 1;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return err_sys(e, "look into the directory");
	}
	errno = 0;
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = 0;
	if (errno != 0)
		rc = err_sys(e, "look into the directory");
	closedir(d);
	return rc;
}

/* A directory that is new or empty, opened, with that mode whatever the umask is. */
static int
fresh_dir(int at, const char *path, mode_t mode, struct err *e)
{
	int fd, rc;

	if (mkdirat(at, path, mode) == -1 && errno != EEXIST)
		return err_sys(e, "make %s", path);
	fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "open %s", path);
	rc = is_empty(fd, e);
	if (rc == 0)
		err_set(e, ERR_CONFIG,
		    "%s is not empty: a log is made once; to begin another, name an empty "
		    "directory",
		    path);
	else if (rc == 1 && (fchmod(fd, mode) == -1 || fsync(fd) == -1))
		rc = err_sys(e, "set the mode of %s", path);
	if (rc == 1)
		return fd;
	close(fd);
	return -1;
}

static int
make_dir(int at, const char *path, mode_t mode, struct err *e)
{
	int fd = fresh_dir(at, path, mode, e);

	return fd == -1 ? -1 : close(fd);
}

static int
make_database(int state, const char *path, const struct store_identity *id, struct err *e)
{
	static const char insert[] = "INSERT INTO meta (name, value) VALUES (?, ?)";
	char file[4200];
	struct db *d;
	int rc = -1;

	if (snprintf(file, sizeof file, "%s/db.sqlite", path) >= (int)sizeof file)
		return err_set(e, ERR_CONFIG, "the state directory's path is too long");
	/* SQLite gives its files the mode of the first, and keeps it. */
	if (file_create(state, "db.sqlite", STR(""), 0600, e) == -1)
		return -1;
	d = db_open(file, DB_CREATE, e);
	if (d == NULL)
		return -1;
	if (db_begin(d, e) == 0 && db_run(d, e, insert, "tt", STR("origin"), id->origin) == 0 &&
	    db_run(d, e, insert, "tt", STR("vkey"), id->vkey) == 0 &&
	    db_run(d, e, insert, "tt", STR("recovery"), id->recovery) == 0)
		rc = db_commit(d, e);
	db_close(d);
	return rc;
}

static int
fill_state(int state, const char *path, const struct store_identity *id, struct err *e)
{
	static const char *const folders[] = { "packs", "slots", "signer", "custodian" };
	struct hash key;
	int rc;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (make_dir(state, folders[i], 0700, e) == -1)
			return -1;
	randombytes_buf(key.b, sizeof key.b);
	rc = file_create(state, "dedup.key", hash_str(&key), 0600, e);
	sodium_memzero(&key, sizeof key);
	if (rc == -1 || make_database(state, path, id, e) == -1)
		return -1;
	return fsync(state) == -1 ? err_sys(e, "sync %s", path) : 0;
}

/* The published directory is looked at first and filled last: it may lie in the other. */
int
store_create(
    const char *state, const char *published, const struct store_identity *id, struct err *e)
{
	int fd = fresh_dir(AT_FDCWD, state, 0711, e), rc;

	if (fd == -1)
		return -1;
	rc = make_dir(AT_FDCWD, published, 0755, e);
	if (rc == 0)
		rc = fill_state(fd, state, id, e);
	close(fd);
	return rc;
}
