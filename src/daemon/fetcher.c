/* SPDX-License-Identifier: ISC */
/*
 * fetcher: watches one folder of one account and carries its messages to the keeper, whole and in
 * ascending UID order.  It is the only process that speaks IMAP; it holds the mailbox's secret
 * for the length of a login, and nothing else.
 *
 * A session goes: credential, dial, TLS, login, EXAMINE, "open", "resume"; then catch up, wait for
 * news, catch up …  Caught up, and once an hour, the keeper is told which messages there are, and
 * says which of them it misses.  Any failure ends the session, and a new one begins after a pause.
 * A message that cannot be fetched is not passed over but by the keeper, who keeps it in mind.
 */
#include <sodium.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/hex.h"
#include "daemon/fetcher.h"
#include "daemon/roles.h"
#include "proc/event.h"
#include "proc/loop.h"

enum {
	PAUSE_FIRST_MS = 1000,
	PAUSE_LONGEST_MS = 300000,
	THROTTLED_FIRST_MS = 600000, /* Gmail locks an account that does not listen for a day */
	THROTTLED_LONGEST_MS = 3600000,
	SESSION_MS =
	    3300000, /* Gmail ends a session after an hour, and with it what is under way */
	QUOTA_MS = 3600000,
	HANDSHAKE_MS = 30000,
	IDLE_MS = 300000,    /* EXAMINE again: some servers forget to tell */
	NO_IDLE_MS = 30000,  /* between looks at a server without IDLE */
	SIZE_SLACK = 4096,   /* bytes a literal may exceed RFC822.SIZE by: servers are careless */
	UNDER_WAY_MAX = 128, /* messages: each is answered, and no queue may fill both ways */
	SECRET_MAX = 8192,
	ID_MAX = 300,  /* bytes of what a server says of itself */
	ALIVE_S = 420, /* between two tagged answers: IDLE, its end, EXAMINE, and a minute */
	BEGIN_S = 300, /* until the first: the answers of all who are asked, one after the other */
	ALIVE_SLACK_MS = 10000, /* a word is renewed when it gains that much */
};

/* ---- the word given to the parent ---- */

/*
 * Tagged answers came: the parent hears so again before long, or after the largest message of
 * what is asked for now.
 */
static int
say_alive(struct fetcher *f, uint64_t largest, struct err *e)
{
	int64_t within_s = ALIVE_S + (int64_t)(largest / IMAP_SLOWEST_BYTES_S);

	if (f->alive_by_ms > clock_ms() + within_s * 1000 - ALIVE_SLACK_MS)
		return 0;
	f->alive_by_ms = clock_ms() + within_s * 1000;
	return channel_send(f->child->parent.fd, STR(""), -1, -1, e, "alive mailbox=%s within=%lld",
	    f->box->name, (long long)within_s);
}

/* It is given a rest, for a reason that was reported. */
static int
say_resting(struct fetcher *f, int64_t pause_ms, struct err *e)
{
	int64_t within_s = pause_ms / 1000 + BEGIN_S;

	f->alive_by_ms = clock_ms() + within_s * 1000;
	return channel_send(f->child->parent.fd, STR(""), -1, -1, e, "alive mailbox=%s within=%lld",
	    f->box->name, (long long)within_s);
}

/* ---- a session begins ---- */

/* Is the mailbox still to be watched? */
static int
ask_keeper(struct fetcher *f, struct err *e)
{
	f->why = (struct err){ 0 };
	f->wanted = f->keeper_changed = false;
	if (f->keeper.fd == -1)
		return err_set(e, ERR_RETRY, "the keeper is not there yet");
	if (channel_send(f->keeper.fd, STR(""), -1, -1, e, "begin mailbox=%s", f->box->name) == -1)
		return -1;
	while (!f->wanted)
		if (fetcher_await(f, "begin", e) == -1)
			return -1;
	return 0;
}

static int
dial(struct fetcher *f, struct err *e)
{
	f->why = (struct err){ 0 };
	if (f->asker.fd == -1)
		return err_set(e, ERR_RETRY, "the asker is not there yet");
	if (channel_send(f->asker.fd, STR(""), -1, -1, e, "dial mailbox=%s", f->box->name) == -1)
		return -1;
	return fetcher_await(f, "dial", e);
}

