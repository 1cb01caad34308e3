/* SPDX-License-Identifier: ISC */
/*
 * coverage: how the domains of From sign their mail, as the daemon learned it: by which keys, what
 * their signatures cover, who sealed it; and what was usual and is missing now.
 */
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "cli/cli.h"
#include "seal/record.h"
#include "store/practice.h"
#include "store/store.h"

enum {
	TIME_MAX = 32,
	JSON_MAX = 64 << 20, /* bytes: LIMIT_FLOWS domains, each with all it may have, are less */
};

struct looking {
	struct store *store;
	struct str only;    /* this domain; empty: all */
	bool alarm;         /* only domains with something missing */
	struct json *json;  /* NULL: text */
	uint64_t n, broken; /* domains shown; of them those with something missing */
};

static const char *
day(char out[TIME_MAX], int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, TIME_MAX, "%Y-%m-%d", &tm);
	return out;
}

/* As people cite it; "-" when it is not there any more. */
static int
cite(struct looking *l, uint64_t seq, char out[RECORD_NUMBER_MAX], struct err *e)
{
	struct store_record r;
	int rc = store_get(l->store, seq, &r, e);

	snprintf(out, RECORD_NUMBER_MAX, "-");
	if (rc == 1)
		record_number(out, (uint64_t)r.time_ms, r.seq);
	return rc == -1 ? -1 : 0;
}

/* ---- what was seen ---- */

static void
show_seen_one(struct looking *l, const struct practice_seen *s)
{
	char first[TIME_MAX], last[TIME_MAX];

	if (l->json == NULL) {
		printf("  %-7s ", s->kind);
		cli_print(stdout, str_of(s->value));
		printf("  (%llu, %s to %s)\n", (unsigned long long)s->messages,
		    day(first, s->first_ms), day(last, s->last_ms));
		return;
	}
	json_open(l->json, NULL, '{');
	json_str(l->json, "kind", str_of(s->kind));
	json_str(l->json, "value", str_of(s->value));
	json_int(l->json, "messages", (int64_t)s->messages);
	json_int(l->json, "first_ms", s->first_ms);
	json_int(l->json, "last_ms", s->last_ms);
	json_close(l->json, '}');
}

static int
show_seen(struct looking *l, struct str domain, struct err *e)
{
	struct practice_seen at = { 0 };
	int rc;

	if (l->json != NULL)
		json_open(l->json, "seen", '[');
	while ((rc = practice_next_seen(store_db(l->store), domain, &at, e)) == 1)
		show_seen_one(l, &at);
	if (l->json != NULL)
		json_close(l->json, ']');
	return rc;
}

/* ---- what is missing ---- */

static int
show_broken_one(struct looking *l, const struct practice_broken *b, struct err *e)
{
	char number[RECORD_NUMBER_MAX], when[TIME_MAX];

	if (cite(l, b->seq, number, e) == -1)
		return -1;
	if (l->json == NULL) {
		printf("  MISSING %s, since message %s of %s\n", practice_words[b->what], number,
		    day(when, b->ms));
		return 0;
	}
	json_open(l->json, NULL, '{');
	json_str(l->json, "what", str_of(practice_words[b->what]));
	json_str(l->json, "since", str_of(number));
	json_int(l->json, "since_ms", b->ms);
	json_close(l->json, '}');
	return 0;
}

static int
show_broken(struct looking *l, struct str domain, struct err *e)
{
	struct practice_broken at = { 0 };
	int rc;

	if (l->json != NULL)
		json_open(l->json, "missing", '[');
	while ((rc = practice_next_broken(store_db(l->store), domain, &at, e)) == 1)
		if (show_broken_one(l, &at, e) == -1)
			return -1;
	if (l->json != NULL)
		json_close(l->json, ']');
	return rc;
}

/* ---- a domain ---- */

static int
show_domain(struct looking *l, const struct practice_domain *d, struct err *e)
{
	struct str domain = str_of(d->domain);
	char last[TIME_MAX];

	l->n++;
	if (l->json != NULL) {
		json_open(l->json, NULL, '{');
		json_str(l->json, "domain", domain);
		json_int(l->json, "messages", (int64_t)d->messages);
		json_int(l->json, "first_ms", d->first_ms);
		json_int(l->json, "last_ms", d->last_ms);
	} else {
		cli_print(stdout, domain);
		printf(": %llu messages, the last on %s\n", (unsigned long long)d->messages,
		    day(last, d->last_ms));
	}
	if (show_seen(l, domain, e) == -1 || show_broken(l, domain, e) == -1)
		return -1;
	if (l->json != NULL)
		json_close(l->json, '}');
	return 0;
}

static int
look(struct looking *l, struct err *e)
{
	struct practice_domain at = { 0 };
	int rc;

	while ((rc = practice_next_domain(store_db(l->store), &at, e)) == 1) {
		struct practice_broken b = { 0 };
		int missing = practice_next_broken(store_db(l->store), str_of(at.domain), &b, e);

		if (missing == -1)
			return -1;
		if ((l->only.n > 0 && !str_caseeq(l->only, str_of(at.domain))) ||
		    (l->alarm && missing == 0))
			continue;
		l->broken += missing == 1;
		if (show_domain(l, &at, e) == -1)
			return -1;
	}
	return rc;
}

static int
show(struct looking *l, bool as_json, struct err *e)
{
	struct buf out = BUF_MAX(JSON_MAX);
	struct json j = json_to(&out);
	int rc;

	if (!as_json) {
		rc = look(l, e);
		if (rc == 0 && l->n == 0)
			puts(l->alarm        ? "Nothing that was usual is missing."
			     : l->only.n > 0 ? "No signed mail of that domain was examined yet."
			                     : "No signed mail was examined yet.");
		return rc;
	}
	l->json = &j;
	json_open(&j, NULL, '{');
	json_open(&j, "domains", '[');
	rc = look(l, e);
	json_close(&j, ']');
	json_close(&j, '}');
	rc = rc == 0 ? buf_check(&out, "coverage", e) : rc;
	if (rc == 0)
		printf("%.*s\n", STR_FMT(buf_str(&out)));
	buf_free(&out);
	return rc;
}

int
cmd_coverage(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "alarm", no_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 },
	};
	struct looking l = { 0 };
	const struct conf *conf;
	struct err e = { 0 };
	bool json = false;
	int o, rc;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'j' && o != 'a')
			return cli_usage("coverage", false);
		*(o == 'j' ? &json : &l.alarm) = true;
	}
	if (optind < argc)
		l.only = str_of(argv[optind++]);
	if (optind != argc)
		return cli_usage("coverage", false);
	conf = cli_conf(c, &e);
	if (conf != NULL)
		l.store = store_open(conf->state, conf->published, STORE_READ, &e);
	if (l.store == NULL)
		return cli_fail(&e);
	rc = show(&l, json, &e);
	store_close(l.store);
	if (rc == -1)
		return cli_fail(&e);
	return l.alarm && l.broken > 0 ? 1 : EX_OK;
}
