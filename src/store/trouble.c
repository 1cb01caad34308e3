/* SPDX-License-Identifier: ISC */
#include "store/trouble.h"

#include <stdio.h>
#include <string.h>

const struct trouble_code trouble_codes[] = {
	{ "login-refused", TROUBLE_ATTENTION, TROUBLE_FETCHER,
	    "The server does not take the login." },
	{ "server-refused", TROUBLE_ATTENTION, TROUBLE_FETCHER,
	    "The server is not who it should be, or says what it must not." },
	{ "not-watched", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "A mailbox has not been watched for some time: what arrives there is not filed." },
	{ "not-fetched", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "A message is in a mailbox and cannot be fetched; it is tried again and again." },
	{ "twin-differs", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "Mail came to one of two twin mailboxes and not to the other." },
	{ "unexamined", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "A message has waited long for its examination; it is sealed." },
	{ "unexaminable", TROUBLE_NOTE, TROUBLE_OURS,
	    "The checkers died of a message; it is sealed as it is." },
	{ "dns-silent", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "No question of the DNS is answered: keys cannot be kept, examinations wait." },
	{ "unsigned", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "Records wait for a signature, and for a checkpoint that holds them." },
	{ "signer-refused", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "The signer refuses: this is not the log that it signed before." },
	{ "restored", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "A backup was restored: nothing is signed until the published copy was asked." },
	{ "not-running", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "A process of the daemon does not stay up." },
	{ "publish-failed", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "The published directory cannot be written." },
	{ "publish-command", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "publish_command fails: the published copy gets old." },
	{ "alarm-command", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "alarm_command fails: nobody is called." },
	{ "disk-low", TROUBLE_ATTENTION, TROUBLE_OURS, "The disk is nearly full." },
	{ "clock", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "The kernel does not call its clock synchronised: times in records are only ours." },
	{ "one-custodian", TROUBLE_NOTE, TROUBLE_OURS,
	    "One custodian only: with its key all that was filed becomes unreadable." },
	{ "no-copy", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "There is no recent copy of the state on another machine." },
	{ "silence", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "A domain whose mail comes regularly has been quiet: a copying rule may be off." },
	{ "coverage", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "A domain signs less of its mail than it used to: the evidence gets weaker." },
	{ "configuration", TROUBLE_ATTENTION, TROUBLE_OURS,
	    "The configuration was not taken over at a reload; the one before is in force." },
	{ NULL, 0, 0, NULL },
};

const struct trouble_code *
trouble_code(struct str code)
{
	for (const struct trouble_code *c = trouble_codes; c->code != NULL; c++)
		if (str_eq(code, str_of(c->code)))
			return c;
	return NULL;
}

static int
add(struct db *d, struct trouble *t, struct err *e)
{
	struct row r;
	int64_t id;

	if (db_row(d, &r, e, "SELECT coalesce(max(id), 0) + 1 FROM trouble", "") != 1)
		return -1;
	id = row_int(&r, 0);
	row_end(&r);
	if (db_run(d, e,
	        "INSERT INTO trouble (id, code, subject, text, mend, since_ms, cleared_ms, told)"
	        " VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), ?)",
	        "ittttiii", id, str_of(t->code->code), str_of(t->subject), str_of(t->text),
	        str_of(t->mend), t->since_ms, t->cleared_ms, (int64_t)t->told) == -1)
		return -1;
	t->id = id;
	return 0;
}

int
trouble_put(struct db *d, struct trouble *t, struct err *e)
{
	if (t->id == 0)
		return add(d, t, e);
	return db_run(d, e,
	    "UPDATE trouble SET text = ?, mend = ?, cleared_ms = nullif(?, 0), told = ?"
	    " WHERE id = ?",
	    "ttiii", str_of(t->text), str_of(t->mend), t->cleared_ms, (int64_t)t->told, t->id);
}

static void
take_text(char *to, size_t room, struct str text)
{
	snprintf(to, room, "%.*s", STR_FMT(str_head(text, room - 1)));
}

int
trouble_next(struct db *d, int64_t cleared_after_ms, struct trouble *t, struct err *e)
{
	struct row r;
	int rc;

	do {
		rc = db_row(d, &r, e,
		    "SELECT id, code, subject, text, mend, since_ms, coalesce(cleared_ms, 0), told"
		    " FROM trouble WHERE id > ? AND (cleared_ms IS NULL OR cleared_ms > ?)"
		    " ORDER BY id LIMIT 1",
		    "ii", t->id, cleared_after_ms);
		if (rc != 1)
			return rc;
		t->id = row_int(&r, 0);
		t->code = trouble_code(row_str(&r, 1));
		take_text(t->subject, sizeof t->subject, row_str(&r, 2));
		take_text(t->text, sizeof t->text, row_str(&r, 3));
		take_text(t->mend, sizeof t->mend, row_str(&r, 4));
		t->since_ms = row_int(&r, 5);
		t->cleared_ms = row_int(&r, 6);
		t->told = (int)row_int(&r, 7);
		row_end(&r);
	} while (t->code == NULL);
	return 1;
}

int
trouble_forget(struct db *d, int64_t cleared_before_ms, struct err *e)
{
	return db_run(d, e, "DELETE FROM trouble WHERE cleared_ms < ?", "i", cleared_before_ms);
}

int
mark_get(struct db *d, const char *name, int64_t *time_ms, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e, "SELECT time_ms FROM mark WHERE name = ?", "t", str_of(name));

	*time_ms = 0;
	if (rc == 1) {
		*time_ms = row_int(&r, 0);
		row_end(&r);
	}
	return rc == -1 ? -1 : 0;
}

int
mark_set(struct db *d, const char *name, int64_t time_ms, struct err *e)
{
	return db_run(d, e,
	    "INSERT INTO mark (name, time_ms) VALUES (?, ?)"
	    " ON CONFLICT (name) DO UPDATE SET time_ms = excluded.time_ms",
	    "ti", str_of(name), time_ms);
}
