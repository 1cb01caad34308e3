/* SPDX-License-Identifier: ISC */
#include "store/practice.h"

#include <stdio.h>

#include "base/limits.h"

#define DAY_MS INT64_C(86400000)

enum {
	STREAK_MAX = 1000000,
	SEEN_MAX = 16, /* values of a kind and domain: the one not seen for longest goes */
};

const char *const practice_words[PRACTICES] = {
	[PRACTICE_SIGNED] = "signature",
	[PRACTICE_KEY] = "strong key",
	[PRACTICE_BODY] = "body",
	[PRACTICE_TO] = "To",
	[PRACTICE_CC] = "Cc",
	[PRACTICE_DATE] = "Date",
	[PRACTICE_SUBJECT] = "Subject",
	[PRACTICE_MESSAGE_ID] = "Message-ID",
	[PRACTICE_REPLY_TO] = "Reply-To",
	[PRACTICE_IN_REPLY_TO] = "In-Reply-To",
};

const char *const practice_claims[PRACTICES] = {
	[PRACTICE_BODY] = "body",
	[PRACTICE_TO] = "to",
	[PRACTICE_CC] = "cc",
	[PRACTICE_DATE] = "date",
	[PRACTICE_SUBJECT] = "subject",
	[PRACTICE_MESSAGE_ID] = "message-id",
	[PRACTICE_REPLY_TO] = "reply-to",
	[PRACTICE_IN_REPLY_TO] = "in-reply-to",
};

/* ---- learning ---- */

/* 1, 0 when nothing is to be learned: the domain never signed. */
static int
is_learned(struct db *d, const struct practice_message *m, struct err *e)
{
	struct row r;
	int rc;

	if ((m->has & 1u << PRACTICE_SIGNED) != 0)
		return 1;
	rc = db_row(d, &r, e, "SELECT 1 FROM practice_domain WHERE domain = ?", "t", m->domain);
	if (rc == 1)
		row_end(&r);
	return rc;
}

static int
count_message(struct db *d, const struct practice_message *m, struct err *e)
{
	if (db_run(d, e,
	        "DELETE FROM practice_domain WHERE (SELECT count(*) FROM practice_domain) >= ?"
	        " AND domain <> ? AND domain ="
	        " (SELECT domain FROM practice_domain ORDER BY last_ms LIMIT 1)",
	        "it", (int64_t)LIMIT_FLOWS, m->domain) == -1)
		return -1;
	return db_run(d, e,
	    "INSERT INTO practice_domain (domain, messages, first_ms, last_ms)"
	    " VALUES (?, 1, ?, ?) ON CONFLICT (domain) DO UPDATE SET messages = messages + 1,"
	    " last_ms = max(last_ms, excluded.last_ms)",
	    "tii", m->domain, m->at_ms, m->at_ms);
}

/* It has it: the streak goes on, and what was broken is whole. */
static int
keep(struct db *d, const struct practice_message *m, unsigned what, struct err *e)
{
	return db_run(d, e,
	    "INSERT INTO practice (domain, what, streak) VALUES (?, ?, 1)"
	    " ON CONFLICT (domain, what) DO UPDATE SET streak = min(streak + 1, ?),"
	    " broken_seq = NULL, broken_ms = NULL",
	    "tii", m->domain, (int64_t)what, (int64_t)STREAK_MAX);
}

/* It has it not: broken if that was usual, until it is whole or how it is. */
static int
miss(struct db *d, const struct practice_message *m, unsigned what, struct err *e)
{
	if (db_run(d, e,
	        "UPDATE practice SET broken_seq = ?, broken_ms = ?"
	        " WHERE domain = ? AND what = ? AND streak >= ? AND broken_seq IS NULL",
	        "iitii", (int64_t)m->seq, m->at_ms, m->domain, (int64_t)what,
	        (int64_t)PRACTICE_USUAL) == -1)
		return -1;
	return db_run(d, e,
	    "UPDATE practice SET streak = 0,"
	    " broken_seq = iif(broken_ms < ?, NULL, broken_seq),"
	    " broken_ms = iif(broken_ms < ?, NULL, broken_ms)"
	    " WHERE domain = ? AND what = ?",
	    "iiti", m->at_ms - PRACTICE_DAYS * DAY_MS, m->at_ms - PRACTICE_DAYS * DAY_MS, m->domain,
	    (int64_t)what);
}

