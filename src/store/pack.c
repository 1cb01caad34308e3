/* SPDX-License-Identifier: ISC */
#include "store/pack.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/file.h"

enum {
	NAME_MAX_BYTES = 24,
};

struct pack {
	int directory, fd;
	uint32_t number;
	uint64_t start, end; /* of the object being written, within the pack */
	bool dirty;          /* written since the last sync */
};

static const char *
pack_name(char out[NAME_MAX_BYTES], uint32_t number)
{
	snprintf(out, NAME_MAX_BYTES, "%06u.pack", number);
	return out;
}

static int
open_number(struct pack *p, uint32_t number, int flags, struct err *e)
{
	char name[NAME_MAX_BYTES];

	p->number = number;
	p->fd = openat(
	    p->directory, pack_name(name, number), O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600);
	if (p->fd == -1 || fsync(p->directory) == -1)
		return err_sys(e, "open packs/%s", name);
	return 0;
}

/* What a batch that was not committed left behind: the end of its pack, and packs it began. */
static int
cut_tail(struct pack *p, uint64_t end, struct err *e)
{
	char name[NAME_MAX_BYTES];
	struct stat st;

	if (fstat(p->fd, &st) == -1)
		return err_sys(e, "stat");
	if ((uint64_t)st.st_size < end)
		return err_set(e, ERR_DAMAGED, "pack %u: %llu bytes are missing: restore it",
		    p->number, (unsigned long long)(end - (uint64_t)st.st_size));
	if ((uint64_t)st.st_size > end &&
	    (ftruncate(p->fd, (off_t)end) == -1 || fsync(p->fd) == -1))
		return err_sys(e, "cut pack %u", p->number);
	for (uint32_t n = p->number + 1;; n++)
		if (unlinkat(p->directory, pack_name(name, n), 0) == -1)
			return errno == ENOENT ? 0 : err_sys(e, "remove packs/%s", name);
}

struct pack *
pack_open(int directory, struct pack_place end, struct err *e)
{
	struct pack *p = calloc(1, sizeof *p);

	if (p == NULL)
		abort();
	*p = (struct pack){ .directory = directory, .fd = -1, .end = end.offset };
	if (open_number(p, end.pack, 0, e) == -1 || cut_tail(p, end.offset, e) == -1) {
		pack_close(p);
		return NULL;
	}
	return p;
}

void
pack_close(struct pack *p)
{
	if (p == NULL)
		return;
	if (p->fd != -1)
		close(p->fd);
	free(p);
}

int
pack_begin(struct pack *p, struct err *e)
{
	p->start = p->end;
	if (p->end < PACK_MAX)
		return 0;
	if (pack_sync(p, e) == -1)
		return -1;
	if (close(p->fd) == -1)
		return err_sys(e, "close pack %u", p->number);
	p->start = p->end = 0;
	return open_number(p, p->number + 1, O_TRUNC, e);
}

int
pack_add(struct pack *p, struct str bytes, struct err *e)
{
	if (file_write_at(p->fd, bytes, p->end, e) == -1)
		return err_at(e, "pack %u", p->number);
	p->end += bytes.n;
	p->dirty = true;
	return 0;
}

struct pack_place
pack_end(struct pack *p)
{
	struct pack_place place = { p->number, p->start, p->end - p->start };

	assert(p->end >= p->start);
	return place;
}

struct pack_place
pack_here(const struct pack *p)
{
	return (struct pack_place){ p->number, p->end, 0 };
}

int
pack_sync(struct pack *p, struct err *e)
{
	if (p->dirty && fdatasync(p->fd) == -1)
		return err_sys(e, "sync pack %u", p->number);
	p->dirty = false;
	return 0;
}

int
pack_read(int directory, struct pack_place object, uint64_t offset, size_t length, struct buf *out,
    struct err *e)
{
	char name[NAME_MAX_BYTES], *room;
	int fd, rc = -1;

	if (offset > object.length || length > object.length - offset)
		return err_set(e, ERR_LIMIT, "beyond the end of the object");
	fd = openat(directory, pack_name(name, object.pack), O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "open packs/%s", name);
	room = buf_room(out, length);
	if (buf_check(out, "object", e) == 0)
		rc = file_read_at(fd, room, length, object.offset + offset, e);
	close(fd);
	return rc == -1 ? err_at(e, "packs/%s", name) : 0;
}
