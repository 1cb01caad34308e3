/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "seal/record.h"
#include "store/inside.h"

/* How far the published tree is ours: to the size of its checkpoint, if that is one we know. */
int
store_find_published(struct store *s, struct err *e)
{
	struct buf note = BUF_MAX(LIMIT_NOTE);
	struct str rest, origin, line;
	uint64_t size = 0;
	struct row r;
	int rc = tiles_checkpoint(s->tiles, &note, e);

	rest = buf_str(&note);
	if (rc == 1 && str_line(&rest, &origin) && str_line(&rest, &line) &&
	    str_u64(line, INT64_MAX, &size) == 0)
		rc = db_row(s->db, &r, e, "SELECT size FROM checkpoint WHERE size = ? AND note = ?",
		    "ib", (int64_t)size, buf_str(&note));
	if (rc == 1) {
		s->published = s->tiled = (uint64_t)row_int(&r, 0);
		row_end(&r);
	} else if (rc == 0 && size > s->tree.size) {
		rc = err_set(e, ERR_DAMAGED,
		    "the published checkpoint has %llu records, the log has %llu: an older state "
		    "was restored; put the newer one back",
		    (unsigned long long)size, (unsigned long long)s->tree.size);
	}
	buf_free(&note);
	return rc == -1 ? -1 : 0;
}

uint64_t
store_published(const struct store *s)
{
	return s->published;
}

/* ---- the bytes of a tile ---- */

/* From the records: entries as they are, or hashed. */
static int
fill_from_records(struct store *s, const struct tile *t, struct buf *out, struct err *e)
{
	int64_t from = (int64_t)t->n * TILE_WIDTH;
	unsigned n = 0;
	struct row r;
	int rc = db_row(s->db, &r, e,
	    "SELECT salt, sha256 FROM record WHERE seq >= ? AND seq < ? ORDER BY seq", "ii", from,
	    from + t->width);

	for (; rc == 1; n++) {
		struct hash entry = record_entry(row_hash(&r, 0), row_hash(&r, 1));
		struct hash leaf = hash_leaf(hash_str(&entry));

		if (t->level == TILE_ENTRIES)
			tile_add_entry(out, hash_str(&entry));
		else
			buf_add(out, hash_str(&leaf));
		rc = row_next(&r, e);
	}
	if (rc == 0 && n != t->width)
		rc = err_set(e, ERR_DAMAGED, "database: records are missing");
	return rc;
}

/* From the full tiles below: each is a tree of 256 hashes, and gives its root. */
static int
fill_from_below(struct store *s, const struct tile *t, struct buf *out, struct err *e)
{
	for (unsigned i = 0; i < t->width; i++) {
		struct tile below = { t->level - 1, t->n * TILE_WIDTH + i, TILE_WIDTH };
		struct tlog_tree tree = { 0 };
		struct hash h, root;
		struct str bytes;

		if (tiles_get(s->tiles, &below, &bytes, e) == -1)
			return -1;
		for (; bytes.n >= sizeof h; bytes = str_from(bytes, sizeof h)) {
			memcpy(h.b, bytes.p, sizeof h);
			tlog_append(&tree, h);
		}
		root = tlog_root(&tree);
		buf_add(out, hash_str(&root));
	}
	return 0;
}

static int
put_tile(struct store *s, const struct tile *t, struct buf *bytes, struct err *e)
{
	int rc;

	buf_clear(bytes);
	if (t->level <= 0)
		rc = fill_from_records(s, t, bytes, e);
	else
		rc = fill_from_below(s, t, bytes, e);
	if (rc == -1 || buf_check(bytes, "tile", e) == -1)
		return -1;
	return tiles_put(s->tiles, t, buf_str(bytes), e);
}

static int
put_tiles(struct store *s, uint64_t from, uint64_t to, struct err *e)
{
	struct buf bytes = BUF_MAX(TILE_WIDTH * (2 + sizeof(struct hash)));
	struct tile_walk walk = tile_walk(from, to);
	struct tile t;
	int rc = 0;

	while (rc == 0 && tile_next(&walk, &t))
		rc = put_tile(s, &t, &bytes, e);
	buf_free(&bytes);
	return rc;
}

int
store_publish_tiles(struct store *s, struct err *e)
{
	int rc = put_tiles(s, s->tiled, s->tree.size, e);

	assert(!s->batch);
	if (rc == 0)
		s->tiled = s->tree.size;
	return rc;
}

int
store_restore_tiles(struct store *s, const char *published, struct err *e)
{
	struct buf note = BUF_MAX(LIMIT_NOTE);
	struct store_checkpoint last;
	struct tiles *writing;
	int rc = tiles_checkpoint(s->tiles, &note, e);

	buf_free(&note);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	rc = store_checkpoint(s, &last, e);
	if (rc != 1)
		return rc;
	writing = tiles_open(published, true, e);
	if (writing == NULL)
		return -1;
	tiles_close(s->tiles);
	s->tiles = writing;
	return put_tiles(s, 0, last.size, e);
}

/* 1 when that size was signed before, with this root; 0 when it was not; -1. */
static int
find_signed(struct store *s, uint64_t size, struct hash root, struct err *e)
{
	struct row r;
	int rc =
	    db_row(s->db, &r, e, "SELECT root FROM checkpoint WHERE size = ?", "i", (int64_t)size);

	if (rc != 1)
		return rc;
	if (!hash_eq(row_hash(&r, 0), root))
		rc = err_set(e, ERR_DAMAGED, "two roots for a log of %llu records",
		    (unsigned long long)size);
	row_end(&r);
	return rc;
}

/* Again with the same root: the signature may be new, the text is not. */
int
store_publish_checkpoint(
    struct store *s, uint64_t size, struct hash root, struct str note, struct err *e)
{
	int rc = find_signed(s, size, root, e);

	assert(size <= s->tiled && !s->batch);
	if (rc == 0)
		rc = db_run(s->db, e, "INSERT INTO checkpoint (size, root, note) VALUES (?, ?, ?)",
		    "ihb", (int64_t)size, &root, note);
	else if (rc == 1)
		rc = db_run(s->db, e, "UPDATE checkpoint SET note = ? WHERE size = ?", "bi", note,
		    (int64_t)size);
	if (rc == -1 || tiles_put_checkpoint(s->tiles, note, e) == -1)
		return -1;
	s->published = size;
	return 0;
}
