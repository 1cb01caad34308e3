/* SPDX-License-Identifier: ISC */
#include "store/mailbox.h"

#include <string.h>

#include "base/limits.h"
#include "store/ledger.h"

#define OF "mailbox = ? AND uidvalidity = ?"

static const int64_t retry_s[] = { LIMIT_MISSING_RETRY_S };

/* One number of a query's one row: 1, 0 when there is no row or it is NULL, -1. */
static int
number(struct row *r, int found, int64_t *value)
{
	int rc = found;

	*value = 0;
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
mailbox_open(struct db *d, struct generation g, uint64_t uidnext, int64_t now_ms, struct err *e)
{
	if (ledger_open(d, g.mailbox, g.uidvalidity, e) == -1)
		return -1;
	return db_run(d, e,
	    "INSERT INTO generation (mailbox, uidvalidity, opened_ms, opened_next)"
	    " VALUES (?, ?, ?, ?) ON CONFLICT (mailbox, uidvalidity) DO NOTHING",
	    "tiii", g.mailbox, (int64_t)g.uidvalidity, now_ms, (int64_t)uidnext);
}

int
mailbox_settled(struct db *d, struct generation g, uint64_t *uid, struct err *e)
{
	int64_t v = (int64_t)g.uidvalidity, last;
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT max((SELECT coalesce(max(uid), 0) FROM message WHERE " OF "),"
	    " (SELECT coalesce(max(uid), 0) FROM same WHERE " OF "),"
	    " (SELECT coalesce(max(uid), 0) FROM missing WHERE " OF "),"
	    " (SELECT coalesce(max(uidnext) - 1, 0) FROM generation WHERE " OF "))",
	    "titititi", g.mailbox, v, g.mailbox, v, g.mailbox, v, g.mailbox, v);

	if (number(&r, rc, &last) == -1)
		return -1;
	*uid = (uint64_t)last;
	return 0;
}

int
mailbox_is_retired(struct db *d, struct str mailbox, struct err *e)
{
	struct row r;
	int64_t ms;
	int rc = db_row(d, &r, e, "SELECT retired_ms FROM mailbox WHERE name = ?", "t", mailbox);

	return number(&r, rc, &ms);
}

int
mailbox_retire(struct db *d, struct str mailbox, int64_t now_ms, struct err *e)
{
	return db_run(
	    d, e, "UPDATE mailbox SET retired_ms = ? WHERE name = ?", "it", now_ms, mailbox);
}

int
mailbox_uidvalidity(struct db *d, struct str mailbox, uint64_t *uidvalidity, struct err *e)
{
	struct row r;
	int64_t v;
	int rc = db_row(d, &r, e, "SELECT uidvalidity FROM mailbox WHERE name = ?", "t", mailbox);

	rc = number(&r, rc, &v);
	*uidvalidity = (uint64_t)v;
	return rc;
}

/* ---- counting ---- */

int
mailbox_count_load(struct db *d, struct generation g, struct mailbox_count *c, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT uidnext, exist, listed, coalesce(counted_ms, 0), counted_seq, counted_id,"
	    " sealed, gone FROM generation WHERE " OF,
	    "ti", g.mailbox, (int64_t)g.uidvalidity);

	*c = (struct mailbox_count){ 0 };
	if (rc != 1)
		return rc == -1 ? -1 : err_set(e, ERR_DAMAGED, "database: no such generation");
	*c = (struct mailbox_count){ .uidnext = (uint64_t)row_int(&r, 0),
		.exists = (uint64_t)row_int(&r, 1),
		.listed = (uint64_t)row_int(&r, 2),
		.counted_ms = row_int(&r, 3),
		.seq = row_int(&r, 4),
		.id = row_int(&r, 5) };
	rc = 0;
	if (ranges_parse(&c->sealed, row_str(&r, 6), e) == -1 ||
	    ranges_parse(&c->gone, row_str(&r, 7), e) == -1)
		rc = err_set(e, ERR_DAMAGED, "database: a generation's sets of UIDs");
	row_end(&r);
	return rc;
}

/* Takes the UIDs of the rows, which ascend, and the highest of their second column. */
static int
take_uids(struct row *r, int rc, struct ranges *uids, int64_t *highest, struct err *e)
{
	for (; rc == 1; rc = row_next(r, e)) {
		uint32_t uid = (uint32_t)row_int(r, 0);

		if (highest != NULL && row_int(r, 1) > *highest)
			*highest = row_int(r, 1);
		if (ranges_add(uids, uid, uid, e) == -1) {
			row_end(r);
			return -1;
		}
	}
	return rc;
}

