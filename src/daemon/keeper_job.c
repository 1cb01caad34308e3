/* SPDX-License-Identifier: ISC */
/* keeper_job: a checker has one job at a time, so that a checker that dies is known by its job. */
#include "daemon/keeper.h"
#include "daemon/protocol.h"
#include "proc/event.h"
#include "proc/loop.h"
#include "proc/program.h"

enum {
	NAMES_MAX = 256 << 10,   /* bytes of the names a job asks for: LIMIT_QUESTIONS of 255 */
	EXPIRE_EVERY_MS = 60000, /* between looks for jobs that are too old */
	AGAIN_AFTER_MS = 500,    /* a job whose checker died: not before there is a new one */
};

/* ---- beginning and ending ---- */

int
keeper_arrival(struct keeper *k, uint64_t seq, struct hash *sha256, int64_t *as_of, struct err *e)
{
	struct record_message m;
	struct store_record r;
	struct record record;
	int rc = store_get(k->store, seq, &r, e);

	if (rc != 1)
		return rc == 0 ? err_set(e, ERR_DAMAGED, "a job without its record") : -1;
	if (record_parse(r.bytes, &record, e) == -1)
		return -1;
	record_message_read(&record, &m);
	*sha256 = r.sha256;
	*as_of = (int64_t)m.internaldate;
	if (*as_of > r.time_ms / 1000)
		*as_of = r.time_ms / 1000;
	return 0;
}

static int
begin(struct keeper *k, struct worker *w, struct held *h, struct err *e)
{
	h->at_work = true;
	w->held = h;
	w->job = ++k->jobs;
	w->began_ms = clock_ms();
	w->arena = arena_new(NAMES_MAX);
	w->n_questions = w->n_answers = w->answer_bytes = 0;
	buf_clear(&w->lines);
	if (keeper_arrival(k, h->seq, &w->record, &w->as_of, e) == -1)
		return err_at(e, "record %llu", (unsigned long long)h->seq);
	/* If it died meanwhile we hear that next. */
	channel_send(w->channel.fd, STR(""), h->fd, -1, NULL, "job job=%llu received=%lld",
	    (unsigned long long)w->job, (long long)w->as_of);
	return 0;
}

static void
end(struct worker *w)
{
	arena_free(w->arena);
	w->arena = NULL;
	w->held = NULL;
	buf_free(&w->lines);
}

/* ---- what a checker says ---- */

static int
hear_done(struct keeper *k, struct worker *w, const struct msg *m, struct err *e)
{
	struct str complete = msg_arg(m, "complete");
	int rc;

	if (!str_eq(complete, STR("yes")) && !str_eq(complete, STR("no")))
		return keeper_refuse(e, "done: complete=yes or no");
	rc = keeper_examined(k, w, e);
	if (rc == 1)
		end(w);
	return rc;
}

int
keeper_hear_checker(struct keeper *k, struct worker *w, struct msg *m, struct err *e)
{
	uint64_t job;

	if (w->held == NULL || msg_u64(m, "job", UINT64_MAX, &job, e) == -1 || job != w->job)
		return keeper_refuse(e, "a job that the checker does not have");
	if (msg_is(m, "needs"))
		return keeper_needs(k, w, m->payload, e);
	if (msg_is(m, "lines")) {
		buf_add(&w->lines, m->payload);
		return buf_check(&w->lines, "examination lines", e) == 0;
	}
	if (msg_is(m, "done"))
		return hear_done(k, w, m, e);
	if (msg_is(m, "leave")) {
		w->held->at_work = false;
		end(w);
		return 1;
	}
	return keeper_refuse(e, "not a message of a checker");
}

/* Once more, or never: who dies of a message each time is not given it for ever. */
static int
count_attempt(struct keeper *k, struct held *h, struct ledger_job *j, struct err *e)
{
	if (batch_begin(k, e) == -1)
		return -1;
	batch_press(k);
	event("attempt", "leaf=%llu attempts=%llu", (unsigned long long)h->seq,
	    (unsigned long long)++j->attempts);
	if (j->attempts >= PROTOCOL_ATTEMPTS)
		return keeper_unexaminable(k, h, e);
	h->at_work = false;
	h->next_ms = j->next_ms = program_now_ms() + AGAIN_AFTER_MS;
	return ledger_job_set(store_db(k->store), j, "a checker died of it", e);
}

int
keeper_checker_gone(struct keeper *k, struct worker *w, struct err *e)
{
	struct held *h = w->held;
	struct ledger_job j;
	int rc;

	channel_close(&w->channel);
	if (h == NULL)
		return 0;
	end(w);
	rc = ledger_job(store_db(k->store), h->seq, &j, e);
	if (rc == 1)
		return count_attempt(k, h, &j, e);
	held_drop(k, h); /* it became too old meanwhile */
	return rc;
}

/* ---- giving ---- */

/* When there is something to do that nobody will tell us of. */
static int
plan(struct keeper *k, int64_t now_ms, struct err *e)
{
	const struct held *h = held_next(k);
	int64_t due;

	if (ledger_job_due(store_db(k->store), now_ms, &due, e) == -1)
		return -1;
	if (h != NULL && h->next_ms > now_ms && (due == -1 || h->next_ms < due))
		due = h->next_ms;
	k->wake_ms = due == -1 ? k->expire_ms : clock_ms() + (due - now_ms);
	if (k->wake_ms > k->expire_ms)
		k->wake_ms = k->expire_ms;
	return 0;
}

static int
expire(struct keeper *k, int64_t now_ms, struct err *e)
{
	if (clock_ms() < k->expire_ms)
		return 0;
	k->expire_ms = clock_ms() + EXPIRE_EVERY_MS;
	if (workkeys_tick(k->workkeys, now_ms / 1000, e) == -1)
		return -1;
	return ledger_job_expire(store_db(k->store), now_ms - (int64_t)LIMIT_RETRY_LONGEST_S * 1000,
	    "older than seven days", e);
}

/* The message to be examined now: 1, 0 when there is none, -1. */
static int
next_due(struct keeper *k, int64_t now_ms, struct held **h, struct err *e)
{
	*h = held_next(k);
	if (*h != NULL && (*h)->next_ms <= now_ms)
		return 1;
	if (reread_next(k, now_ms, e) == -1)
		return -1;
	*h = held_next(k);
	return *h != NULL && (*h)->next_ms <= now_ms;
}

int
keeper_assign(struct keeper *k, struct err *e)
{
	int64_t now_ms = program_now_ms();
	struct held *h;
	int rc;

	if (expire(k, now_ms, e) == -1)
		return -1;
	/* Without the asker every question would fail, and be asked again later anyway. */
	for (size_t i = 0; k->asker.fd != -1 && i < k->n_workers; i++) {
		struct worker *w = &k->worker[i];

		if (w->channel.fd == -1 || w->held != NULL)
			continue;
		rc = next_due(k, now_ms, &h, e);
		if (rc == -1 || (rc == 1 && begin(k, w, h, e) == -1))
			return -1;
		if (rc == 0)
			break;
	}
	if (held_refill(k, e) == -1)
		return -1;
	return plan(k, now_ms, e);
}
