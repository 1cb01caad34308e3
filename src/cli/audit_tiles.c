/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/audit.h"
#include "store/inspect.h"
#include "tlog/checkpoint.h"

enum {
	BYTES = TILE_WIDTH * (2 + 32), /* of the largest tile: a full bundle of entries */
};

/* The tiles that the records so far give: of each level the one that is being filled. */
struct audit_tiles {
	uint64_t size; /* of the published checkpoint */
	struct hash root;
	struct buf entries;
	struct buf level[TILE_LEVELS];
	struct buf found;
};

/* ---- the checkpoint ---- */

static int
read_checkpoint(struct audit *a, struct audit_tiles *t, struct err *e)
{
	struct buf bytes = BUF_MAX(LIMIT_NOTE);
	struct err why = { 0 };
	struct checkpoint c;
	struct note n;
	int rc = inspect_published(a->store, &bytes, e);

	if (rc == 1 && checkpoint_open(buf_str(&bytes), &a->vkey, a->crypto, &c, &n, &why) == 0) {
		t->size = c.head.size;
		t->root = c.head.root;
	} else if (rc == 1) {
		audit_say(a, AUDIT_PUBLISHED, "published checkpoint", why.text);
	}
	buf_free(&bytes);
	return rc == -1 ? -1 : 0;
}

int
audit_tiles_begin(struct audit *a, struct err *e)
{
	struct audit_tiles *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	*t = (struct audit_tiles){ .entries = BUF_MAX(BYTES), .found = BUF_MAX(BYTES) };
	for (unsigned i = 0; i < TILE_LEVELS; i++)
		t->level[i] = (struct buf)BUF_MAX(BYTES);
	a->published_tiles = t;
	return read_checkpoint(a, t, e);
}

void
audit_tiles_free(struct audit_tiles *t)
{
	if (t == NULL)
		return;
	buf_free(&t->entries);
	buf_free(&t->found);
	for (unsigned i = 0; i < TILE_LEVELS; i++)
		buf_free(&t->level[i]);
	free(t);
}

/* ---- tiles ---- */

/* needed: it must be there. */
static int
compare(struct audit *a, int level, struct str want, bool needed, struct err *e)
{
	struct audit_tiles *t = a->published_tiles;
	unsigned below = level == TILE_ENTRIES ? 0 : 8 * (unsigned)level; /* bits */
	unsigned width = (unsigned)(want.n / (level == TILE_ENTRIES ? 34 : 32));
	struct tile tile = { level, 0, width };
	char path[TILE_PATH_MAX];
	int rc;

	if (width == 0)
		return 0;
	tile.n = ((a->tree.size >> below) - 1) / TILE_WIDTH;
	buf_clear(&t->found);
	rc = inspect_tile(a->store, &tile, &t->found, e);
	tile_path(path, &tile);
	if (rc == -1 && e->kind != ERR_LIMIT && e->kind != ERR_DAMAGED)
		return -1;
	a->tiles += rc == 1;
	if (rc == 0 && needed)
		audit_say(a, AUDIT_TILE, path, "it is missing");
	else if (rc == -1 || (rc == 1 && !str_eq(buf_str(&t->found), want)))
		audit_say(a, AUDIT_TILE, path, "it has other bytes");
	return 0;
}

/* Those of the tree of this size that are not full. */
static int
compare_partial(struct audit *a, bool needed, struct err *e)
{
	struct audit_tiles *t = a->published_tiles;
	int rc = compare(a, TILE_ENTRIES, buf_str(&t->entries), needed, e);

	for (int i = 0; rc == 0 && i < TILE_LEVELS; i++)
		rc = compare(a, i, buf_str(&t->level[i]), needed, e);
	return rc;
}

static struct hash
root_of(struct str hashes)
{
	struct tlog_tree tree = { 0 };
	struct hash h;

	for (; hashes.n >= sizeof h; hashes = str_from(hashes, sizeof h)) {
		memcpy(h.b, hashes.p, sizeof h);
		tlog_append(&tree, h);
	}
	return tlog_root(&tree);
}

/* A full tile is compared, and becomes a hash of the level above. */
static int
carry(struct audit *a, struct err *e)
{
	struct audit_tiles *t = a->published_tiles;
	bool needed = a->tree.size <= t->size;

	if (t->level[0].n < TILE_WIDTH * 32)
		return 0;
	if (compare(a, TILE_ENTRIES, buf_str(&t->entries), needed, e) == -1)
		return -1;
	buf_clear(&t->entries);
	for (int i = 0; i < TILE_LEVELS && t->level[i].n == TILE_WIDTH * 32; i++) {
		struct hash root = root_of(buf_str(&t->level[i]));

		if (compare(a, i, buf_str(&t->level[i]), needed, e) == -1)
			return -1;
		buf_clear(&t->level[i]);
		if (i + 1 < TILE_LEVELS)
			buf_add(&t->level[i + 1], hash_str(&root));
	}
	return 0;
}

