/* SPDX-License-Identifier: ISC */
#ifndef EXAM_EVALUATE_H
#define EXAM_EVALUATE_H

#include "auth/examine.h"
#include "auth/spf.h"

/*
 * evaluate: the one loop between a message and the evidence about it: examine, fetch what is
 * needed, examine again, until nothing is left to ask or EVALUATE_ROUNDS have passed.
 */
enum {
	/* SPF asks one thing after another; signatures (two rounds: sixteen, and fifty ARC sets) and
	 * all else ask meanwhile, but for the walks from what passed (two rounds). */
	EVALUATE_ROUNDS = SPF_ROUNDS + 4,
};

/* Where answers come from: the asker, a zone file, a bundle. */
struct evidence_source {
	/*
	 * Answer the needs (a question that cannot be answered is an answer, DNS_FAILED) and
	 * set *ev to all answers so far; they stay the source's.  0, or -1 when there is no
	 * going on.
	 */
	int (*fill)(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e);
	void *ctx;
};

/*
 * The whole message was given to x.  now: Unix seconds, the time of arrival.  Returns 0 with
 * *result, which belongs to x, or -1 with what fill said.
 */
int evaluate(struct examine *x, int64_t now, const struct evidence_source *source,
    const struct examination **result, struct err *e);

/* The same of an SMTP session (RFC 7208); *result lives as long as the arena and the evidence. */
int evaluate_spf(struct arena *a, const struct spf_session *session, int64_t now,
    const struct evidence_source *source, struct spf_result *result, struct err *e);

#endif
