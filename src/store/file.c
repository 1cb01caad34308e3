/* SPDX-License-Identifier: ISC */
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_write_at(int fd, struct str bytes, uint64_t offset, struct err *e)
{
	while (bytes.n > 0) {
		ssize_t put = pwrite(fd, bytes.p, bytes.n, (off_t)offset);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return err_sys(e, "write");
		bytes = str_from(bytes, (size_t)put);
		offset += (uint64_t)put;
	}
	return 0;
}

int
file_read_at(int fd, void *out, size_t n, uint64_t offset, struct err *e)
{
	for (size_t have = 0; have < n;) {
		ssize_t got = pread(fd, (char *)out + have, n - have, (off_t)(offset + have));

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return err_sys(e, "read");
		if (got == 0)
			return err_set(e, ERR_DAMAGED, "the file ends too early");
		have += (size_t)got;
	}
	return 0;
}

int
file_create(int directory, const char *name, struct str bytes, mode_t mode, struct err *e)
{
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int rc = -1;

	if (fd == -1)
		return err_sys(e, "create %s", name);
	/* Whatever the umask is: the published tree is for everybody, the rest for nobody else. */
	if (fchmod(fd, mode) == -1 || file_write_at(fd, bytes, 0, e) == -1 || fsync(fd) == -1)
		err_sys(e, "write %s", name);
	else
		rc = 0;
	if (close(fd) == -1 && rc == 0)
		rc = err_sys(e, "close %s", name);
	return rc;
}

int
file_read(int directory, const char *name, struct buf *out, struct err *e)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *room;
	int rc = -1;

	if (fd == -1)
		return errno == ENOENT ? 0 : err_sys(e, "open %s", name);
	if (fstat(fd, &st) == -1) {
		err_sys(e, "stat %s", name);
		goto out;
	}
	room = buf_room(out, (size_t)st.st_size);
	if (buf_check(out, name, e) == 0 && file_read_at(fd, room, (size_t)st.st_size, 0, e) == 0)
		rc = 1;
out:
	close(fd);
	return rc;
}

int
file_open_dir(int directory, const char *name, struct err *e)
{
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd == -1 ? err_sys(e, "open %s", name) : fd;
}