/* Asks for the secret, uses it, and forgets it. */
static int
login(struct fetcher *f, struct err *e)
{
	bool token = f->box->token_command != NULL || f->box->oauth != NULL;
	struct buf secret = BUF_MAX(SECRET_MAX);
	int rc;

	f->why = (struct err){ 0 };
	f->logging_in = true;
	if (channel_send(f->child->parent.fd, STR(""), -1, -1, e, "credential mailbox=%s",
	        f->box->name) == -1 ||
	    fetcher_await(f, "credential", e) == -1)
		return -1;
	buf_add(&secret, f->secret);
	sodium_memzero(f->child->parent.in.p, f->child->parent.in.cap);
	rc = imap_login(
	    f->imap, f->box->user, token ? IMAP_TOKEN : IMAP_PASSWORD, buf_str(&secret), e);
	sodium_memzero(secret.p, secret.cap);
	buf_free(&secret);
	f->logging_in = rc == -1;
	return rc;
}

static int
connect_server(struct fetcher *f, struct err *e)
{
	int fd = f->socket;
	struct tls t;

	f->socket = -1;
	if (tls_open(&t, f->tls, fd, f->box->host, clock_ms() + HANDSHAKE_MS, e) == -1)
		return -1;
	f->imap = imap_open(&t, e);
	return f->imap == NULL ? -1 : 0;
}

static int
open_folder(struct fetcher *f, struct err *e)
{
	const struct tls *t = imap_tls(f->imap);
	char certificate[65];

	f->why = (struct err){ 0 };
	f->resumed = false;
	f->n_again = 0;
	f->count_ms = 0;
	ranges_free(&f->missing);
	if (f->keeper.fd == -1)
		return err_set(e, ERR_RETRY, "the keeper is not there yet");
	hex_encode(certificate, t->certificate.b, 32);
	if (channel_send(f->keeper.fd, STR(""), -1, -1, e,
	        "open mailbox=%s uidvalidity=%u uidnext=%u exists=%u tls=%s certificate=%s",
	        f->box->name, f->folder.uidvalidity, f->folder.uidnext, f->folder.exists,
	        t->version, certificate) == -1)
		return -1;
	while (!f->resumed)
		if (fetcher_await(f, "resume", e) == -1)
			return -1;
	event("watching", "mailbox=%s uidnext=%u exists=%u after=%u tls=%s", f->box->name,
	    f->folder.uidnext, f->folder.exists, f->after, t->version);
	return 0;
}

/* Once a session: who it is that we speak with. */
static int
identify(struct fetcher *f, struct err *e)
{
	struct buf words = BUF_MAX(ID_MAX);
	int rc = imap_identify(f->imap, &words, e);

	if (rc == 0 && words.n > 0)
		event("server", "mailbox=%s id=\"%.*s\"", f->box->name, STR_FMT(buf_str(&words)));
	buf_free(&words);
	return rc;
}

/* At the beginning and every hour: what may be stored is shown by `mailseal status`. */
static int
tell_quota(struct fetcher *f, struct err *e)
{
	struct imap_quota q;

	if (clock_ms() < f->quota_ms)
		return 0;
	f->quota_ms = clock_ms() + QUOTA_MS;
	if (imap_quota(f->imap, &q, e) == -1)
		return -1;
	if (q.limit_kb == 0)
		return 0;
	return channel_send(f->keeper.fd, STR(""), -1, -1, e, "quota used=%llu limit=%llu",
	    (unsigned long long)q.used_kb, (unsigned long long)q.limit_kb);
}

static int
begin(struct fetcher *f, struct err *e)
{
	f->logging_in = false;
	f->quota_ms = 0;
	f->renew_ms = clock_ms() + SESSION_MS;
	if (ask_keeper(f, e) == -1 || dial(f, e) == -1 || connect_server(f, e) == -1 ||
	    login(f, e) == -1 || identify(f, e) == -1 ||
	    imap_examine(f->imap, f->box->folder, &f->folder, e) == -1)
		return -1;
	return open_folder(f, e);
}

/* ---- messages ---- */

/* A date before 1970 or after 2106 is filed as the nearest a record can hold. */
static uint64_t
recordable(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	return seconds > UINT32_MAX ? UINT32_MAX : (uint64_t)seconds;
}

static int
send_message(void *who, struct imap_message *m, struct err *e)
{
	struct fetcher *f = who;

	if (channel_send(f->keeper.fd, STR(""), m->fd, -1, e,
	        "message uid=%u internaldate=%llu rfc822-size=%llu gm-msgid=%llu", m->uid,
	        (unsigned long long)recordable(m->internaldate), (unsigned long long)m->rfc822_size,
	        (unsigned long long)m->gm_msgid) == -1)
		return -1;
	f->credit -= m->size < f->credit ? m->size : f->credit;
	f->under_way++;
	f->after = m->uid > f->after ? m->uid : f->after;
	budget_spend(&f->budget, m->size, clock_ms());
	return say_alive(f, f->largest, e);
}