int
audit_tiles_add(struct audit *a, struct hash entry, bool checkpoint, struct err *e)
{
	struct audit_tiles *t = a->published_tiles;
	struct hash leaf = hash_leaf(hash_str(&entry));

	tile_add_entry(&t->entries, hash_str(&entry));
	buf_add(&t->level[0], hash_str(&leaf));
	if (a->tree.size == t->size && !hash_eq(tlog_root(&a->tree), t->root))
		audit_say(a, AUDIT_PUBLISHED, "published checkpoint",
		    "its root is not that of the records");
	if (carry(a, e) == -1)
		return -1;
	if (!checkpoint && a->tree.size != t->size)
		return 0;
	return compare_partial(a, a->tree.size == t->size, e);
}

/* ---- what lies there without being asked for ---- */

/* Each entry of a bundle on the disk has a record that explains it. */
static int
explain(struct audit *a, const struct tile *tile, const char *path, struct err *e)
{
	struct audit_tiles *t = a->published_tiles;
	uint64_t seq = tile->n * TILE_WIDTH;
	struct store_record r;
	struct str rest, entry;
	struct hash want;
	int rc;

	buf_clear(&t->found);
	if (inspect_tile(a->store, tile, &t->found, e) == -1)
		return audit_error(a, AUDIT_UNEXPLAINED, path, e);
	rest = buf_str(&t->found);
	while ((rc = tile_next_entry(&rest, &entry, NULL)) == 1) {
		rc = store_get(a->store, seq, &r, e);
		if (rc == -1)
			return -1;
		want = rc == 1 ? record_entry(r.salt, r.sha256) : (struct hash){ 0 };
		if (!str_eq(entry, hash_str(&want)))
			audit_say_record(a, AUDIT_UNEXPLAINED, seq, path);
		seq++;
	}
	if (rc == -1)
		audit_say(a, AUDIT_UNEXPLAINED, path, "it is no bundle of entries");
	return 0;
}

static int
look_at(struct audit *a, const char *path, uint64_t size, struct err *e)
{
	uint64_t end, n;
	struct tile t;

	if (tile_parse(str_of(path), &t, NULL) == -1) {
		audit_say(a, AUDIT_UNEXPLAINED, path, "not the name of a tile");
		return 0;
	}
	n = t.n * TILE_WIDTH + t.width; /* hashes of its level, each of 256^level leaves */
	end = t.level > 0 ? n << (8 * t.level) : n;
	if (end > size) {
		audit_say(a, AUDIT_UNEXPLAINED, path, "it is of more records than there are");
		return 0;
	}
	return t.level == TILE_ENTRIES ? explain(a, &t, path, e) : 0;
}

static int
walk(struct audit *a, FTS *f, struct err *e)
{
	size_t skip = strlen(a->published) + 1;
	struct inspect_edge edge;
	FTSENT *entry;

	errno = 0;
	while ((entry = fts_read(f)) != NULL) {
		if (entry->fts_info == FTS_D || entry->fts_info == FTS_DP)
			continue;
		if (entry->fts_info == FTS_NS && entry->fts_level == 0)
			return 0; /* nothing was published yet */
		/* Tiles are of committed records: an edge read after the file is not behind. */
		if (inspect_edge(store_db(a->store), &edge, e) == -1 ||
		    look_at(a, entry->fts_path + skip, edge.tree.size, e) == -1)
			return -1;
	}
	return errno == 0 ? 0 : err_sys(e, "%s/tile", a->published);
}

/* Looked for again, because the first may have been signed meanwhile. */
static int
check_missing(struct audit *a, struct err *e)
{
	struct buf note = BUF_MAX(LIMIT_NOTE);
	int rc = inspect_published(a->store, &note, e);

	buf_free(&note);
	if (rc == 0)
		audit_say(a, AUDIT_PUBLISHED, "published checkpoint", "it is missing");
	return rc == -1 ? -1 : 0;
}

int
audit_tiles_end(struct audit *a, struct err *e)
{
	struct audit_tiles *t = a->published_tiles;
	char path[4200], *paths[] = { path, NULL };
	FTS *f;
	int rc;

	if (t->size > a->tree.size)
		audit_say(
		    a, AUDIT_PUBLISHED, "published checkpoint", "it has more records than the log");
	else if (t->size == 0 && a->checkpoints > 0 && check_missing(a, e) == -1)
		return -1;
	if ((a->scope & AUDIT_SCOPE_OPEN) == 0)
		return 0;
	snprintf(path, sizeof path, "%s/tile", a->published);
	f = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (f == NULL)
		return err_sys(e, "%s", path);
	rc = walk(a, f, e);
	fts_close(f);
	return rc;
}
