/* SPDX-License-Identifier: ISC */
/*
 * keeper_ask: between a checker and the DNS.  What was answered is kept by its hash before the
 * checker sees it; a question is asked once a job, and an asker that is gone is an answer, too:
 * failed, to be asked again by a later examination.
 */
#include <string.h>

#include "daemon/keeper.h"
#include "exam/answers.h"
#include "store/evidence.h"

enum {
	NAME_MAX_BYTES = 255, /* RFC 1035 section 2.3.4 */
	TYPE_MAX = 65535,
	QUESTION_BITS = 10, /* an id is the job's number and the question's */
};

_Static_assert(LIMIT_QUESTIONS <= 1u << QUESTION_BITS, "a question's number fits its bits");

static const char *const outcomes[] = {
	[DNS_ANSWERED] = "answered",
	[DNS_FAILED] = "failed",
};
static const char *const securities[] = {
	[DNS_INSECURE] = "insecure",
	[DNS_SECURE] = "secure",
	[DNS_BOGUS] = "bogus",
};

static int
word_index(struct str word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, str_of(words[i])))
			return (int)i;
	return -1;
}

/* ---- to the checker ---- */

static void
send_answer(struct worker *w, const struct dns_answer *a, struct str packet)
{
	answers_send(w->channel.fd, w->job, a, packet, NULL);
}

static void
end_round(struct worker *w)
{
	for (size_t i = 0; i < w->n_questions; i++)
		if (w->question[i].answer == -1)
			return;
	channel_send(
	    w->channel.fd, STR(""), -1, -1, NULL, "answered job=%llu", (unsigned long long)w->job);
}

/* Given out, in the order in which the examination names its evidence. */
static int
answer(struct keeper *k, struct worker *w, struct question *q, struct dns_answer a,
    struct str packet, struct err *e)
{
	a.name = q->need.name;
	a.type = q->need.type;
	if (packet.n > LIMIT_JOB_ANSWERS - w->answer_bytes) { /* a sender decides how much it is */
		a.outcome = DNS_FAILED;
		packet.n = 0;
	}
	w->answer_bytes += packet.n;
	if (a.outcome == DNS_ANSWERED) {
		a.packet_hash = sha256(packet);
		if (batch_begin(k, e) == -1 ||
		    evidence_add(store_db(k->store), a.packet_hash, packet, e) == -1)
			return -1;
	}
	q->answer = (int)w->n_answers;
	w->answer[w->n_answers++] = a;
	send_answer(w, &a, packet);
	return 0;
}

static int
fail(struct keeper *k, struct worker *w, struct question *q, struct err *e)
{
	return answer(k, w, q, (struct dns_answer){ .outcome = DNS_FAILED }, STR(""), e);
}

/* ---- what a checker needs ---- */

/* Asked before: the same answer once more. */
static int
repeat(struct keeper *k, struct worker *w, const struct question *q, struct err *e)
{
	struct buf packet = BUF_MAX(LIMIT_DNS_PACKET);
	const struct dns_answer *a = &w->answer[q->answer];
	int rc = 0;

	if (a->outcome == DNS_ANSWERED)
		rc = evidence_get(store_db(k->store), a->packet_hash, &packet, e);
	if (rc != -1)
		send_answer(w, a, buf_str(&packet));
	buf_free(&packet);
	return rc == -1 ? -1 : 1;
}

static struct question *
find(struct worker *w, struct str name, enum dns_type type)
{
	for (size_t i = 0; i < w->n_questions; i++)
		if (w->question[i].need.type == type && str_eq(w->question[i].need.name, name))
			return &w->question[i];
	return NULL;
}

static int
ask(struct keeper *k, struct worker *w, struct str name, enum dns_type type, struct err *e)
{
	struct question *q = find(w, name, type);
	uint64_t id = w->job << QUESTION_BITS | w->n_questions;

	if (q != NULL)
		return q->answer == -1 ? 1 : repeat(k, w, q, e);
	if (w->n_questions == LIMIT_QUESTIONS)
		return keeper_refuse(e, "needs: more questions than an examination has");
	q = &w->question[w->n_questions++];
	*q = (struct question){ { arena_str(w->arena, name), type }, -1 };
	if (k->asker.fd == -1 ||
	    channel_send(k->asker.fd, name, -1, -1, NULL, "ask id=%llu type=%u",
	        (unsigned long long)id, (unsigned)type) == -1)
		return fail(k, w, q, e) == -1 ? -1 : 1;
	return 1;
}

static int
need(struct keeper *k, struct worker *w, struct str line, struct err *e)
{
	struct str name = line, word;
	uint64_t type;

	str_cut(&name, ' ', &word);
	if (str_u64(word, TYPE_MAX, &type) == -1 || name.n == 0 || name.n > NAME_MAX_BYTES)
		return keeper_refuse(e, "needs: a line that is no type and name");
	return ask(k, w, name, (enum dns_type)type, e);
}

int
keeper_needs(struct keeper *k, struct worker *w, struct str lines, struct err *e)
{
	struct str line;
	int rc = 1;

	while (rc == 1 && str_line(&lines, &line))
		rc = need(k, w, line, e);
	if (rc == 1)
		end_round(w);
	return rc;
}

/* ---- what the asker says ---- */

static struct worker *
worker_of(struct keeper *k, uint64_t job)
{
	for (size_t i = 0; i < k->n_workers; i++)
		if (k->worker[i].held != NULL && k->worker[i].job == job)
			return &k->worker[i];
	return NULL;
}

int
keeper_hear_asker(struct keeper *k, struct msg *m, struct err *e)
{
	int outcome = word_index(msg_arg(m, "outcome"), outcomes, 2);
	int security = word_index(msg_arg(m, "security"), securities, 3);
	struct dns_answer a = { 0 };
	struct worker *w;
	uint64_t id;
	size_t n;

	if (!msg_is(m, "answer") || msg_u64(m, "id", UINT64_MAX, &id, e) == -1 || outcome == -1 ||
	    security == -1 || m->payload.n > LIMIT_DNS_PACKET)
		return keeper_refuse(e, "not an answer of an asker");
	w = worker_of(k, id >> QUESTION_BITS);
	n = id & ((1u << QUESTION_BITS) - 1);
	if (w == NULL || n >= w->n_questions || w->question[n].need.type != DNS_ORGDOM)
		keeper_saw_answer(k, id, outcome == DNS_ANSWERED);
	/* Of a job that ended: its checker died, or did not wait. */
	if (w == NULL || n >= w->n_questions || w->question[n].answer != -1)
		return 1;
	a.outcome = (enum dns_outcome)outcome;
	a.security = (enum dns_security)security;
	if (answer(k, w, &w->question[n], a, m->payload, e) == -1)
		return -1;
	end_round(w);
	return 1;
}

int
keeper_asker_gone(struct keeper *k, struct err *e)
{
	channel_close(&k->asker);
	for (size_t i = 0; i < k->n_workers; i++) {
		struct worker *w = &k->worker[i];
		size_t failed = 0;

		for (size_t n = 0; w->held != NULL && n < w->n_questions; n++) {
			if (w->question[n].answer != -1)
				continue;
			if (fail(k, w, &w->question[n], e) == -1)
				return -1;
			failed++;
		}
		if (failed > 0)
			end_round(w);
	}
	return 0;
}
