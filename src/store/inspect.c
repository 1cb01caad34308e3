/* SPDX-License-Identifier: ISC */
#include "store/inspect.h"

#include <string.h>

#include "store/inside.h"

/* True when there are as many peaks as the size has bits. */
static bool
take_peaks(struct tlog_tree *t, struct str peaks)
{
	for (unsigned i = 0; i < 64; i++) {
		if ((t->size >> i & 1) == 0)
			continue;
		if (peaks.n < sizeof t->peak[i])
			return false;
		memcpy(t->peak[i].b, peaks.p, sizeof t->peak[i]);
		peaks = str_from(peaks, sizeof t->peak[i]);
	}
	return peaks.n == 0;
}

int
inspect_edge(struct db *d, struct inspect_edge *edge, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e, "SELECT size, peaks, pack, pack_end FROM edge", "");

	if (rc != 1)
		return rc == -1 ? -1 : err_set(e, ERR_DAMAGED, "database: no edge");
	*edge = (struct inspect_edge){ .tree.size = (uint64_t)row_int(&r, 0) };
	edge->peaks_fit = take_peaks(&edge->tree, row_str(&r, 1));
	edge->end = (struct pack_place){ (uint32_t)row_int(&r, 2), (uint64_t)row_int(&r, 3), 0 };
	row_end(&r);
	return 0;
}

int
inspect_record(struct db *d, uint64_t seq, struct hash *sha256, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e, "SELECT sha256 FROM record WHERE seq = ?", "i", (int64_t)seq);

	if (rc == 1) {
		*sha256 = row_hash(&r, 0);
		row_end(&r);
	}
	return rc;
}

int
inspect_checkpoint(
    struct store *s, uint64_t from, struct store_checkpoint *checkpoint, struct err *e)
{
	struct row r;
	int rc = db_row(s->db, &r, e,
	    "SELECT size, root, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1", "i",
	    (int64_t)from);

	if (rc != 1)
		return rc;
	buf_clear(&s->note);
	buf_add(&s->note, row_str(&r, 2));
	*checkpoint = (struct store_checkpoint){ (uint64_t)row_int(&r, 0), row_hash(&r, 1),
		buf_str(&s->note) };
	row_end(&r);
	return buf_check(&s->note, "note", e) == -1 ? -1 : 1;
}

int
inspect_published(struct store *s, struct buf *note, struct err *e)
{
	return tiles_checkpoint(s->tiles, note, e);
}

int
inspect_tile(struct store *s, const struct tile *tile, struct buf *bytes, struct err *e)
{
	return tiles_read(s->tiles, tile, bytes, e);
}

int
inspect_evidence(
    struct store *s, struct str after, struct hash *sha256, struct buf *packet, struct err *e)
{
	struct row r;
	int rc = db_row(s->db, &r, e,
	    "SELECT sha256, bytes FROM evidence WHERE sha256 > ? ORDER BY sha256 LIMIT 1", "b",
	    after);

	if (rc != 1)
		return rc;
	*sha256 = row_hash(&r, 0);
	buf_clear(packet);
	buf_add(packet, row_str(&r, 1));
	row_end(&r);
	return buf_check(packet, "packet", e) == -1 ? -1 : 1;
}

int
inspect_mailbox(struct store *s, struct buf *name, struct err *e)
{
	struct row r;
	int rc = db_row(s->db, &r, e,
	    "SELECT name FROM mailbox WHERE last_seq IS NOT NULL AND last_seq < coalesce("
	    "(SELECT max(seq) FROM message WHERE mailbox = name), 0) LIMIT 1",
	    "");

	if (rc != 1)
		return rc;
	buf_clear(name);
	buf_add(name, row_str(&r, 0));
	row_end(&r);
	return 1;
}

int
inspect_database(struct store *s, struct buf *text, struct err *e)
{
	struct row r;
	int rc = db_row(s->db, &r, e, "PRAGMA quick_check(1)", "");

	if (rc != 1)
		return rc;
	buf_clear(text);
	buf_add(text, row_str(&r, 0));
	row_end(&r);
	return str_eq(buf_str(text), STR("ok")) ? 0 : 1;
}
