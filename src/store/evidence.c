/* SPDX-License-Identifier: ISC */
#include "store/evidence.h"

int
evidence_add(struct db *d, struct hash sha256, struct str packet, struct err *e)
{
	return db_run(d, e,
	    "INSERT INTO evidence (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", "hb",
	    &sha256, packet);
}

int
evidence_get(struct db *d, struct hash sha256, struct buf *out, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e, "SELECT bytes FROM evidence WHERE sha256 = ?", "h", &sha256);

	if (rc != 1)
		return rc;
	buf_add(out, row_str(&r, 0));
	row_end(&r);
	return buf_check(out, "evidence", e) == -1 ? -1 : 1;
}

int
evidence_key(struct db *d, struct str owner, struct hash value, uint64_t *seq, struct err *e)
{
	struct row r;
	int rc = db_row(
	    d, &r, e, "SELECT seq FROM dns_key WHERE owner = ? AND value = ?", "th", owner, &value);

	if (rc != 1)
		return rc;
	*seq = (uint64_t)row_int(&r, 0);
	row_end(&r);
	return 1;
}

int
evidence_next_owner(struct db *d, struct str tail, struct buf *owner, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT owner FROM dns_key WHERE owner > ? AND substr(owner, -?) = ?"
	    " ORDER BY owner LIMIT 1",
	    "tit", buf_str(owner), (int64_t)tail.n, tail);

	if (rc != 1)
		return rc;
	buf_clear(owner);
	buf_add(owner, row_str(&r, 0));
	row_end(&r);
	return buf_check(owner, "owner", e) == -1 ? -1 : 1;
}

int
evidence_add_key(struct db *d, struct str owner, struct hash value, uint64_t seq, struct err *e)
{
	return db_run(d, e, "INSERT INTO dns_key (owner, value, seq) VALUES (?, ?, ?)", "thi",
	    owner, &value, (int64_t)seq);
}
