/* SPDX-License-Identifier: ISC */
/*
 * gaps: what of the mailboxes is not sealed, as the ledger knows: messages that were gone before
 * they were seen, that are there and could not be fetched, that the server counts and does not
 * name; and the times when nobody looked.
 */
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "store/mailbox.h"
#include "store/store.h"
#include "store/twin.h"

enum {
	TIME_MAX = 32,
	/* Reconnecting takes a moment; a twelfth of a heartbeat (5 minutes) is none. */
	MOMENT_PART = 12,
	UIDS_MAX = 4096, /* bytes of a set, on a terminal */
	TWINS_MAX = 1000,
};

struct gaps {
	struct store *store;
	const struct conf *conf;
	struct json *json; /* NULL: text */
	int64_t now_ms;
	uint64_t n; /* found so far */
};

static const char *
time_text(char out[TIME_MAX], int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, TIME_MAX, "%Y-%m-%d %H:%M:%SZ", &tm);
	return out;
}

/* A set of UIDs under its name; an empty one is only in the JSON. */
static void
show_uids(struct gaps *g, const char *key, const char *words, const struct ranges *uids)
{
	struct buf text = BUF_MAX(UIDS_MAX);
	uint64_t more = ranges_put(uids, &text, UIDS_MAX);

	if (g->json != NULL) {
		json_open(g->json, key, '{');
		json_int(g->json, "count", (int64_t)ranges_count(uids));
		json_str(g->json, "uids", buf_str(&text));
		json_int(g->json, "more", (int64_t)more);
		json_close(g->json, '}');
	} else if (uids->n > 0) {
		printf("  %-22s %llu: %.*s", words, (unsigned long long)ranges_count(uids),
		    STR_FMT(buf_str(&text)));
		if (more > 0)
			printf(" and %llu more", (unsigned long long)more);
		putchar('\n');
	}
	buf_free(&text);
}

/* ---- a generation ---- */

static void
show_generation(struct gaps *g, const struct mailbox_past *p, const struct mailbox_count *c,
    const struct ranges *gone, const struct ranges *missing)
{
	uint64_t unnamed = p->now && c->exists > c->listed ? c->exists - c->listed : 0;
	char when[TIME_MAX];

	g->n += ranges_count(gone) + ranges_count(missing) + unnamed;
	if (g->json != NULL) {
		json_open(g->json, NULL, '{');
		json_int(g->json, "uidvalidity", (int64_t)p->uidvalidity);
		json_bool(g->json, "now", p->now);
		json_int(g->json, "uidnext", (int64_t)c->uidnext);
		json_int(g->json, "counted_ms", c->counted_ms);
		json_int(g->json, "sealed", (int64_t)ranges_count(&c->sealed));
		json_int(g->json, "unnamed", (int64_t)unnamed);
	} else {
		printf(" UIDVALIDITY %llu%s: %llu sealed, counted %s\n",
		    (unsigned long long)p->uidvalidity, p->now ? "" : " (of old)",
		    (unsigned long long)ranges_count(&c->sealed),
		    c->counted_ms > 0 ? time_text(when, c->counted_ms) : "never");
		if (unnamed > 0)
			printf("  %-22s %llu\n", "counted, not named", (unsigned long long)unnamed);
	}
	show_uids(g, "gone_before_seen", "gone before seen", gone);
	show_uids(g, "missing", "missing", missing);
	if (g->json != NULL)
		json_close(g->json, '}');
}

/* What was gone when the mailbox was opened first, nobody could miss. */
static int
look_at_generation(struct gaps *g, const struct mailbox_past *p, struct err *e)
{
	struct generation id = { str_of(p->mailbox), p->uidvalidity };
	struct ranges before = { 0 }, gone = { 0 }, missing = { 0 };
	struct db *db = store_db(g->store);
	struct mailbox_count c;
	int rc = mailbox_count_load(db, id, &c, e);

	if (rc == 0 && p->now)
		rc = missing_all(db, id, &missing, e);
	if (rc == 0) {
		if (p->opened_next > 1)
			ranges_add(&before, 1, (uint32_t)(p->opened_next - 1), NULL);
		ranges_minus(&gone, &c.gone, &before);
		show_generation(g, p, &c, &gone, &missing);
	}
	ranges_free(&before);
	ranges_free(&gone);
	ranges_free(&missing);
	mailbox_count_free(&c);
	return rc;
}

/* ---- when nobody looked ---- */

static void
show_unwatched(struct gaps *g, int64_t from_ms, int64_t until_ms)
{
	char from[TIME_MAX], until[TIME_MAX];

	g->n++;
	if (g->json == NULL) {
		printf(" not watched from %s to %s\n", time_text(from, from_ms),
		    until_ms == g->now_ms ? "now, as far as is known" : time_text(until, until_ms));
		return;
	}
	json_open(g->json, NULL, '{');
	json_int(g->json, "from_ms", from_ms);
	json_int(g->json, "until_ms", until_ms);
	json_close(g->json, '}');
}