static int
send_again(void *who, struct imap_message *m, struct err *e)
{
	struct fetcher *f = who;

	return channel_send(f->keeper.fd, STR(""), m->fd, -1, e, "message-again uid=%u", m->uid);
}

/*
 * How many of the listed the credit covers, and what they may come to; one alone always may.  Some
 * servers only guess at RFC822.SIZE: after a session that ended so each message comes alone, and
 * may be as large as any.
 */
static size_t
affordable(const struct fetcher *f, const struct imap_message *m, size_t n, uint64_t *bytes)
{
	size_t k = 0;

	if (f->careful)
		n = 1;
	if (f->one_by_one) {
		*bytes = LIMIT_MESSAGE;
		return f->under_way == 0;
	}
	*bytes = 0;
	while (k < n && f->under_way + k < UNDER_WAY_MAX &&
	       *bytes + m[k].rfc822_size + SIZE_SLACK <= f->credit)
		*bytes += m[k++].rfc822_size + SIZE_SLACK;
	if (k == 0 && f->under_way == 0) {
		*bytes = m[0].rfc822_size + m[0].rfc822_size / 8 + SIZE_SLACK;
		k = 1;
	}
	return k;
}

/* Bytes of the largest that is asked for. */
static uint64_t
largest(const struct fetcher *f, const struct imap_message *m, size_t n)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		most = m[i].rfc822_size > most ? m[i].rfc822_size : most;
	return f->one_by_one || most > LIMIT_MESSAGE ? LIMIT_MESSAGE : most;
}

/* -1 on ERR_LATER: what may be fetched in a day was. */
static int
check_budget(struct fetcher *f, struct err *e)
{
	f->opens_ms = budget_opens_ms(&f->budget, f->up_to_date, clock_ms());
	if (f->opens_ms == 0)
		return 0;
	return err_set(e, ERR_LATER,
	    "daily_mb: %llu MB were fetched; the rest is fetched in %lld minutes",
	    (unsigned long long)(f->budget.used >> 20),
	    (long long)(f->opens_ms - clock_ms()) / 60000);
}

/* So that it is known which message it was that we died of. */
static int
say_trying(struct fetcher *f, const struct imap_message *m, struct err *e)
{
	return channel_send(f->keeper.fd, STR(""), -1, -1, e, "trying uid=%u", m->uid);
}

/* Fetches the listed, in as many commands as the credit makes of it. */
static int
fetch_listed(struct fetcher *f, struct imap_message *m, size_t n, struct err *e)
{
	const struct imap_sink sink = { send_message, f };
	bool answered;

	while (n > 0 && !f->stopping) {
		uint64_t bytes;
		size_t k = affordable(f, m, n, &bytes);

		if (k == 0) {
			if (fetcher_listen(f, clock_ms() + FETCHER_ANSWER_MS, &answered, NULL, e) ==
			    -1)
				return -1;
			continue;
		}
		f->largest = largest(f, m, k);
		if (check_budget(f, e) == -1 || say_alive(f, f->largest, e) == -1 ||
		    (f->careful && say_trying(f, m, e) == -1))
			return -1;
		if (imap_fetch(f->imap, m, k, bytes, &sink, e) == -1) {
			f->one_by_one = e->kind == ERR_LIMIT;
			return -1;
		}
		m += k;
		n -= k;
	}
	return 0;
}

static int
catch_up(struct fetcher *f, struct err *e)
{
	struct imap_message m[IMAP_WINDOW];

	while (!f->stopping && f->after < UINT32_MAX && f->folder.uidnext - 1 > f->after) {
		int n = imap_list(f->imap, f->after + 1, f->folder.uidnext - 1, m, e);

		if (n == -1)
			return -1;
		if (n == 0)
			f->after = f->folder.uidnext - 1;
		if (fetch_listed(f, m, (size_t)n, e) == -1)
			return -1;
		f->careful = false;
	}
	f->one_by_one = false;
	return 0;
}

/* What the keeper misses; what is not listed any more it hears at the next count. */
static int
fetch_missing(struct fetcher *f, struct err *e)
{
	struct imap_message m[IMAP_WINDOW];

	while (f->missing.n > 0 && !f->stopping) {
		struct range *lowest = &f->missing.range[0];
		int n = imap_list(f->imap, lowest->first, lowest->last, m, e);

		f->careful = true;
		if (n == -1 || fetch_listed(f, m, (size_t)n, e) == -1)
			return -1;
		f->careful = false;
		if (n > 0 && m[n - 1].uid < lowest->last)
			lowest->first = m[n - 1].uid + 1;
		else
			ranges_drop_first(&f->missing);
	}
	return 0;
}