static void
join_into(struct ranges *all, struct ranges *more)
{
	struct ranges out = { 0 };

	ranges_join(&out, all, more);
	ranges_free(all);
	ranges_free(more);
	*all = out;
}

int
mailbox_count_sealed(struct db *d, struct generation g, struct mailbox_count *c, struct err *e)
{
	int64_t v = (int64_t)g.uidvalidity;
	struct ranges more = { 0 };
	struct row r;
	int rc;

	/* The + keeps SQLite from another index: only what came since is to be read. */
	rc = db_row(d, &r, e,
	    "SELECT uid, seq FROM message WHERE seq > ? AND +mailbox = ? AND +uidvalidity = ?"
	    " ORDER BY uid",
	    "iti", c->seq, g.mailbox, v);
	if (take_uids(&r, rc, &more, &c->seq, e) == -1)
		return -1;
	join_into(&c->sealed, &more);
	rc = db_row(d, &r, e,
	    "SELECT uid, id FROM same WHERE id > ? AND +mailbox = ? AND +uidvalidity = ?"
	    " ORDER BY uid",
	    "iti", c->id, g.mailbox, v);
	if (take_uids(&r, rc, &more, &c->id, e) == -1)
		return -1;
	join_into(&c->sealed, &more);
	return 0;
}

int
mailbox_count_save(struct db *d, struct generation g, const struct mailbox_count *c, struct err *e)
{
	struct buf sealed = BUF_MAX(LIMIT_UID_RANGES * 24), gone = BUF_MAX(LIMIT_UID_RANGES * 24);
	int rc = -1;

	ranges_put(&c->sealed, &sealed, sealed.max);
	ranges_put(&c->gone, &gone, gone.max);
	if (ranges_check(&c->sealed, "sealed", e) == 0 && ranges_check(&c->gone, "gone", e) == 0)
		rc = db_run(d, e,
		    "UPDATE generation SET uidnext = ?, exist = ?, listed = ?, counted_ms = ?,"
		    " counted_seq = ?, counted_id = ?, sealed = ?, gone = ? WHERE " OF,
		    "iiiiiittti", (int64_t)c->uidnext, (int64_t)c->exists, (int64_t)c->listed,
		    c->counted_ms, c->seq, c->id, buf_str(&sealed), buf_str(&gone), g.mailbox,
		    (int64_t)g.uidvalidity);
	buf_free(&sealed);
	buf_free(&gone);
	return rc;
}

void
mailbox_count_free(struct mailbox_count *c)
{
	ranges_free(&c->sealed);
	ranges_free(&c->gone);
}

/* ---- what is missing ---- */

static int
add_missing(struct db *d, struct generation g, uint64_t uid, int64_t now_ms, struct err *e)
{
	return db_run(d, e,
	    "INSERT INTO missing (mailbox, uidvalidity, uid, since_ms, next_ms)"
	    " VALUES (?, ?, ?, ?, ?)",
	    "tiiii", g.mailbox, (int64_t)g.uidvalidity, (int64_t)uid, now_ms, now_ms);
}

/* The lowest n UIDs. */
static void
head(struct ranges *out, const struct ranges *r, uint64_t n)
{
	for (size_t i = 0; i < r->n && n > 0; i++) {
		uint64_t first = r->range[i].first, last = r->range[i].last;

		if (last - first >= n)
			last = first + n - 1;
		ranges_add(out, (uint32_t)first, (uint32_t)last, NULL);
		n -= last - first + 1;
	}
}

static int
replace(struct db *d, struct generation g, const struct ranges *old, const struct ranges *new,
    int64_t now_ms, struct err *e)
{
	struct ranges drop = { 0 }, add = { 0 };
	int rc = 0;

	ranges_minus(&drop, old, new);
	ranges_minus(&add, new, old);
	for (size_t i = 0; i < drop.n; i++)
		for (uint64_t uid = drop.range[i].first; rc == 0 && uid <= drop.range[i].last;
		     uid++)
			rc = missing_found(d, g, uid, e);
	for (size_t i = 0; i < add.n; i++)
		for (uint64_t uid = add.range[i].first; rc == 0 && uid <= add.range[i].last; uid++)
			rc = add_missing(d, g, uid, now_ms, e);
	ranges_free(&drop);
	ranges_free(&add);
	return rc;
}

