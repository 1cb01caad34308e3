/* SPDX-License-Identifier: ISC */
/* read: a configuration file and its drop-ins, FILE.d/NAME.conf in the order of their names' bytes,
 * as one text; conf.c takes it apart again, so that a complaint names the file and the line. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"

enum {
	DROPINS_MAX = 128, /* files: two a mailbox */
	PATH_LONGEST = 4096,
};

/* Who can write it can have commands run. */
static int
check_mode(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "%s", path);
	if ((st.st_mode & S_IWOTH) != 0)
		return err_set(e, ERR_CONFIG, "%s: others may write it; chmod o-w mends it", path);
	return 0;
}

static int
read_file(const char *path, struct buf *text, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	ssize_t got = 0;
	char chunk[4096];

	if (fd == -1)
		return err_sys(e, "%s", path);
	rc = check_mode(fd, path, e);
	while (rc == 0 && (got = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(text, str_bytes(chunk, (size_t)got));
	if (got == -1)
		rc = err_sys(e, "%s", path);
	close(fd);
	return rc == -1 ? -1 : buf_check(text, path, e);
}

static int
is_dropin(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".conf"));
}

/* Not by the locale, as alphasort(3) is. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
read_dropin(const char *folder, const char *name, struct buf *text, struct err *e)
{
	char path[PATH_LONGEST];

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return err_set(e, ERR_CONFIG, "%s: the path is too long", folder);
	buf_printf(text, "\n" CONF_NEXT "%s\n", path);
	return read_file(path, text, e);
}

int
conf_read(const char *path, struct buf *text, struct err *e)
{
	char folder[PATH_LONGEST];
	struct dirent **entry = NULL;
	int n, rc = read_file(path, text, e);

	if (rc == -1)
		return -1;
	if (snprintf(folder, sizeof folder, "%s.d", path) >= (int)sizeof folder)
		return err_set(e, ERR_CONFIG, "%s: the path is too long", path);
	n = scandir(folder, &entry, is_dropin, by_bytes);
	if (n == -1)
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_sys(e, "%s", folder);
	if (n > DROPINS_MAX)
		rc = err_set(e, ERR_CONFIG, "%s: more than %d files", folder, DROPINS_MAX);
	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = read_dropin(folder, entry[i]->d_name, text, e);
		free(entry[i]);
	}
	free(entry);
	return rc;
}