int
practice_add(struct db *d, const struct practice_message *m, unsigned *broken, struct err *e)
{
	struct practice_broken at = { 0 };
	int rc;

	*broken = 0;
	if (m->domain.n == 0 || m->domain.n >= sizeof((struct practice_domain *)0)->domain)
		return 0;
	rc = is_learned(d, m, e);
	if (rc != 1)
		return rc;
	rc = count_message(d, m, e);
	for (unsigned what = 0; rc == 0 && what < PRACTICES; what++)
		if ((m->applies & 1u << what) != 0)
			rc = (m->has & 1u << what) != 0 ? keep(d, m, what, e) : miss(d, m, what, e);
	while (rc == 0 && (rc = practice_next_broken(d, m->domain, &at, e)) == 1) {
		*broken |= 1u << at.what;
		rc = 0;
	}
	return rc;
}

int
practice_is_broken(struct db *d, struct str domain, int64_t now_ms, struct err *e)
{
	struct row r;
	int rc =
	    db_row(d, &r, e, "SELECT 1 FROM practice WHERE domain = ? AND broken_ms >= ? LIMIT 1",
	        "ti", domain, now_ms - PRACTICE_DAYS * DAY_MS);

	if (rc == 1)
		row_end(&r);
	return rc;
}

int
practice_saw(struct db *d, struct str domain, const char *kind, struct str value, int64_t at_ms,
    struct err *e)
{
	if (value.n >= PRACTICE_VALUE_MAX || domain.n == 0)
		return 0;
	if (db_run(d, e,
	        "INSERT INTO practice_seen (domain, kind, value, messages, first_ms, last_ms)"
	        " SELECT domain, ?, ?, 1, ?, ? FROM practice_domain WHERE domain = ?"
	        " ON CONFLICT (domain, kind, value) DO UPDATE SET"
	        " messages = messages + 1, last_ms = max(last_ms, excluded.last_ms)",
	        "ttiit", str_of(kind), value, at_ms, at_ms, domain) == -1)
		return -1;
	return db_run(d, e,
	    "DELETE FROM practice_seen WHERE domain = ? AND kind = ? AND value NOT IN"
	    " (SELECT value FROM practice_seen WHERE domain = ? AND kind = ?"
	    " ORDER BY last_ms DESC LIMIT ?)",
	    "tttti", domain, str_of(kind), domain, str_of(kind), (int64_t)SEEN_MAX);
}

/* ---- looking back ---- */

int
practice_next_domain(struct db *d, struct practice_domain *at, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT domain, messages, first_ms, last_ms FROM practice_domain WHERE domain > ?"
	    " ORDER BY domain LIMIT 1",
	    "t", str_of(at->domain));

	if (rc != 1)
		return rc;
	snprintf(at->domain, sizeof at->domain, "%.*s", STR_FMT(row_str(&r, 0)));
	at->messages = (uint64_t)row_int(&r, 1);
	at->first_ms = row_int(&r, 2);
	at->last_ms = row_int(&r, 3);
	row_end(&r);
	return 1;
}

int
practice_next_broken(struct db *d, struct str domain, struct practice_broken *at, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT what, broken_seq, broken_ms FROM practice WHERE domain = ? AND what >= ?"
	    " AND what < ? AND broken_seq IS NOT NULL ORDER BY what LIMIT 1",
	    "tii", domain, (int64_t)at->next, (int64_t)PRACTICES);

	if (rc != 1)
		return rc;
	at->what = (unsigned)row_int(&r, 0);
	at->next = at->what + 1;
	at->seq = (uint64_t)row_int(&r, 1);
	at->ms = row_int(&r, 2);
	row_end(&r);
	return 1;
}

int
practice_next_seen(struct db *d, struct str domain, struct practice_seen *at, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT kind, value, messages, first_ms, last_ms FROM practice_seen"
	    " WHERE domain = ? AND (kind, value) > (?, ?) ORDER BY kind, value LIMIT 1",
	    "ttt", domain, str_of(at->kind), str_of(at->value));

	if (rc != 1)
		return rc;
	snprintf(at->kind, sizeof at->kind, "%.*s", STR_FMT(row_str(&r, 0)));
	snprintf(at->value, sizeof at->value, "%.*s", STR_FMT(row_str(&r, 1)));
	at->messages = (uint64_t)row_int(&r, 2);
	at->first_ms = row_int(&r, 3);
	at->last_ms = row_int(&r, 4);
	row_end(&r);
	return 1;
}
