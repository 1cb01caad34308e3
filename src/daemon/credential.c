/* SPDX-License-Identifier: ISC */
#include "daemon/credential.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_LONGEST = 8192, /* bytes read; a password is far shorter */
};

static int
check_mode(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "%s", path);
	if ((st.st_mode & 077) != 0)
		return err_set(e, ERR_CONFIG, "%s: others may read it; chmod 600 mends it", path);
	return 0;
}

/* Who may read it is systemd's to say; its mask shows more than that. */
static int
open_credential(const char *name, struct err *e)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	char path[4200];
	int fd = -1;

	if (directory != NULL &&
	    snprintf(path, sizeof path, "%s/%s", directory, name) < (int)sizeof path)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 && (directory == NULL || errno == ENOENT))
		return err_set(e, ERR_CONFIG,
		    "password_credential = %s: systemd gave no such credential; "
		    "LoadCredential=%s:/path in mailseald.service names it, and without systemd "
		    "password_file is right",
		    name, name);
	return fd == -1 ? err_sys(e, "password_credential = %s", name) : fd;
}

static int
open_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "%s", path);
	if (check_mode(fd, path, e) == 0)
		return fd;
	close(fd);
	return -1;
}

int
credential_read(const struct conf_mailbox *box, struct buf *secret, struct err *e)
{
	const char *name = box->password_file;
	struct str rest, line;
	char text[FILE_LONGEST];
	ssize_t got;
	int fd, rc = -1;

	if (name == NULL)
		name = box->password_credential;
	fd = box->password_file != NULL ? open_file(name, e) : open_credential(name, e);
	if (fd == -1)
		return -1;
	got = read(fd, text, sizeof text);
	if (got == -1) {
		err_sys(e, "%s", name);
		goto out;
	}
	rest = str_bytes(text, (size_t)got);
	str_cut(&rest, '\n', &line);
	if (str_ends(line, STR("\r")))
		line.n--;
	if (line.n == 0) {
		err_set(e, ERR_CONFIG, "%s: its first line is empty", name);
		goto out;
	}
	buf_add(secret, line);
	rc = buf_check(secret, name, e);
out:
	sodium_memzero(text, sizeof text);
	close(fd);
	return rc;
}