/* What the keeper wants once more, one by one: it is few, and rare. */
static int
fetch_again(struct fetcher *f, struct err *e)
{
	const struct imap_sink sink = { send_again, f };
	struct imap_message m[IMAP_WINDOW];

	while (f->n_again > 0) {
		uint32_t uid = f->again[--f->n_again];
		int n = imap_list(f->imap, uid, uid, m, e);

		if (n == -1)
			return -1;
		if (n == 0) {
			if (channel_send(f->keeper.fd, STR(""), -1, -1, e, "gone uid=%u", uid) ==
			    -1)
				return -1;
		} else if (imap_fetch(f->imap, m, 1, LIMIT_MESSAGE, &sink, e) == -1) {
			return -1;
		}
	}
	return 0;
}

/* ---- waiting ---- */

/* True when there is more to do than to wait. */
static bool
is_wanted(const struct fetcher *f, bool news)
{
	return news || f->stopping || f->n_again > 0 || f->missing.n > 0 ||
	       clock_ms() >= f->count_ms;
}

/* The keeper may ask for a count meanwhile, earlier than was to be. */
static int64_t
earlier(const struct fetcher *f, int64_t deadline)
{
	return deadline < f->count_ms ? deadline : f->count_ms;
}

static int
wait_idle(struct fetcher *f, int64_t deadline, struct err *e)
{
	bool news = false, answered, server;

	if (imap_idle_begin(f->imap, e) == -1)
		return -1;
	while (!is_wanted(f, news) && clock_ms() < deadline) {
		server = imap_pending(f->imap);
		if (!server && fetcher_listen(f, earlier(f, deadline), &answered, &server, e) == -1)
			return -1;
		if (server && imap_idle_read(f->imap, &news, e) == -1)
			return -1;
	}
	return imap_idle_end(f->imap, e);
}

static int
wait_for_news(struct fetcher *f, struct err *e)
{
	bool answered;

	if (imap_has_idle(f->imap))
		return wait_idle(f, clock_ms() + IDLE_MS, e);
	return fetcher_listen(f, earlier(f, clock_ms() + NO_IDLE_MS), &answered, NULL, e);
}

/* A changed UIDVALIDITY makes all UIDs new: begin again. */
int
fetcher_look(struct fetcher *f, struct err *e)
{
	uint32_t uidvalidity = f->folder.uidvalidity;

	if (imap_examine(f->imap, f->box->folder, &f->folder, e) == -1)
		return -1;
	if (f->folder.uidvalidity != uidvalidity)
		return err_set(e, ERR_RETRY, "RFC 3501 2.3.1.1: the folder's UIDVALIDITY changed");
	return 0;
}

/* ---- sessions, one after the other ---- */

static bool
has_work(const struct fetcher *f)
{
	return f->n_again > 0 || f->missing.n > 0 || f->folder.uidnext - 1 > f->after;
}

static int
work(struct fetcher *f, struct err *e)
{
	if (catch_up(f, e) == -1 || fetch_again(f, e) == -1)
		return -1;
	return fetch_missing(f, e);
}

/*
 * Returns 0 on "stop", 1 when it is time for a new one, else -1 with what ended it.  News that comes while we fetch is told in the
 * answers to FETCH, which nobody hears: so after any work EXAMINE is asked, and only when there
 * was none is there waiting.
 */
static int
session(struct fetcher *f, struct err *e)
{
	int rc = begin(f, e);

	while (rc == 0 && !f->stopping) {
		if (imap_is_gmail(f->imap) && clock_ms() > f->renew_ms)
			return 1;
		f->up_to_date = f->up_to_date || !has_work(f);
		rc = say_alive(f, 0, e) == -1 ? -1 : tell_quota(f, e);
		if (rc == -1)
			break;
		if (has_work(f))
			rc = work(f, e);
		else if (clock_ms() >= f->count_ms)
			rc = fetcher_count(f, e);
		else
			rc = wait_for_news(f, e);
		if (rc == 0 && !f->stopping)
			rc = fetcher_look(f, e);
	}
	return rc;
}

