/* SPDX-License-Identifier: ISC */
/* list: what was filed, without any key: numbers, times, verdicts; no content. */
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "seal/record.h"
#include "store/ledger.h"
#include "store/store.h"

/* One message and what its newest examination says. */
struct entry {
	char number[RECORD_NUMBER_MAX];
	uint64_t seq;
	int64_t time_ms;
	struct ledger_message message;
	uint64_t examinations;
	bool complete;
	struct buf examination; /* the body of the newest; empty: none yet */
};

/* The newest examination of the message. */
static int
find_examination(struct store *s, struct entry *entry, struct err *e)
{
	struct store_query q = { .kind = "examination", .only_of = true, .of = entry->seq };
	struct store_record r;
	struct grammar_line l;
	struct record parsed;
	int rc;

	buf_clear(&entry->examination);
	entry->examinations = 0;
	entry->complete = false;
	while ((rc = store_next(s, &q, &r, e)) == 1) {
		if (record_parse(r.bytes, &parsed, e) == -1)
			return err_at(e, "record %llu", (unsigned long long)r.seq);
		entry->examinations++;
		buf_clear(&entry->examination);
		buf_add(&entry->examination, parsed.body);
	}
	if (rc == 0 && grammar_find(buf_str(&entry->examination), "complete", &l))
		entry->complete = str_eq(l.arg[0], STR("yes"));
	return rc;
}

/* "result=" of the lines of that name, each followed by a comma or, for JSON, as an array. */
static void
add_results(const struct entry *entry, const char *name, struct buf *out, struct json *j)
{
	struct str rest = buf_str(&entry->examination);
	struct grammar_line l;
	size_t at = strcmp(name, "arc") == 0 ? 0 : 1;

	while (grammar_next(&rest, &l)) {
		if (!str_eq(l.name, str_of(name)) || l.n <= at)
			continue;
		if (j != NULL)
			json_str(j, NULL, l.arg[at]);
		else
			buf_printf(out, "%s%.*s", out->n > 0 ? "," : "", STR_FMT(l.arg[at]));
	}
}

static void
print_json(const struct entry *entry)
{
	struct buf out = BUF_MAX(LIMIT_RECORD);
	struct json j = json_to(&out);
	struct grammar_line arc;

	json_open(&j, NULL, '{');
	json_str(&j, "number", str_of(entry->number));
	json_int(&j, "leaf", (int64_t)entry->seq);
	json_str(&j, "kind", STR("message"));
	json_str(&j, "mailbox", entry->message.mailbox);
	json_int(&j, "uidvalidity", (int64_t)entry->message.uidvalidity);
	json_int(&j, "uid", (int64_t)entry->message.uid);
	json_int(&j, "time_ms", entry->time_ms);
	json_bool(&j, "examined", entry->examinations > 0);
	json_bool(&j, "complete", entry->complete);
	json_int(&j, "examinations", (int64_t)entry->examinations);
	json_open(&j, "dkim", '[');
	add_results(entry, "dkim", NULL, &j);
	json_close(&j, ']');
	if (grammar_find(buf_str(&entry->examination), "arc", &arc))
		json_str(&j, "arc", arc.arg[0]);
	else
		json_null(&j, "arc");
	json_close(&j, '}');
	printf("%.*s\n", STR_FMT(buf_str(&out)));
	buf_free(&out);
}

static void
print_text(const struct entry *entry)
{
	struct buf dkim = BUF_MAX(4096), arc = BUF_MAX(64);
	time_t t = (time_t)(entry->time_ms / 1000);
	struct tm tm;
	char time_text[32];

	gmtime_r(&t, &tm);
	strftime(time_text, sizeof time_text, "%Y-%m-%d %H:%M:%SZ", &tm);
	add_results(entry, "dkim", &dkim, NULL);
	add_results(entry, "arc", &arc, NULL);
	printf("%-12s  %s  %-12.*s  %-8llu  %-14.*s  %-5.*s%s\n", entry->number, time_text,
	    STR_FMT(entry->message.mailbox), (unsigned long long)entry->message.uid,
	    (int)(dkim.n > 0 ? dkim.n : 1), dkim.n > 0 ? dkim.p : "-", (int)(arc.n > 0 ? arc.n : 1),
	    arc.n > 0 ? arc.p : "-",
	    entry->examinations == 0 ? "  not examined yet"
	    : entry->complete        ? ""
	                             : "  to be completed");
	buf_free(&dkim);
	buf_free(&arc);
}

static int
list(struct store *s, bool json, struct err *e)
{
	struct store_query q = { .kind = "message" };
	struct entry entry = { .examination = BUF_MAX(LIMIT_RECORD) };
	struct store_record r;
	int rc;

	if (!json)
		printf("%-12s  %-20s  %-12s  %-8s  %-14s  %s\n", "NUMBER", "SEALED", "MAILBOX",
		    "UID", "DKIM", "ARC");
	while ((rc = store_next(s, &q, &r, e)) == 1) {
		entry.seq = r.seq;
		entry.time_ms = r.time_ms;
		record_number(entry.number, (uint64_t)r.time_ms, r.seq);
		if (ledger_get(store_db(s), r.seq, &entry.message, e) != 1 ||
		    find_examination(s, &entry, e) == -1) {
			rc = -1;
			break;
		}
		if (json)
			print_json(&entry);
		else
			print_text(&entry);
	}
	buf_free(&entry.examination);
	return rc;
}

int
cmd_list(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	const struct conf *conf;
	struct err e = { 0 };
	struct store *s;
	bool json = false;
	int o, rc;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'j')
			return cli_usage("list", false);
		json = true;
	}
	if (optind != argc)
		return cli_usage("list", false);
	conf = cli_conf(c, &e);
	s = conf == NULL ? NULL : store_open(conf->state, conf->published, STORE_READ, &e);
	if (s == NULL)
		return cli_fail(&e);
	rc = list(s, json, &e);
	store_close(s);
	return rc == 0 ? EX_OK : cli_fail(&e);
}
