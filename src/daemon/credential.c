/* SPDX-License-Identifier: ISC */
#include "daemon/credential.h"

#include <fcntl.h>
#include <sodium.h>
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

int
credential_read(const struct conf_mailbox *box, struct buf *secret, struct err *e)
{
	int fd = open(box->password_file, O_RDONLY | O_CLOEXEC);
	struct str rest, line;
	char text[FILE_LONGEST];
	ssize_t got;
	int rc = -1;

	if (fd == -1)
		return err_sys(e, "%s", box->password_file);
	if (check_mode(fd, box->password_file, e) == -1)
		goto out;
	got = read(fd, text, sizeof text);
	if (got == -1) {
		err_sys(e, "%s", box->password_file);
		goto out;
	}
	rest = str_bytes(text, (size_t)got);
	str_cut(&rest, '\n', &line);
	if (str_ends(line, STR("\r")))
		line.n--;
	if (line.n == 0) {
		err_set(e, ERR_CONFIG, "%s: its first line is empty", box->password_file);
		goto out;
	}
	buf_add(secret, line);
	rc = buf_check(secret, box->password_file, e);
out:
	sodium_memzero(text, sizeof text);
	close(fd);
	return rc;
}
