/* SPDX-License-Identifier: ISC */
#ifndef EXAM_ASK_H
#define EXAM_ASK_H

#include "conf/conf.h"
#include "exam/answers.h"

/*
 * ask: evidence from the DNS itself, for several processes that examine.  One process, in the
 * sandbox of the daemon's asker, asks for all of them; they share what it remembers.
 */
struct ask;

/* Starts that process.  NULL on ERR_CONFIG or ERR_SYSTEM. */
struct ask *ask_new(const struct conf *conf, struct err *e);
void ask_free(struct ask *a); /* ends it */

/* A client's end, which is the caller's, or -1 on ERR_SYSTEM.  At most ASK_CLIENTS at a time. */
int ask_meet(struct ask *a, struct err *e);
enum {
	ASK_CLIENTS = 128,
};

/* A client's state; its channel is what ask_meet gave. */
struct ask_client {
	struct channel channel;
	struct answers answers;
};

/* A client in the process that started it: 0, or -1 on ERR_SYSTEM. */
int ask_open(struct ask_client *c, struct ask *a, struct err *e);
void ask_close(struct ask_client *c);

/* Begin the next message: the answers for the last one are gone. */
void ask_begin(struct ask_client *c);
/* The fill of a struct evidence_source, with a struct ask_client as its ctx.  Waits until all
 * questions are answered or their time is over. */
int ask_fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e);

#endif
