/* SPDX-License-Identifier: ISC */
#include "store/copy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/file.h"

enum {
	PIECE = 1 << 20, /* bytes copied at once */
};

/* The bytes [from, end) of one file: hashed when there is a digest, written when `to` is one. */
static int
pass(int fd, int to, uint64_t from, uint64_t end, struct digest *d, struct err *e)
{
	char *piece = malloc(PIECE);
	int rc = 0;

	if (piece == NULL)
		abort();
	while (rc == 0 && from < end) {
		size_t n = end - from < PIECE ? (size_t)(end - from) : PIECE;

		rc = file_read_at(fd, piece, n, from, e);
		if (rc == 0 && d != NULL)
			digest_add(d, str_bytes(piece, n));
		if (rc == 0 && to != -1)
			rc = file_write_at(to, str_bytes(piece, n), from, e);
		from += n;
	}
	free(piece);
	return rc;
}

static int
pass_hashed(int fd, int to, uint64_t bytes, struct hash *sha256, struct err *e)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	uint8_t out[64];
	int rc = pass(fd, to, 0, bytes, d, e);

	digest_end(d, out);
	digest_free(d);
	memcpy(sha256->b, out, sizeof sha256->b);
	return rc;
}

static int
size_of(int fd, uint64_t *bytes, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_DAMAGED, "not a file");
	*bytes = (uint64_t)st.st_size;
	return 0;
}

static int
end_writing(int fd, int rc, struct err *e)
{
	if (rc == 0 && fsync(fd) == -1)
		rc = err_sys(e, "sync");
	if (close(fd) == -1 && rc == 0)
		rc = err_sys(e, "close");
	return rc;
}

int
copy_file(int from, const char *name, int to, const char *as, int64_t bytes, uint64_t *copied,
    struct hash *sha256, struct err *e)
{
	int fd = openat(from, name, O_RDONLY | O_CLOEXEC), out, rc;

	if (fd == -1)
		return err_sys(e, "open %s", name);
	rc = size_of(fd, copied, e);
	if (bytes != COPY_ALL && (uint64_t)bytes < *copied)
		*copied = (uint64_t)bytes;
	out = rc == -1 ? -1 : openat(to, as, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (rc == 0 && out == -1)
		rc = err_sys(e, "create");
	if (out != -1)
		rc = end_writing(out, pass_hashed(fd, out, *copied, sha256, e), e);
	close(fd);
	return rc == -1 ? err_at(e, "copy %s", name) : 0;
}

int
copy_append(int from, const char *name, int to, uint64_t have, uint64_t bytes, struct err *e)
{
	int fd = openat(from, name, O_RDONLY | O_CLOEXEC), out, rc = -1;

	if (fd == -1)
		return err_sys(e, "open %s", name);
	out = openat(to, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (out == -1) {
		err_sys(e, "create");
		goto out;
	}
	if (ftruncate(out, (off_t)have) == -1)
		err_sys(e, "cut");
	else
		rc = pass(fd, out, have, bytes, NULL, e);
	rc = end_writing(out, rc, e);
out:
	close(fd);
	return rc == -1 ? err_at(e, "copy %s", name) : 0;
}

int
copy_hash(int directory, const char *name, uint64_t bytes, struct hash *sha256, struct err *e)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC), rc;

	if (fd == -1)
		return err_sys(e, "open %s", name);
	rc = pass_hashed(fd, -1, bytes, sha256, e);
	close(fd);
	return rc == -1 ? err_at(e, "%s", name) : 0;
}