int
missing_set(
    struct db *d, struct generation g, const struct ranges *uids, int64_t now_ms, struct err *e)
{
	struct ranges old = { 0 }, new = { 0 };
	int rc = missing_all(d, g, &old, e);

	head(&new, uids, LIMIT_MISSING);
	if (rc == 0)
		rc = replace(d, g, &old, &new, now_ms, e);
	ranges_free(&old);
	ranges_free(&new);
	return rc;
}

int
missing_due(struct db *d, struct generation g, int64_t now_ms, struct ranges *due, struct err *e)
{
	struct row r;
	int rc =
	    db_row(d, &r, e, "SELECT uid FROM missing WHERE " OF " AND next_ms <= ? ORDER BY uid",
	        "tii", g.mailbox, (int64_t)g.uidvalidity, now_ms);

	return take_uids(&r, rc, due, NULL, e);
}

int
missing_next(struct db *d, struct generation g, int64_t now_ms, int64_t *next_ms, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e, "SELECT min(next_ms) FROM missing WHERE " OF " AND next_ms > ?",
	    "tii", g.mailbox, (int64_t)g.uidvalidity, now_ms);

	return number(&r, rc, next_ms);
}

int
missing_all(struct db *d, struct generation g, struct ranges *all, struct err *e)
{
	return missing_due(d, g, INT64_MAX, all, e);
}

int
missing_tried(struct db *d, struct generation g, uint64_t uid, int64_t now_ms, struct err *e)
{
	size_t last = sizeof retry_s / sizeof retry_s[0] - 1;
	int64_t v = (int64_t)g.uidvalidity, tries;
	struct row r;
	int rc = db_row(d, &r, e, "SELECT tries FROM missing WHERE " OF " AND uid = ?", "tii",
	    g.mailbox, v, (int64_t)uid);

	if (number(&r, rc, &tries) == -1)
		return -1;
	return db_run(d, e,
	    "INSERT INTO missing (mailbox, uidvalidity, uid, since_ms, tries, next_ms)"
	    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (mailbox, uidvalidity, uid)"
	    " DO UPDATE SET tries = excluded.tries, next_ms = excluded.next_ms",
	    "tiiiii", g.mailbox, v, (int64_t)uid, now_ms, tries + 1,
	    now_ms + 1000 * retry_s[(uint64_t)tries < last ? (size_t)tries : last]);
}

int
missing_long(
    struct db *d, struct generation g, int64_t before_ms, uint64_t *n, uint64_t *uid, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT count(*), coalesce(min(uid), 0) FROM missing"
	    " WHERE " OF " AND since_ms <= ? AND tries > 1",
	    "tii", g.mailbox, (int64_t)g.uidvalidity, before_ms);

	if (rc != 1)
		return -1;
	*n = (uint64_t)row_int(&r, 0);
	*uid = (uint64_t)row_int(&r, 1);
	row_end(&r);
	return 0;
}

int
missing_is(struct db *d, struct generation g, uint64_t uid, struct err *e)
{
	struct row r;
	int64_t one;
	int rc = db_row(d, &r, e, "SELECT 1 FROM missing WHERE " OF " AND uid = ?", "tii",
	    g.mailbox, (int64_t)g.uidvalidity, (int64_t)uid);

	return number(&r, rc, &one);
}

int
missing_found(struct db *d, struct generation g, uint64_t uid, struct err *e)
{
	return db_run(d, e, "DELETE FROM missing WHERE " OF " AND uid = ?", "tii", g.mailbox,
	    (int64_t)g.uidvalidity, (int64_t)uid);
}

/* ---- the same message under another UIDVALIDITY ---- */

int
same_wanted(struct db *d, struct generation g, struct err *e)
{
	struct row r;
	int64_t one;
	int rc = db_row(d, &r, e,
	    "SELECT 1 FROM generation WHERE mailbox = ? AND uidvalidity <> ? LIMIT 1", "ti",
	    g.mailbox, (int64_t)g.uidvalidity);

	return number(&r, rc, &one);
}

