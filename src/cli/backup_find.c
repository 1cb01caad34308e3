/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/backup.h"
#include "store/file.h"

/* ---- apart ---- */

static bool
is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

int
backup_apart(const struct conf *conf, const char *dir, struct err *e)
{
	const char *const ours[] = { conf->state, conf->published };
	char *path = realpath(dir, NULL);
	int rc = path == NULL ? err_sys(e, "%s", dir) : 0;

	for (size_t i = 0; rc == 0 && i < sizeof ours / sizeof ours[0]; i++) {
		char *own = realpath(ours[i], NULL);

		if (own != NULL && (is_below(path, own) || is_below(own, path)))
			rc = err_set(e, ERR_CONFIG,
			    "%s and %s: a copy belongs into a directory apart, on another disk",
			    dir, ours[i]);
		free(own);
	}
	free(path);
	return rc;
}

/* ---- the newest copy ---- */

/* 1 with the manifest, 0 when it has none. */
static int
read_manifest(int dir, const char *name, struct buf *text, struct manifest *m, struct err *e)
{
	char path[300];
	int rc;

	snprintf(path, sizeof path, "%s/manifest", name);
	buf_clear(text);
	rc = file_read(dir, path, text, e);
	if (rc == 1 && manifest_parse(buf_str(text), m, e) == -1)
		rc = -1;
	return rc == -1 ? err_at(e, "%s", path) : rc;
}

static bool
is_newer(const struct manifest *a, const struct manifest *b)
{
	return a->records > b->records || (a->records == b->records && a->time_ms > b->time_ms);
}

static bool
is_copy(int dir, const struct dirent *entry)
{
	struct stat st;

	return char_is_digit(entry->d_name[0]) && strlen(entry->d_name) < BACKUP_NAME_MAX &&
	       fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static int
find(DIR *d, int dir, char name[BACKUP_NAME_MAX], struct err *e)
{
	struct buf text = BUF_MAX(LIMIT_MANIFEST);
	struct manifest m, best = { 0 };
	const struct dirent *entry;
	int rc = 0;

	name[0] = '\0';
	while (rc != -1 && (entry = readdir(d)) != NULL) {
		if (!is_copy(dir, entry))
			continue;
		rc = read_manifest(dir, entry->d_name, &text, &m, e);
		if (rc != 1 || (name[0] != '\0' && !is_newer(&m, &best)))
			continue;
		best = m; /* its numbers; the views go */
		snprintf(name, BACKUP_NAME_MAX, "%s", entry->d_name);
	}
	buf_free(&text);
	return rc == -1 ? -1 : name[0] != '\0';
}

int
backup_find(
    int dir, char name[BACKUP_NAME_MAX], struct buf *text, struct manifest *m, struct err *e)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return err_sys(e, "look into the backup");
	}
	rc = find(d, dir, name, e);
	closedir(d);
	return rc == 1 ? read_manifest(dir, name, text, m, e) : rc;
}