static void
end(struct fetcher *f)
{
	if (f->socket != -1)
		close(f->socket);
	f->socket = -1;
	if (f->imap != NULL && f->keeper.fd != -1)
		channel_send(f->keeper.fd, STR(""), -1, -1, NULL, "lost");
	imap_free(f->imap);
	f->imap = NULL;
}

/* Who comes back in a crowd comes back at different times. */
static int64_t
jittered(int64_t pause_ms)
{
	return pause_ms / 2 + (int64_t)randombytes_uniform((uint32_t)pause_ms);
}

static int
rest(struct fetcher *f, int64_t pause_ms, struct err *e)
{
	int64_t deadline = clock_ms() + (f->opens_ms != 0 ? pause_ms : jittered(pause_ms));
	bool answered;

	while (!f->stopping && clock_ms() < deadline)
		if (fetcher_listen(f, deadline, &answered, NULL, e) == -1 && e->kind == ERR_SYSTEM)
			return -1;
	return 0;
}

/* For the log; and for the keeper, who knows whether somebody is to be called. */
static void
report(const struct fetcher *f, const struct err *e)
{
	bool refused = e->kind == ERR_REFUSED || e->kind == ERR_CONFIG;
	const char *code = f->logging_in ? "login-refused" : "server-refused";

	event(refused                ? "refused"
	      : e->kind == ERR_LATER ? "throttled"
	                             : "lost",
	    "mailbox=%s reason=\"%s\"", f->box->name, e->text);
	channel_send(
	    f->keeper.fd, str_of(e->text), -1, -1, NULL, "failed code=%s", refused ? code : "-");
}

/* It doubles while sessions end soon and bring nothing; a server that wants to be left alone gets
 * more of it. */
static int64_t
next_pause(const struct fetcher *f, int64_t last, int64_t lasted_ms, const struct err *e)
{
	bool later = e->kind == ERR_LATER;
	int64_t first = later ? THROTTLED_FIRST_MS : PAUSE_FIRST_MS;
	int64_t longest = later ? THROTTLED_LONGEST_MS : PAUSE_LONGEST_MS;
	int64_t pause = last * 2;

	if (f->opens_ms != 0)
		return f->opens_ms - clock_ms();
	if (pause < first || lasted_ms > PAUSE_LONGEST_MS || (f->fruitful && !later))
		return first;
	return pause < longest ? pause : longest;
}

/* The mailbox is retired: until "stop". */
static int
stay_away(struct fetcher *f, struct err *e)
{
	event("retired", "mailbox=%s", f->box->name);
	while (!f->stopping)
		if (say_resting(f, PAUSE_LONGEST_MS, e) == -1 || rest(f, PAUSE_LONGEST_MS, e) == -1)
			return -1;
	return 0;
}

static int
watch(struct fetcher *f)
{
	int64_t pause = 0;
	struct err e = { 0 };

	while (!f->stopping) {
		int64_t began = clock_ms();
		int rc;

		f->unanswered = f->fruitful = f->up_to_date = false;
		f->opens_ms = 0;
		rc = session(f, &e);
		end(f);
		if (rc == 1)
			continue;
		if (rc == 0 || f->stopping)
			break;
		if (f->retired)
			return stay_away(f, &e);
		if (e.kind == ERR_SYSTEM)
			return -1;
		/* Waiting for the others to start is no failure of the server. */
		if (f->asker.fd == -1 || f->keeper.fd == -1) {
			if (rest(f, 100, &e) == -1)
				return -1;
			continue;
		}
		report(f, &e);
		pause = next_pause(f, pause, clock_ms() - began, &e);
		if (!f->unanswered && say_resting(f, 2 * pause, &e) == -1)
			return -1;
		if (rest(f, pause, &e) == -1)
			return -1;
	}
	return 0;
}

int
fetcher_main(struct child *c)
{
	static struct fetcher f;
	struct err e = { 0 };
	int rc;

	f = (struct fetcher){ .child = c, .keeper.fd = -1, .asker.fd = -1, .socket = -1 };
	f.box = conf_mailbox(c->conf, str_of(c->name));
	if (f.box == NULL)
		return EX_SOFTWARE;
	f.budget.daily = f.box->daily_mb << 20;
	f.tls = tls_config_new(f.box->ca_file, &e);
	if (f.tls == NULL) {
		event_err("fetcher", &e);
		return e.kind == ERR_CONFIG ? EX_CONFIG : EX_OSERR;
	}
	if (child_ready(c, &e) == -1) {
		event_err("fetcher", &e);
		return EX_OSERR;
	}
	rc = watch(&f);
	tls_config_free(f.tls);
	return rc == 0 ? EX_OK : EX_OSERR;
}
