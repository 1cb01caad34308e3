/* SPDX-License-Identifier: ISC */
#include "store/overview.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#define DAY_MS INT64_C(86400000)

/* Seq of the first record since then, by halving: our clock hardly ever went back. */
static int
first_since(struct db *d, int64_t since_ms, int64_t *seq, struct err *e)
{
	int64_t low = 0, high;
	struct row r;

	if (db_row(d, &r, e, "SELECT coalesce(max(seq) + 1, 0) FROM record", "") != 1)
		return -1;
	high = row_int(&r, 0);
	row_end(&r);
	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (db_row(d, &r, e, "SELECT time_ms FROM record WHERE seq = ?", "i", middle) != 1)
			return -1;
		if (row_int(&r, 0) < since_ms)
			low = middle + 1;
		else
			high = middle;
		row_end(&r);
	}
	*seq = low;
	return 0;
}

int
overview_tally(struct db *d, int64_t since_ms, struct tally *t, struct err *e)
{
	struct row r;
	int64_t from;

	if (first_since(d, since_ms, &from, e) == -1 ||
	    db_row(d, &r, e,
	        "SELECT (SELECT count(*) FROM message WHERE seq >= ?),"
	        " (SELECT count(*) FROM exception WHERE seq >= ? AND what = 'unsigned'),"
	        " (SELECT count(*) FROM exception WHERE seq >= ? AND what = 'unexaminable')",
	        "iii", from, from, from) != 1)
		return -1;
	*t = (struct tally){ (uint64_t)row_int(&r, 0), (uint64_t)row_int(&r, 1),
		(uint64_t)row_int(&r, 2) };
	row_end(&r);
	return 0;
}

int
overview_filed(struct db *d, struct str mailbox, int64_t since_ms, uint64_t *filed, struct err *e)
{
	struct row r;
	int64_t from;

	if (first_since(d, since_ms, &from, e) == -1 ||
	    db_row(d, &r, e, "SELECT count(*) FROM message WHERE seq >= ? AND mailbox = ?", "it",
	        from, mailbox) != 1)
		return -1;
	*filed = (uint64_t)row_int(&r, 0);
	row_end(&r);
	return 0;
}

int
overview_last(struct db *d, uint64_t *seq, int64_t *time_ms, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT seq, time_ms FROM record WHERE seq = (SELECT max(seq) FROM message)", "");

	if (rc != 1)
		return rc;
	*seq = (uint64_t)row_int(&r, 0);
	*time_ms = row_int(&r, 1);
	row_end(&r);
	return 1;
}

static int64_t
changed_ms(const char *directory, const char *name)
{
	char path[4200];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return stat(path, &st) == -1 ? 0 : (int64_t)st.st_mtime * 1000;
}

int64_t
overview_copied_ms(const char *state)
{
	return changed_ms(state, "copied");
}

/* state/custodian/NAME.pub is a custodian. */
static uint64_t
count_custodians(const char *state)
{
	const struct dirent *entry;
	char path[4200];
	uint64_t n = 0;
	DIR *d;

	snprintf(path, sizeof path, "%s/custodian", state);
	d = opendir(path);
	while (d != NULL && (entry = readdir(d)) != NULL)
		n += str_ends(str_of(entry->d_name), STR(".pub"));
	if (d != NULL)
		closedir(d);
	return n;
}

static int
count_records(struct db *d, struct overview *o, struct err *e)
{
	struct row r;

	if (db_row(d, &r, e,
	        "SELECT (SELECT coalesce(max(seq) + 1, 0) FROM record),"
	        " (SELECT coalesce(max(size), 0) FROM checkpoint)",
	        "") != 1)
		return -1;
	o->records = (uint64_t)row_int(&r, 0);
	o->checkpoint = (uint64_t)row_int(&r, 1);
	row_end(&r);
	return 0;
}

int
overview_read(struct db *d, const char *state, const char *published, int64_t now_ms,
    struct overview *o, struct err *e)
{
	int any = overview_last(d, &o->last_seq, &o->last_ms, e);

	if (any == -1 || count_records(d, o, e) == -1 || ledger_counts(d, &o->counts, e) == -1 ||
	    overview_tally(d, now_ms - now_ms % DAY_MS, &o->today, e) == -1)
		return -1;
	o->any = any == 1;
	o->published_ms = changed_ms(published, "checkpoint");
	o->copied_ms = overview_copied_ms(state);
	o->custodians = count_custodians(state);
	return 0;
}

int
exception_set(struct db *d, uint64_t seq, const char *what, struct err *e)
{
	if (what == NULL)
		return db_run(d, e, "DELETE FROM exception WHERE seq = ?", "i", (int64_t)seq);
	return db_run(d, e,
	    "INSERT INTO exception (seq, what) VALUES (?, ?)"
	    " ON CONFLICT (seq) DO UPDATE SET what = excluded.what",
	    "it", (int64_t)seq, str_of(what));
}
