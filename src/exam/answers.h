/* SPDX-License-Identifier: ISC */
#ifndef EXAM_ANSWERS_H
#define EXAM_ANSWERS_H

#include "base/limits.h"
#include "dns/evidence.h"
#include "exam/evaluate.h"
#include "proc/channel.h"

/*
 * answers: how a process without network gets the answers of the DNS that an examination needs:
 * "needs" goes out, an "answer" each comes back, then "answered" (daemon/protocol.h).
 */
struct answers {
	uint64_t job;
	struct arena *arena;
	struct dns_answer answer[LIMIT_QUESTIONS];
	size_t n;
};

void answers_begin(struct answers *a, uint64_t job);
void answers_end(struct answers *a);

/* "needs": 0, or -1 with ERR_LIMIT, or ERR_RETRY when nobody is there. */
int answers_need(const struct answers *a, int fd, const struct needs *needs, struct err *e);
/* Take an "answer" in: 0, or -1 with ERR_SYNTAX (of another job, not of its form) or ERR_LIMIT. */
int answers_take(struct answers *a, const struct msg *m, struct err *e);

/* The other side: "answer".  As channel_send. */
int answers_send(
    int fd, uint64_t job, const struct dns_answer *a, struct str packet, struct err *e);

#endif
