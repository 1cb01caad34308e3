/* SPDX-License-Identifier: ISC */
/* keeper_examination: what a checker found becomes a record, after the keys that it used. */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/keeper_trouble.h"
#include "proc/event.h"
#include "proc/loop.h"
#include "proc/program.h"
#include "seal/examination.h"
#include "store/evidence.h"
#include "store/flow.h"
#include "store/overview.h"

/* An examination on its way in. */
struct found {
	struct held *held;
	struct hash record; /* of the message */
	int64_t as_of;      /* Unix seconds */
	struct evidence ev;
	struct examination_lines lines;
	struct hash *key_record; /* for each key line */
	bool unexaminable;       /* the checkers died of it */
	bool last;               /* there is nothing more to wait for */
	bool pending;            /* job is what waits for it; else it was closed before */
	struct ledger_job job;
};

/* ---- keys not seen before ---- */

static int
add_key(struct keeper *k, const struct key_line *line, struct sealing *s, struct err *e)
{
	struct record_key key = { .value = line->value,
		.algorithm = line->algorithm,
		.bits = line->bits,
		.answer = line->packet };
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	struct record_head h;
	int rc = -1;

	key.owner = values_commit(&s->values, &s->seed, STR("owner"), line->answer->name);
	if (sealing_object(k, s, -1, 0, e) == -1)
		return -1;
	h = sealing_head(k, s, RECORD_KEY, program_now_ms());
	if (record_key_write(&bytes, &h, &key, e) == 0 &&
	    sealing_add(k, s, &h, buf_str(&bytes), -1, e) == 0)
		rc =
		    evidence_add_key(store_db(k->store), line->answer->name, line->value, h.seq, e);
	buf_free(&bytes);
	return rc;
}

/* The record of that key: the one there is, or a new one. */
static int
key_record(struct keeper *k, const struct key_line *line, struct hash *record, struct err *e)
{
	struct store_record r;
	struct sealing s;
	uint64_t seq;
	int rc = evidence_key(store_db(k->store), line->answer->name, line->value, &seq, e);

	if (rc == 1)
		rc = store_get(k->store, seq, &r, e);
	if (rc == 1) {
		*record = r.sha256;
		return 0;
	}
	if (rc == -1)
		return -1;
	sealing_begin(&s);
	rc = add_key(k, line, &s, e);
	sealing_end(&s);
	*record = store_last(k->store);
	return rc;
}

static int
add_keys(struct keeper *k, struct found *f, struct err *e)
{
	struct str rest = f->lines.text;
	struct key_line line;
	int rc = 0;

	f->key_record = calloc(f->lines.n_keys + 1, sizeof *f->key_record);
	if (f->key_record == NULL)
		abort();
	for (size_t i = 0; rc == 0 && examination_key(&rest, &f->ev, &line); i++)
		rc = key_record(k, &line, &f->key_record[i], e);
	return rc;
}

/* ---- the record ---- */

static int
hash_segments(const struct found *f, const struct seed *seed, struct segroots *roots, struct err *e)
{
	struct seghash *s = seghash_new(seed);
	struct str rest = f->lines.text;
	struct segment_line line;
	int rc = 0;

	while (rc == 0 && examination_segment(&rest, &line))
		rc = keeper_hash_segment(
		    s, f->held->fd, line.offset, line.offset + line.length, line.kind, e);
	if (rc == 0)
		rc = seghash_end(s, roots, e);
	seghash_free(s);
	return rc;
}

static int
compose(const struct found *f, struct sealing *s, struct buf *body, struct err *e)
{
	struct salter salter = { .seed = &s->seed };
	struct examination_about about = { .of = f->held->seq,
		.message_record = f->record,
		.as_of = (uint64_t)f->as_of,
		.ev = &f->ev,
		.key_record = f->key_record,
		.salter = &salter };

	if (hash_segments(f, &s->seed, &about.segments, e) == -1)
		return -1;
	return examination_record(body, &s->values, &f->lines, &about, e);
}

static int
add_record(struct keeper *k, const struct found *f, struct sealing *s, struct err *e)
{
	struct buf body = BUF_MAX(LIMIT_RECORD), bytes = BUF_MAX(LIMIT_RECORD);
	struct record_head h;
	int rc = compose(f, s, &body, e);

	if (rc == 0)
		rc = sealing_object(k, s, -1, 0, e);
	if (rc == 0) {
		h = sealing_head(k, s, RECORD_EXAMINATION, program_now_ms());
		rc = record_write(&bytes, &h, buf_str(&body), e);
	}
	if (rc == 0)
		rc = sealing_add(k, s, &h, buf_str(&bytes), (int64_t)f->held->seq, e);
	buf_free(&body);
	buf_free(&bytes);
	return rc;
}

/* ---- what is told ---- */

/* How many signatures verify. */
static unsigned
summarise(const struct found *f, struct ack *ack)
{
	struct str rest = f->lines.text;
	unsigned dkim = 0, pass = 0;
	struct grammar_line l;

	while (grammar_next(&rest, &l))
		if (str_eq(l.name, STR("dkim"))) {
			dkim++;
			pass += str_eq(l.arg[RECORD_ARG_RESULT], STR("pass"));
		}
	snprintf(ack->text, sizeof ack->text, "of=%llu dkim=%u/%u arc=%zu complete=%s",
	    (unsigned long long)f->held->seq, pass, dkim, f->lines.n_sets,
	    f->lines.complete ? "yes" : "no");
	return pass;
}

