/* SPDX-License-Identifier: ISC */
#include "store/twin.h"

/* Of messages with the same body the first that is alone is as good as any. */
static int
find_partner(struct db *d, const struct twin_message *m, int64_t *seq, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT seq FROM twin WHERE account = ? AND body = ? AND other IS NULL"
	    " ORDER BY seq LIMIT 1",
	    "th", m->other, &m->body);

	if (rc != 1)
		return rc;
	*seq = row_int(&r, 0);
	row_end(&r);
	return 1;
}

int
twin_add(struct db *d, const struct twin_message *m, struct err *e)
{
	int64_t seq = (int64_t)m->seq, partner = -1;
	int rc = find_partner(d, m, &partner, e);

	if (rc == -1 ||
	    db_run(d, e,
	        "INSERT INTO twin (seq, account, body, arrived_ms, sealed_ms, other)"
	        " VALUES (?, ?, ?, ?, ?, nullif(?, -1))",
	        "ithiii", seq, m->account, &m->body, m->arrived_ms, m->sealed_ms, partner) == -1)
		return -1;
	if (rc == 0)
		return 0;
	return db_run(d, e, "UPDATE twin SET other = ? WHERE seq = ?", "ii", seq, partner);
}

int
twin_next_alone(struct db *d, struct str account, struct str other, int64_t before_ms, int64_t *seq,
    struct err *e)
{
	struct row r;
	/* Since both were opened; an account's folders are NAME and NAME/LABEL. */
	int rc = db_row(d, &r, e,
	    "SELECT seq FROM twin WHERE account = ?1 AND other IS NULL AND seq > ?4"
	    " AND sealed_ms < ?3 AND arrived_ms >= max("
	    " (SELECT min(opened_ms) FROM generation WHERE mailbox = ?1"
	    "  OR substr(mailbox, 1, length(?1) + 1) = ?1 || '/'),"
	    " (SELECT min(opened_ms) FROM generation WHERE mailbox = ?2"
	    "  OR substr(mailbox, 1, length(?2) + 1) = ?2 || '/'))"
	    " ORDER BY seq LIMIT 1",
	    "ttii", account, other, before_ms, *seq);

	if (rc != 1)
		return rc;
	*seq = row_int(&r, 0);
	row_end(&r);
	return 1;
}
