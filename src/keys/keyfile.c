/* SPDX-License-Identifier: ISC */
#include "keys/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"

enum {
	PATH_LONGEST = 4096,
};

/* The directory in which path's last part stands must know of it after a crash, too. */
static int
sync_directory(int dir, const char *path, struct err *e)
{
	char copy[PATH_LONGEST];
	int fd, rc = 0;

	snprintf(copy, sizeof copy, "%s", path);
	fd = openat(dir, dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", copy);
	if (fsync(fd) == -1)
		rc = err_sys(e, "%s", copy);
	close(fd);
	return rc;
}

static int
write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		text = str_from(text, (size_t)n);
	}
	return 0;
}

/* Writes a new file beside path, whose name goes to temp. */
static int
write_beside(
    int dir, const char *path, int mode, struct str text, char temp[PATH_LONGEST], struct err *e)
{
	int fd, rc = 0;

	if (snprintf(temp, PATH_LONGEST, "%s.new", path) >= PATH_LONGEST)
		return err_set(e, ERR_CONFIG, "%.60s…: the path is too long", path);
	unlinkat(dir, temp, 0);
	fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd == -1)
		return err_sys(e, "%s", temp);
	if (write_all(fd, text) == -1 || fsync(fd) == -1)
		rc = err_sys(e, "%s", temp);
	if (close(fd) == -1 && rc == 0)
		rc = err_sys(e, "%s", temp);
	if (rc == -1)
		unlinkat(dir, temp, 0);
	return rc;
}

int
keyfile_save(int dir, const char *path, int mode, struct str text, struct err *e)
{
	char temp[PATH_LONGEST];
	int rc;

	if (write_beside(dir, path, mode, text, temp, e) == -1)
		return -1;
	/* link(2), unlike rename(2), takes no other file's place. */
	rc = linkat(dir, temp, dir, path, 0);
	if (rc == -1 && errno == EEXIST)
		err_set(e, ERR_CONFIG, "%s: is there already; it is not overwritten", path);
	else if (rc == -1)
		err_sys(e, "%s", path);
	unlinkat(dir, temp, 0);
	return rc == -1 ? -1 : sync_directory(dir, path, e);
}

int
keyfile_replace(int dir, const char *path, int mode, struct str text, struct err *e)
{
	char temp[PATH_LONGEST];

	if (write_beside(dir, path, mode, text, temp, e) == -1)
		return -1;
	if (renameat(dir, temp, dir, path) == -1) {
		err_sys(e, "%s", path);
		unlinkat(dir, temp, 0);
		return -1;
	}
	return sync_directory(dir, path, e);
}

void
keyfile_reserve(struct buf *text)
{
	buf_room(text, KEYFILE_MAX);
	buf_clear(text);
}

static int
read_all(int fd, const char *path, struct buf *text, struct err *e)
{
	struct stat st;
	ssize_t n;

	keyfile_reserve(text);
	n = read(fd, text->p, KEYFILE_MAX);
	if (n == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "%s", path);
	if (st.st_size > n)
		return err_set(e, ERR_DAMAGED, "%s: larger than %d bytes", path, KEYFILE_MAX);
	text->n = (size_t)n;
	return 0;
}

int
keyfile_read(int dir, const char *path, struct buf *text, struct err *e)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC), rc;

	if (fd == -1)
		return err_sys(e, "%s", path);
	rc = read_all(fd, path, text, e);
	close(fd);
	return rc;
}

void
keyfile_wipe(struct buf *text)
{
	if (text->p != NULL)
		sodium_memzero(text->p, text->cap);
	buf_free(text);
}

int
keyfile_format(struct str text, const char *format, struct err *e)
{
	struct str line;

	if (!str_line(&text, &line) || !str_eq(line, str_of(format)))
		return err_set(e, ERR_DAMAGED, "its first line is not \"%s\"", format);
	return 0;
}

int
keyfile_value(struct str text, const char *name, struct str *value, struct err *e)
{
	struct str line, word;

	while (str_line(&text, &line))
		if (str_cut(&line, ' ', &word) && str_eq(word, str_of(name)) && line.n > 0) {
			*value = line;
			return 0;
		}
	return err_set(e, ERR_DAMAGED, "no line \"%s\"", name);
}

int
keyfile_hex(struct str text, const char *name, uint8_t *out, size_t n, struct err *e)
{
	struct str value;

	if (keyfile_value(text, name, &value, e) == -1)
		return -1;
	if (hex_decode(value, out, n) == -1)
		return err_set(e, ERR_DAMAGED, "%s: not %zu bytes in hex", name, n);
	return 0;
}
