/* SPDX-License-Identifier: ISC */
#include "store/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/file.h"

/* The first slot: what this file is, readable with head(1). */
static const char heading[SLOT_SIZE] =
    "mailseal-slots/1\nslots of 112 bytes, the first is this text; slot n + 1 opens record n\n";

struct slots {
	int fd;
	bool dirty;
};

static uint64_t
place(uint64_t seq)
{
	return (seq + 1) * SLOT_SIZE;
}

/* A file of no more than its first slot was perhaps being made when we died, or the power failed:
 * then it may be short, or have its length and not its bytes. */
static int
check_heading(int fd, bool writing, struct err *e)
{
	char found[SLOT_SIZE];
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	if (writing && st.st_size <= SLOT_SIZE)
		return file_write_at(fd, str_bytes(heading, SLOT_SIZE), 0, e);
	if (file_read_at(fd, found, SLOT_SIZE, 0, e) == -1)
		return -1;
	if (memcmp(found, heading, SLOT_SIZE) != 0)
		return err_set(e, ERR_DAMAGED, "not a key file of this version");
	return 0;
}

struct slots *
slots_open(int directory, const char *name, struct err *e)
{
	struct slots *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	s->fd = openat(directory, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->fd == -1) {
		err_sys(e, "open slots/%s", name);
		goto fail;
	}
	if (check_heading(s->fd, true, e) == -1) {
		err_at(e, "slots/%s", name);
		goto fail;
	}
	if (fsync(s->fd) == -1 || fsync(directory) == -1) {
		err_sys(e, "sync slots/%s", name);
		goto fail;
	}
	return s;
fail:
	slots_close(s);
	return NULL;
}

void
slots_close(struct slots *s)
{
	if (s == NULL)
		return;
	if (s->fd != -1)
		close(s->fd);
	free(s);
}

int
slots_put(struct slots *s, uint64_t seq, const uint8_t slot[SLOT_SIZE], struct err *e)
{
	s->dirty = true;
	return file_write_at(s->fd, str_bytes(slot, SLOT_SIZE), place(seq), e);
}

int
slots_sync(struct slots *s, struct err *e)
{
	if (s->dirty && fdatasync(s->fd) == -1)
		return err_sys(e, "sync the key file");
	s->dirty = false;
	return 0;
}

static int
overwrite(int fd, struct err *e)
{
	static const char zeros[SLOT_SIZE * 512];
	struct stat st;
	uint64_t left;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	for (uint64_t at = 0; at < (uint64_t)st.st_size; at += sizeof zeros) {
		left = (uint64_t)st.st_size - at;
		if (file_write_at(fd, str_head(str_bytes(zeros, sizeof zeros), left), at, e) == -1)
			return -1;
	}
	return fsync(fd) == -1 ? err_sys(e, "sync") : 0;
}

int
slots_erase(int directory, const char *name, struct err *e)
{
	int fd = openat(directory, name, O_WRONLY | O_CLOEXEC), rc;

	if (fd == -1)
		return errno == ENOENT ? 0 : err_sys(e, "open slots/%s", name);
	rc = overwrite(fd, e);
	close(fd);
	if (rc == 0 && (unlinkat(directory, name, 0) == -1 || fsync(directory) == -1))
		rc = err_sys(e, "remove");
	return rc == -1 ? err_at(e, "slots/%s", name) : 0;
}

static int
read_slot(int fd, uint64_t seq, uint8_t slot[SLOT_SIZE], struct err *e)
{
	static const uint8_t none[SLOT_SIZE];
	struct stat st;

	if (check_heading(fd, false, e) == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	if (place(seq) + SLOT_SIZE > (uint64_t)st.st_size)
		return 0;
	if (file_read_at(fd, slot, SLOT_SIZE, place(seq), e) == -1)
		return -1;
	return memcmp(slot, none, SLOT_SIZE) != 0;
}

int
slots_get(int directory, const char *name, uint64_t seq, uint8_t slot[SLOT_SIZE], struct err *e)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC), rc;

	if (fd == -1)
		return errno == ENOENT ? 0 : err_sys(e, "open slots/%s", name);
	rc = read_slot(fd, seq, slot, e);
	close(fd);
	return rc == -1 ? err_at(e, "slots/%s", name) : rc;
}
