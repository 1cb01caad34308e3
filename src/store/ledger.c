/* SPDX-License-Identifier: ISC */
#include "store/ledger.h"

/* One number of one row: 1, 0 when there is no row, or it is NULL, -1. */
static int
number(struct row *r, int found, int64_t *value)
{
	int rc = found;

	if (found != 1)
		return found;
	if (row_null(r, 0))
		rc = 0;
	else
		*value = row_int(r, 0);
	row_end(r);
	return rc;
}

int
ledger_open(struct db *d, struct str mailbox, uint64_t uidvalidity, struct err *e)
{
	return db_run(d, e,
	    "INSERT INTO mailbox (name, uidvalidity) VALUES (?, ?)"
	    " ON CONFLICT (name) DO UPDATE SET uidvalidity = excluded.uidvalidity"
	    " WHERE uidvalidity <> excluded.uidvalidity",
	    "ti", mailbox, (int64_t)uidvalidity);
}

int
ledger_last_uid(
    struct db *d, struct str mailbox, uint64_t uidvalidity, uint64_t *uid, struct err *e)
{
	struct row r;
	int64_t last = 0;
	int rc =
	    db_row(d, &r, e, "SELECT max(uid) FROM message WHERE mailbox = ? AND uidvalidity = ?",
	        "ti", mailbox, (int64_t)uidvalidity);

	if (number(&r, rc, &last) == -1)
		return -1;
	*uid = (uint64_t)last;
	return 0;
}

int
ledger_last_seq(struct db *d, struct str mailbox, uint64_t *seq, struct err *e)
{
	struct row r;
	int64_t last = 0;
	int rc = db_row(d, &r, e, "SELECT last_seq FROM mailbox WHERE name = ?", "t", mailbox);

	rc = number(&r, rc, &last);
	*seq = (uint64_t)last;
	return rc;
}

int
ledger_chain(struct db *d, struct str mailbox, uint64_t seq, struct err *e)
{
	return db_run(
	    d, e, "UPDATE mailbox SET last_seq = ? WHERE name = ?", "it", (int64_t)seq, mailbox);
}

int
ledger_add(struct db *d, const struct ledger_message *m, int64_t now_ms, struct err *e)
{
	int64_t seq = (int64_t)m->seq;

	if (db_run(d, e,
	        "INSERT INTO message (seq, mailbox, uidvalidity, uid, dedup)"
	        " VALUES (?, ?, ?, ?, ?)",
	        "itiih", seq, m->mailbox, (int64_t)m->uidvalidity, (int64_t)m->uid,
	        &m->dedup) == -1)
		return -1;
	if (ledger_chain(d, m->mailbox, m->seq, e) == -1)
		return -1;
	return db_run(d, e, "INSERT INTO job (seq, state, next_ms) VALUES (?, 'pending', ?)", "ii",
	    seq, now_ms);
}

/* ---- messages ---- */

/* The mailbox's name is the caller's, or copied: a view into SQLite ends with the row. */
static void
take_message(struct row *r, struct ledger_message *m)
{
	struct str name = row_str(r, 1);
	size_t n = name.n < sizeof m->name ? name.n : 0;

	m->seq = (uint64_t)row_int(r, 0);
	for (size_t i = 0; i < n; i++)
		m->name[i] = name.p[i];
	m->mailbox = str_bytes(m->name, n);
	m->uidvalidity = (uint64_t)row_int(r, 2);
	m->uid = (uint64_t)row_int(r, 3);
	m->dedup = row_hash(r, 4);
	row_end(r);
}

int
ledger_find(struct db *d, struct str mailbox, uint64_t uidvalidity, uint64_t uid,
    struct ledger_message *m, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT seq, mailbox, uidvalidity, uid, dedup FROM message"
	    " WHERE mailbox = ? AND uidvalidity = ? AND uid = ?",
	    "tii", mailbox, (int64_t)uidvalidity, (int64_t)uid);

	if (rc == 1)
		take_message(&r, m);
	return rc;
}

int
ledger_get(struct db *d, uint64_t seq, struct ledger_message *m, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT seq, mailbox, uidvalidity, uid, dedup FROM message WHERE seq = ?", "i",
	    (int64_t)seq);

	if (rc == 1)
		take_message(&r, m);
	return rc;
}

int
ledger_copy(struct db *d, struct hash dedup, uint64_t *seq, struct err *e)
{
	struct row r;
	int64_t first = 0;
	int rc = db_row(d, &r, e,
	    "SELECT message.seq FROM message JOIN record USING (seq)"
	    " WHERE dedup = ? AND length(bytes) > 0 ORDER BY message.seq LIMIT 1",
	    "h", &dedup);

	rc = number(&r, rc, &first);
	*seq = (uint64_t)first;
	return rc;
}

/* ---- jobs ---- */