/* The domains that signed, by the keys that verified: their mail is expected again. */
static int
count_flows(struct keeper *k, const struct found *f, struct err *e)
{
	static const struct str label = { "._domainkey.", 12 };
	struct str rest = f->lines.text;
	struct key_line line;
	int rc = 0;

	while (rc == 0 && examination_key(&rest, &f->ev, &line)) {
		ptrdiff_t at = str_find(line.answer->name, label);
		struct str domain = str_from(line.answer->name, (size_t)at + label.n);

		if (at == -1)
			continue;
		rc = flow_count(store_db(k->store), domain, f->as_of * 1000, e);
		trouble_clear(k, "silence", domain);
	}
	return rc;
}

/* For an administrator; once, of the last examination. */
static int
count(struct keeper *k, const struct found *f, unsigned pass, struct err *e)
{
	const char *what = pass == 0 ? "unsigned" : NULL;

	if (!f->last)
		return 0;
	if (f->unexaminable)
		what = "unexaminable";
	if (exception_set(store_db(k->store), f->held->seq, what, e) == -1)
		return -1;
	if (pass > 0 && count_flows(k, f, e) == -1)
		return -1;
	return keeper_learn(k, &f->lines, f->held->seq, f->as_of, e);
}

/* ---- the job afterwards ---- */

static int64_t
retry_after_ms(uint64_t rounds)
{
	static const int64_t steps[] = { LIMIT_RETRY_S };
	size_t n = sizeof steps / sizeof steps[0];

	return 1000 * steps[rounds <= n ? rounds - 1 : n - 1];
}

/* Is there a signature of which a later answer could say more? */
static bool
waits_for_key(struct str rest)
{
	struct grammar_line l;

	while (grammar_next(&rest, &l))
		if ((str_eq(l.name, STR("dkim")) || str_eq(l.name, STR("ams")) ||
		        str_eq(l.name, STR("seal"))) &&
		    str_eq(l.arg[RECORD_ARG_RESULT], STR("temperror")))
			return true;
	return false;
}

/* Complete; or what is wanting is told as temperror, and was asked for often enough.  A job that is
 * not pending any more has no round to come. */
static int
find_last(struct keeper *k, struct found *f, struct err *e)
{
	int rc = ledger_job(store_db(k->store), f->held->seq, &f->job, e);

	f->pending = rc == 1;
	f->last = f->lines.complete || !f->pending ||
	          (f->job.rounds + 1 >= LIMIT_POLICY_ROUNDS && !waits_for_key(f->lines.text));
	return rc == -1 ? -1 : 0;
}

/* After the last it is done with; else it waits for the next round, and when its bytes can be read
 * again they make room. */
static int
settle(struct keeper *k, const struct found *f, struct err *e)
{
	struct db *db = store_db(k->store);
	struct ledger_job j = f->job;
	struct held *h = f->held;
	int rc = 0;

	if (f->last) {
		if (f->pending)
			rc = ledger_job_close(
			    db, h->seq, f->lines.complete ? "complete" : "policy", e);
		held_drop(k, h);
		return rc;
	}
	j.attempts = 0;
	j.rounds++;
	j.next_ms = program_now_ms() + retry_after_ms(j.rounds);
	h->next_ms = j.next_ms;
	h->at_work = false;
	if (workkeys_has(k->workkeys, h->seq))
		held_drop(k, h);
	return ledger_job_set(db, &j, "incomplete", e);
}

static int
seal(struct keeper *k, struct found *f, struct err *e)
{
	struct sealing s;
	int rc;

	sealing_begin(&s);
	rc = add_keys(k, f, e);
	if (rc == 0)
		rc = add_record(k, f, &s, e);
	sealing_end(&s);
	free(f->key_record);
	return rc == -1 ? err_at(e, "examination of %llu", (unsigned long long)f->held->seq) : 0;
}

static int
seal_found(struct keeper *k, struct found *f, int64_t began_ms, struct err *e)
{
	struct ack ack = { .event = "examined", .began_ms = began_ms };

	if (batch_begin(k, e) == -1 || find_last(k, f, e) == -1 || seal(k, f, e) == -1)
		return -1;
	ack.seq = store_size(k->store) - 1;
	ack.last = f->last;
	ack.of = f->held->seq;
	if (count(k, f, summarise(f, &ack), e) == -1)
		return -1;
	batch_ack(k, &ack, 0);
	return settle(k, f, e);
}

int
keeper_examined(struct keeper *k, struct worker *w, struct err *e)
{
	struct found f = { .held = w->held, .record = w->record, .as_of = w->as_of };

	f.ev = (struct evidence){ w->answer, w->n_answers };
	if (examination_read(buf_str(&w->lines), w->held->size, &f.ev, &f.lines, e) == -1)
		return 0;
	if (seal_found(k, &f, w->began_ms, e) == 0)
		return 1;
	/* What does not fit a record is the checker's fault, not the disk's. */
	return e->kind == ERR_LIMIT || e->kind == ERR_SYNTAX ? 0 : -1;
}

static void
tell(struct keeper *k, uint64_t seq)
{
	char text[TROUBLE_TEXT_MAX];

	snprintf(text, sizeof text, "the checkers died of message %llu", (unsigned long long)seq);
	trouble_raise(k, "unexaminable", STR(""), text, "mailseal list");
}

int
keeper_unexaminable(struct keeper *k, struct held *h, struct err *e)
{
	struct buf lines = BUF_MAX(LIMIT_EXAMINATION_LINES);
	struct found f = { .held = h, .unexaminable = true };
	int rc = -1;

	examination_unexaminable(&lines, h->size);
	if (examination_read(buf_str(&lines), h->size, &f.ev, &f.lines, e) == 0 &&
	    keeper_arrival(k, h->seq, &f.record, &f.as_of, e) == 0)
		rc = seal_found(k, &f, clock_ms(), e);
	buf_free(&lines);
	if (rc == 0)
		tell(k, h->seq);
	return rc;
}