static int
look_at_times(struct gaps *g, const struct mailbox_past *p, struct err *e)
{
	int64_t heartbeat_ms = (int64_t)g->conf->heartbeat_s * 1000, from = 0, until = 0;
	int rc;

	while ((rc = mailbox_unwatched_next(
	            store_db(g->store), str_of(p->mailbox), &from, &until, e)) == 1)
		if (until - from > heartbeat_ms / MOMENT_PART)
			show_unwatched(g, from, until);
	if (rc == 0 && p->retired_ms == 0 && p->watched_ms > 0 &&
	    g->now_ms - p->watched_ms > heartbeat_ms + heartbeat_ms / MOMENT_PART)
		show_unwatched(g, p->watched_ms, g->now_ms);
	return rc;
}

/* ---- what came to one of two twins only ---- */

static int
look_at_twin(struct gaps *g, const struct conf_mailbox *m, struct err *e)
{
	int64_t before_ms = g->now_ms - LIMIT_TWIN_S * INT64_C(1000), seq = -1;
	uint64_t n = 0;
	int rc;

	while ((rc = twin_next_alone(store_db(g->store), str_of(m->account), str_of(m->twin),
	            before_ms, &seq, e)) == 1) {
		if (n++ == TWINS_MAX)
			break;
		if (g->json != NULL) {
			json_open(g->json, NULL, '{');
			json_str(g->json, "mailbox", str_of(m->account));
			json_str(g->json, "not_in", str_of(m->twin));
			json_int(g->json, "leaf", seq);
			json_close(g->json, '}');
		} else {
			printf("%s: the message at leaf %lld did not come to %s\n", m->account,
			    (long long)seq, m->twin);
		}
	}
	g->n += n;
	return rc == -1 ? -1 : 0;
}

static int
look_at_twins(struct gaps *g, struct err *e)
{
	const struct conf_mailbox *m = g->conf->mailbox;

	/* The first mailbox of an account has its name. */
	for (size_t i = 0; i < g->conf->n_mailboxes; i++)
		if (m[i].twin != NULL && strcmp(m[i].name, m[i].account) == 0 &&
		    look_at_twin(g, &m[i], e) == -1)
			return -1;
	return 0;
}

/* ---- a mailbox: its generations are beside each other ---- */

static void
begin_mailbox(struct gaps *g, const struct mailbox_past *p)
{
	char when[TIME_MAX];

	if (g->json != NULL) {
		json_open(g->json, NULL, '{');
		json_str(g->json, "mailbox", str_of(p->mailbox));
		json_int(g->json, "retired_ms", p->retired_ms);
		json_open(g->json, "generations", '[');
		return;
	}
	cli_print(stdout, str_of(p->mailbox));
	if (p->retired_ms > 0)
		printf(", retired %s", time_text(when, p->retired_ms));
	putchar('\n');
}

static int
end_mailbox(struct gaps *g, const struct mailbox_past *p, struct err *e)
{
	int rc;

	if (g->json != NULL) {
		json_close(g->json, ']');
		json_open(g->json, "unwatched", '[');
	}
	rc = look_at_times(g, p, e);
	if (g->json != NULL) {
		json_close(g->json, ']');
		json_close(g->json, '}');
	}
	return rc;
}

static int
look(struct gaps *g, struct err *e)
{
	struct mailbox_past at = { 0 }, last = { 0 };
	int rc;

	while ((rc = mailbox_past_next(store_db(g->store), &at, e)) == 1) {
		if (strcmp(at.mailbox, last.mailbox) != 0) {
			if (last.mailbox[0] != '\0' && end_mailbox(g, &last, e) == -1)
				return -1;
			begin_mailbox(g, &at);
		}
		if (look_at_generation(g, &at, e) == -1)
			return -1;
		last = at;
	}
	if (rc == 0 && last.mailbox[0] != '\0')
		rc = end_mailbox(g, &last, e);
	return rc;
}

static int
show(struct gaps *g, bool as_json, struct err *e)
{
	struct buf out = BUF_MAX(16u << 20);
	struct json j = json_to(&out);
	int rc;

	if (as_json) {
		g->json = &j;
		json_open(&j, NULL, '{');
		json_open(&j, "mailboxes", '[');
	}
	rc = look(g, e);
	if (as_json) {
		json_close(&j, ']');
		json_open(&j, "twins", '[');
	}
	rc = rc == 0 ? look_at_twins(g, e) : rc;
	if (as_json) {
		json_close(&j, ']');
		json_int(&j, "gaps", (int64_t)g->n);
		json_close(&j, '}');
		rc = rc == 0 ? buf_check(&out, "gaps", e) : rc;
		if (rc == 0)
			printf("%.*s\n", STR_FMT(buf_str(&out)));
	} else if (rc == 0) {
		puts(g->n == 0 ? "No gaps." : "There are gaps.");
	}
	buf_free(&out);
	return rc;
}

int
cmd_gaps(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct gaps g = { .now_ms = (int64_t)time(NULL) * 1000 };
	struct err e = { 0 };
	bool json = false;
	int o, rc;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'j')
			return cli_usage("gaps", false);
		json = true;
	}
	if (optind != argc)
		return cli_usage("gaps", false);
	g.conf = cli_conf(c, &e);
	if (g.conf != NULL)
		g.store = store_open(g.conf->state, g.conf->published, STORE_READ, &e);
	if (g.store == NULL)
		return cli_fail(&e);
	rc = show(&g, json, &e);
	store_close(g.store);
	if (rc == -1)
		return cli_fail(&e);
	return g.n == 0 ? EX_OK : 1;
}
