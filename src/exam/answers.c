/* SPDX-License-Identifier: ISC */
#include "exam/answers.h"

#include "base/arena.h"

enum {
	NAME_BYTES = 512, /* a name and what two allocations may waste */
};

static const char *const outcomes[] = {
	[DNS_ANSWERED] = "answered",
	[DNS_FAILED] = "failed",
};
static const char *const securities[] = {
	[DNS_INSECURE] = "insecure",
	[DNS_SECURE] = "secure",
	[DNS_BOGUS] = "bogus",
};

void
answers_begin(struct answers *a, uint64_t job)
{
	a->job = job;
	a->arena = arena_new(LIMIT_JOB_ANSWERS + LIMIT_QUESTIONS * NAME_BYTES);
	a->n = 0;
}

void
answers_end(struct answers *a)
{
	arena_free(a->arena);
	a->arena = NULL;
	a->n = 0;
}

int
answers_need(const struct answers *a, int fd, const struct needs *needs, struct err *e)
{
	struct buf lines = BUF_MAX(LIMIT_PACKET / 2);
	int rc;

	for (size_t i = 0; i < needs->n; i++)
		buf_printf(&lines, "%u %.*s\n", (unsigned)needs->need[i].type,
		    STR_FMT(needs->need[i].name));
	rc = buf_check(&lines, "needs", e);
	if (rc == 0)
		rc = channel_send(
		    fd, buf_str(&lines), -1, -1, e, "needs job=%llu", (unsigned long long)a->job);
	buf_free(&lines);
	return rc;
}

static int
word_index(struct str word, const char *const *words, size_t n, unsigned *index)
{
	for (*index = 0; *index < n; ++*index)
		if (str_eq(word, str_of(words[*index])))
			return 0;
	return -1;
}

int
answers_take(struct answers *a, const struct msg *m, struct err *e)
{
	unsigned outcome, security;
	uint64_t job, type, n;
	struct dns_answer *got;

	if (msg_u64(m, "job", UINT64_MAX, &job, e) == -1 ||
	    msg_u64(m, "type", UINT16_MAX, &type, e) == -1 ||
	    msg_u64(m, "name", m->payload.n, &n, e) == -1)
		return -1;
	if (word_index(msg_arg(m, "outcome"), outcomes, 2, &outcome) == -1 ||
	    word_index(msg_arg(m, "security"), securities, 3, &security) == -1)
		return err_set(e, ERR_SYNTAX, "answer: outcome= or security= is another word");
	if (job != a->job || a->n == LIMIT_QUESTIONS)
		return err_set(e, ERR_SYNTAX, "answer: of another job, or one too many");
	got = &a->answer[a->n++];
	*got = (struct dns_answer){ .name = arena_str(a->arena, str_head(m->payload, n)),
		.type = (enum dns_type)type,
		.outcome = (enum dns_outcome)outcome,
		.security = (enum dns_security)security,
		.packet = arena_str(a->arena, str_from(m->payload, n)) };
	if (got->name.p == NULL)
		return err_set(e, ERR_LIMIT, "answers of more than %u bytes", LIMIT_JOB_ANSWERS);
	if (got->packet.p == NULL) {
		got->outcome = DNS_FAILED;
		got->packet = STR("");
	}
	got->packet_hash = sha256(got->packet);
	return 0;
}

int
answers_send(int fd, uint64_t job, const struct dns_answer *a, struct str packet, struct err *e)
{
	struct buf payload = BUF_MAX(LIMIT_PACKET);
	int rc;

	buf_add(&payload, a->name);
	buf_add(&payload, packet);
	rc = channel_send(fd, buf_str(&payload), -1, -1, e,
	    "answer job=%llu type=%u outcome=%s security=%s name=%zu", (unsigned long long)job,
	    (unsigned)a->type, outcomes[a->outcome], securities[a->security], a->name.n);
	buf_free(&payload);
	return rc;
}