int
same_find(struct db *d, struct generation g, const struct hash *dedup, uint64_t *seq, struct err *e)
{
	int64_t v = (int64_t)g.uidvalidity, found;
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT seq FROM message AS m WHERE dedup = ? AND +mailbox = ? AND +uidvalidity <> ?"
	    " AND NOT EXISTS (SELECT 1 FROM same WHERE mailbox = m.mailbox AND uidvalidity = ?"
	    " AND seq = m.seq) ORDER BY seq LIMIT 1",
	    "htii", dedup, g.mailbox, v, v);

	rc = number(&r, rc, &found);
	*seq = (uint64_t)found;
	return rc;
}

int
same_add(struct db *d, struct generation g, uint64_t uid, uint64_t seq, struct err *e)
{
	return db_run(d, e, "INSERT INTO same (mailbox, uidvalidity, uid, seq) VALUES (?, ?, ?, ?)",
	    "tiii", g.mailbox, (int64_t)g.uidvalidity, (int64_t)uid, (int64_t)seq);
}

int
same_get(struct db *d, struct generation g, uint64_t uid, uint64_t *seq, struct err *e)
{
	struct row r;
	int64_t found;
	int rc = db_row(d, &r, e, "SELECT seq FROM same WHERE " OF " AND uid = ?", "tii", g.mailbox,
	    (int64_t)g.uidvalidity, (int64_t)uid);

	rc = number(&r, rc, &found);
	*seq = (uint64_t)found;
	return rc;
}

/* ---- when nobody looked ---- */

int
mailbox_watched(struct db *d, struct str mailbox, int64_t now_ms, struct err *e)
{
	return db_run(
	    d, e, "UPDATE mailbox SET watched_ms = ? WHERE name = ?", "it", now_ms, mailbox);
}

int
mailbox_watched_until(struct db *d, struct str mailbox, int64_t *ms, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e, "SELECT watched_ms FROM mailbox WHERE name = ?", "t", mailbox);

	return number(&r, rc, ms) == -1 ? -1 : 0;
}

int
mailbox_unwatched(
    struct db *d, struct str mailbox, int64_t from_ms, int64_t until_ms, struct err *e)
{
	return db_run(d, e,
	    "INSERT INTO unwatched (mailbox, from_ms, until_ms) VALUES (?, ?, ?)"
	    " ON CONFLICT (mailbox, from_ms) DO UPDATE SET until_ms = excluded.until_ms",
	    "tii", mailbox, from_ms, until_ms);
}

/* ---- looking back ---- */

int
mailbox_past_next(struct db *d, struct mailbox_past *at, struct err *e)
{
	struct row r;
	struct str name;
	int rc = db_row(d, &r, e,
	    "SELECT g.mailbox, g.uidvalidity, opened_ms, opened_next,"
	    " g.uidvalidity = m.uidvalidity, coalesce(watched_ms, 0), coalesce(retired_ms, 0)"
	    " FROM generation AS g JOIN mailbox AS m ON m.name = g.mailbox"
	    " WHERE (g.mailbox, opened_ms, g.uidvalidity) > (?, ?, ?)"
	    " ORDER BY g.mailbox, opened_ms, g.uidvalidity LIMIT 1",
	    "tii", str_of(at->mailbox), at->opened_ms, (int64_t)at->uidvalidity);

	if (rc != 1)
		return rc;
	name = row_str(&r, 0);
	*at = (struct mailbox_past){ .uidvalidity = (uint64_t)row_int(&r, 1),
		.opened_ms = row_int(&r, 2),
		.opened_next = (uint64_t)row_int(&r, 3),
		.now = row_int(&r, 4) == 1,
		.watched_ms = row_int(&r, 5),
		.retired_ms = row_int(&r, 6) };
	if (name.n < sizeof at->mailbox)
		memcpy(at->mailbox, name.p, name.n);
	row_end(&r);
	return 1;
}

int
mailbox_unwatched_next(
    struct db *d, struct str mailbox, int64_t *from_ms, int64_t *until_ms, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT from_ms, until_ms FROM unwatched WHERE mailbox = ? AND from_ms > ?"
	    " ORDER BY from_ms LIMIT 1",
	    "ti", mailbox, *from_ms);

	if (rc != 1)
		return rc;
	*from_ms = row_int(&r, 0);
	*until_ms = row_int(&r, 1);
	row_end(&r);
	return 1;
}
