/* SPDX-License-Identifier: ISC */
#include "keys/private.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
private_file(const char *path, struct buf *secret, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = -1;
	ssize_t got;
	char *room;

	if (fd == -1)
		return err_sys(e, "%s", path);
	if (check_mode(fd, path, e) == -1)
		goto out;
	buf_clear(secret);
	room = buf_room(secret, secret->max); /* all at once: grown, it would leave copies */
	got = read(fd, room, secret->max);
	if (got == -1)
		err_sys(e, "%s", path);
	else if ((size_t)got == secret->max)
		err_set(e, ERR_CONFIG, "%s: larger than %zu bytes", path, secret->max - 1);
	else
		rc = 0;
	secret->n = rc == 0 ? (size_t)got : 0;
out:
	close(fd);
	return rc;
}

int
private_line(const char *path, struct buf *secret, struct err *e)
{
	struct str rest, line;

	if (private_file(path, secret, e) == -1)
		return -1;
	rest = buf_str(secret);
	str_cut(&rest, '\n', &line);
	if (str_ends(line, STR("\r")))
		line.n--;
	if (line.n == 0)
		return err_set(e, ERR_CONFIG, "%s: its first line is empty", path);
	secret->n = line.n; /* what follows is wiped with it */
	return 0;
}
