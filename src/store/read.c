/* SPDX-License-Identifier: ISC */
#include "store/inside.h"

#define RECORD_COLUMNS                                     \
	"SELECT seq, kind, bytes, sha256, salt, time_ms,"  \
	" coalesce(of_seq, -1), coalesce(object_pack, 0)," \
	" coalesce(object_offset, 0), coalesce(object_length, 0) FROM record "

static int
take_record(struct store *s, struct row *row, struct store_record *r, struct err *e)
{
	struct str kind = row_str(row, 1), bytes = row_str(row, 2);

	buf_clear(&s->row);
	buf_add(&s->row, kind);
	buf_add(&s->row, bytes);
	*r = (struct store_record){ .seq = (uint64_t)row_int(row, 0),
		.kind = str_head(buf_str(&s->row), kind.n),
		.bytes = str_from(buf_str(&s->row), kind.n),
		.sha256 = row_hash(row, 3),
		.salt = row_hash(row, 4),
		.time_ms = row_int(row, 5),
		.of = row_int(row, 6),
		.object = { (uint32_t)row_int(row, 7), (uint64_t)row_int(row, 8),
		    (uint64_t)row_int(row, 9) } };
	row_end(row);
	return buf_check(&s->row, "record", e) == -1 ? -1 : 1;
}

int
store_next(struct store *s, struct store_query *q, struct store_record *r, struct err *e)
{
	struct str kind = str_of(q->kind);
	struct row row;
	int rc;

	if (q->only_of)
		rc = db_row(s->db, &row, e,
		    RECORD_COLUMNS "WHERE of_seq = ? AND seq >= ? AND (? = '' OR kind = ?)"
		                   " ORDER BY seq LIMIT 1",
		    "iitt", (int64_t)q->of, (int64_t)q->from, kind, kind);
	else
		rc = db_row(s->db, &row, e,
		    RECORD_COLUMNS "WHERE seq >= ? AND (? = '' OR kind = ?) ORDER BY seq LIMIT 1",
		    "itt", (int64_t)q->from, kind, kind);
	if (rc != 1)
		return rc;
	rc = take_record(s, &row, r, e);
	q->from = r->seq + 1;
	return rc;
}

int
store_get(struct store *s, uint64_t seq, struct store_record *r, struct err *e)
{
	struct row row;
	int rc = db_row(s->db, &row, e, RECORD_COLUMNS "WHERE seq = ?", "i", (int64_t)seq);

	return rc == 1 ? take_record(s, &row, r, e) : rc;
}

int
store_by_hash(struct store *s, struct hash sha256, struct store_record *r, struct err *e)
{
	struct row row;
	int rc = db_row(s->db, &row, e, RECORD_COLUMNS "WHERE sha256 = ?", "h", &sha256);

	return rc == 1 ? take_record(s, &row, r, e) : rc;
}

int
store_object(struct store *s, struct pack_place object, uint64_t offset, size_t length,
    struct buf *out, struct err *e)
{
	return pack_read(s->packs_dir, object, offset, length, out, e);
}

int
store_slot(
    struct store *s, const char *custodian, uint64_t seq, uint8_t slot[SLOT_SIZE], struct err *e)
{
	return slots_get(s->slots_dir, custodian, seq, slot, e);
}

int
store_checkpoint(struct store *s, struct store_checkpoint *c, struct err *e)
{
	struct row r;
	int rc = db_row(
	    s->db, &r, e, "SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1", "");

	if (rc != 1)
		return rc;
	buf_clear(&s->note);
	buf_add(&s->note, row_str(&r, 2));
	*c = (struct store_checkpoint){ (uint64_t)row_int(&r, 0), row_hash(&r, 1),
		buf_str(&s->note) };
	row_end(&r);
	return buf_check(&s->note, "note", e) == -1 ? -1 : 1;
}

int
store_inclusion(
    struct store *s, uint64_t seq, uint64_t size, struct hash proof[TLOG_PROOF_MAX], struct err *e)
{
	struct tlog_reader r = tiles_reader(s->tiles, size);

	return tlog_inclusion(&r, seq, size, proof, e);
}

int
store_consistency(
    struct store *s, uint64_t from, uint64_t size, struct hash proof[TLOG_PROOF_MAX], struct err *e)
{
	struct tlog_reader r = tiles_reader(s->tiles, size);

	return tlog_consistency(&r, from, size, proof, e);
}