static void
take_job(struct row *r, struct ledger_job *j)
{
	*j = (struct ledger_job){ .seq = (uint64_t)row_int(r, 0),
		.attempts = (uint64_t)row_int(r, 1),
		.rounds = (uint64_t)row_int(r, 2),
		.next_ms = row_int(r, 3) };
	row_end(r);
}

int
ledger_job_next(struct db *d, struct str mailbox, uint64_t uidvalidity, int64_t now_ms,
    struct ledger_job *at, struct err *e)
{
	int64_t v = (int64_t)uidvalidity;
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT j.seq, attempts, rounds, next_ms, iif(m.uidvalidity = ?, m.uid, s.uid)"
	    " FROM job AS j CROSS JOIN message AS m ON m.seq = j.seq"
	    " LEFT JOIN same AS s ON s.mailbox = m.mailbox AND s.uidvalidity = ?"
	    " AND s.seq = m.seq"
	    " WHERE state = 'pending' AND (next_ms, j.seq) > (?, ?) AND next_ms <= ?"
	    " AND m.mailbox = ? AND (m.uidvalidity = ? OR s.uid IS NOT NULL)"
	    " ORDER BY next_ms, j.seq LIMIT 1",
	    "iiiiiti", v, v, at->next_ms, (int64_t)at->seq, now_ms, mailbox, v);
	uint64_t uid;

	if (rc != 1)
		return rc;
	uid = (uint64_t)row_int(&r, 4);
	take_job(&r, at);
	at->uid = uid;
	return 1;
}

int
ledger_job_any(struct db *d, int64_t now_ms, struct ledger_job *at, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT seq, attempts, rounds, next_ms FROM job WHERE state = 'pending'"
	    " AND (next_ms, seq) > (?, ?) AND next_ms <= ? ORDER BY next_ms, seq LIMIT 1",
	    "iii", at->next_ms, (int64_t)at->seq, now_ms);

	if (rc == 1)
		take_job(&r, at);
	return rc;
}

int
ledger_job(struct db *d, uint64_t seq, struct ledger_job *j, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT seq, attempts, rounds, next_ms FROM job WHERE seq = ? AND state = 'pending'",
	    "i", (int64_t)seq);

	if (rc == 1)
		take_job(&r, j);
	return rc;
}

int
ledger_job_set(struct db *d, const struct ledger_job *j, const char *why, struct err *e)
{
	return db_run(d, e,
	    "UPDATE job SET attempts = ?, rounds = ?, next_ms = ?, why = ? WHERE seq = ?", "iiiti",
	    (int64_t)j->attempts, (int64_t)j->rounds, j->next_ms, str_of(why), (int64_t)j->seq);
}

int
ledger_job_close(struct db *d, uint64_t seq, const char *why, struct err *e)
{
	return db_run(d, e, "UPDATE job SET state = 'closed', why = ? WHERE seq = ?", "ti",
	    str_of(why), (int64_t)seq);
}

int
ledger_job_expire(struct db *d, int64_t before_ms, const char *why, struct err *e)
{
	return db_run(d, e,
	    "UPDATE job SET state = 'closed', why = ? WHERE state = 'pending'"
	    " AND (SELECT time_ms FROM record WHERE record.seq = job.seq) < ?",
	    "ti", str_of(why), before_ms);
}

int
ledger_job_due(struct db *d, int64_t after_ms, int64_t *next_ms, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT min(next_ms) FROM job WHERE state = 'pending' AND next_ms > ?", "i", after_ms);

	*next_ms = -1;
	return number(&r, rc, next_ms) == -1 ? -1 : 0;
}

int
ledger_unexamined(struct db *d, int64_t before_ms, uint64_t *n, uint64_t *first, struct err *e)
{
	struct row r;

	if (db_row(d, &r, e,
	        "SELECT count(*), min(job.seq) FROM job JOIN record ON record.seq = job.seq"
	        " WHERE job.state = 'pending' AND job.rounds = 0 AND record.time_ms < ?",
	        "i", before_ms) != 1)
		return -1;
	*n = (uint64_t)row_int(&r, 0);
	*first = (uint64_t)row_int(&r, 1);
	row_end(&r);
	return 0;
}

int
ledger_counts(struct db *d, struct ledger_counts *c, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT (SELECT count(*) FROM message),"
	    " (SELECT count(*) FROM record WHERE of_seq IS NOT NULL),"
	    " (SELECT count(*) FROM job WHERE state = 'pending'),"
	    " (SELECT time_ms FROM record WHERE seq = (SELECT max(seq) FROM message))",
	    "");

	if (rc != 1)
		return -1;
	*c = (struct ledger_counts){ (uint64_t)row_int(&r, 0), (uint64_t)row_int(&r, 1),
		(uint64_t)row_int(&r, 2), (uint64_t)row_int(&r, 3) };
	row_end(&r);
	return 0;
}
