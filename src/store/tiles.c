/* SPDX-License-Identifier: ISC */
#include "store/tiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/file.h"

enum {
	TILE_BYTES = TILE_WIDTH * (2 + 32), /* the largest: a full bundle */
};

static const char temporary[] = "new";

struct tiles {
	int root, temp; /* directories: the published one, and .tmp in it */
	bool settled;   /* all that the writer before us left is durable: a checkpoint followed */
	uint64_t size;  /* of the tree that is read */
	struct tile last;
	struct buf bytes; /* of `last` */
};

struct tiles *
tiles_open(const char *published, bool writing, struct err *e)
{
	struct tiles *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	*t = (struct tiles){ .root = -1, .temp = -1, .bytes = BUF_MAX(TILE_BYTES) };
	t->root = file_open_dir(AT_FDCWD, published, e);
	if (t->root == -1)
		goto fail;
	if (writing && mkdirat(t->root, ".tmp", 0700) == -1 && errno != EEXIST) {
		err_sys(e, "make %s/.tmp", published);
		goto fail;
	}
	if (writing) {
		t->temp = file_open_dir(t->root, ".tmp", e);
		if (t->temp == -1)
			goto fail;
	}
	return t;
fail:
	tiles_close(t);
	return NULL;
}

void
tiles_close(struct tiles *t)
{
	if (t == NULL)
		return;
	if (t->root != -1)
		close(t->root);
	if (t->temp != -1)
		close(t->temp);
	buf_free(&t->bytes);
	free(t);
}

/* ---- writing ---- */

/* The directory `name` below at, made if need be, opened. */
static int
open_below(const struct tiles *t, int at, const char *name, struct err *e)
{
	bool made = mkdirat(at, name, 0755) == 0;
	int fd;

	if (!made && errno != EEXIST)
		return err_sys(e, "published: make %s", name);
	if (made && fchmodat(at, name, 0755, 0) == -1)
		return err_sys(e, "published: mode of %s", name);
	if ((made || !t->settled) && fsync(at) == -1)
		return err_sys(e, "published: sync the directory of %s", name);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd == -1 ? err_sys(e, "published: open %s", name) : fd;
}

/* The directories above path, durable in theirs; the last one opened. */
static int
open_parent(const struct tiles *t, const char *path, struct err *e)
{
	int at = dup(t->root);

	if (at == -1)
		return err_sys(e, "published: %s", path);
	for (const char *slash; at != -1 && (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		char name[TILE_PATH_MAX] = { 0 };
		int below;

		memcpy(name, path, (size_t)(slash - path));
		below = open_below(t, at, name, e);
		close(at);
		at = below;
	}
	return at;
}

/* What is there already was renamed before we died, and perhaps not made durable. */
static int
settle(const struct tiles *t, const char *path, struct err *e)
{
	int directory = open_parent(t, path, e), rc;

	if (directory == -1)
		return -1;
	rc = fsync(directory) == -1 ? err_sys(e, "sync the directory of %s", path) : 0;
	close(directory);
	return rc;
}

/* Seen by nobody until it is whole and durable. */
static int
publish(struct tiles *t, const char *path, struct str bytes, struct err *e)
{
	int directory, rc = -1;

	if (unlinkat(t->temp, temporary, 0) == -1 && errno != ENOENT)
		return err_sys(e, "remove .tmp/%s", temporary);
	if (file_create(t->temp, temporary, bytes, 0644, e) == -1)
		return -1;
	directory = open_parent(t, path, e);
	if (directory == -1)
		return -1;
	if (renameat(t->temp, temporary, t->root, path) == -1 || fsync(directory) == -1)
		err_sys(e, "publish %s", path);
	else
		rc = 0;
	close(directory);
	return rc;
}

int
tiles_put(struct tiles *t, const struct tile *tile, struct str bytes, struct err *e)
{
	struct buf found = BUF_MAX(TILE_BYTES);
	char path[TILE_PATH_MAX];
	int rc = file_read(t->root, tile_path(path, tile), &found, e);

	if (rc == 1 && !str_eq(buf_str(&found), bytes))
		rc = err_set(e, ERR_DAMAGED, "published %s has other bytes", path);
	buf_free(&found);
	if (rc == 1)
		return t->settled ? 0 : settle(t, path, e);
	return rc == -1 ? -1 : publish(t, path, bytes, e);
}

int
tiles_put_checkpoint(struct tiles *t, struct str note, struct err *e)
{
	if (publish(t, "checkpoint", note, e) == -1)
		return -1;
	t->settled = true;
	return 0;
}

/* ---- reading ---- */

int
tiles_checkpoint(struct tiles *t, struct buf *note, struct err *e)
{
	return file_read(t->root, "checkpoint", note, e);
}

int
tiles_read(struct tiles *t, const struct tile *tile, struct buf *bytes, struct err *e)
{
	char path[TILE_PATH_MAX];

	return file_read(t->root, tile_path(path, tile), bytes, e);
}

int
tiles_get(struct tiles *t, const struct tile *tile, struct str *bytes, struct err *e)
{
	char path[TILE_PATH_MAX];
	int rc;

	if (t->last.width == tile->width && t->last.n == tile->n && t->last.level == tile->level) {
		*bytes = buf_str(&t->bytes);
		return 0;
	}
	t->last = (struct tile){ 0 };
	buf_clear(&t->bytes);
	rc = file_read(t->root, tile_path(path, tile), &t->bytes, e);
	if (rc != 1)
		return rc == -1 ? -1 : err_set(e, ERR_DAMAGED, "published %s is missing", path);
	t->last = *tile;
	*bytes = buf_str(&t->bytes);
	return 0;
}

static int
node(void *ctx, unsigned level, uint64_t index, struct hash *out, struct err *e)
{
	struct tiles *t = ctx;
	struct tile tile = tile_of(level, index, t->size);
	struct str bytes;

	if (tiles_get(t, &tile, &bytes, e) == -1)
		return -1;
	return tile_node(&tile, bytes, level, index, out, e);
}

struct tlog_reader
tiles_reader(struct tiles *t, uint64_t size)
{
	t->size = size;
	return (struct tlog_reader){ node, t };
}
