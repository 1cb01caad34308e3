/* SPDX-License-Identifier: ISC */
#ifndef EXAM_ASK_H
#define EXAM_ASK_H

#include "conf/conf.h"
#include "exam/evaluate.h"

/* ask: evidence from the DNS itself, asked for and waited for, one message after the other. */
struct ask;

/* NULL on ERR_CONFIG or ERR_SYSTEM. */
struct ask *ask_new(const struct conf *conf, struct err *e);
void ask_free(struct ask *a);

/* Begin the next message: the answers for the last one are gone. */
void ask_begin(struct ask *a);
/* The fill of a struct evidence_source, with a struct ask as its ctx.  Waits until all questions
 * are answered or their time is over. */
int ask_fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e);

#endif
