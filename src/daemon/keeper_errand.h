/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_KEEPER_ERRAND_H
#define DAEMON_KEEPER_ERRAND_H

#include "daemon/keeper.h"

/*
 * keeper_errand: when alarm_command and publish_command are to be run, which the parent has done
 * (errand.h).  keeper_alarm.c says what the alarm command is told.
 *
 * One run of each at a time.  One that failed is a trouble, and is tried again after a pause that
 * doubles.
 */

/* In the keeper's loop: asks for what is due. */
int errand_ask(struct keeper *k, struct err *e);
/* "errand …" of the parent: how a run ended.  0, or -1. */
int errand_hear(struct keeper *k, const struct msg *m, struct err *e);
/* "summary due=T" of the parent: the weekly summary of that time is to be told, if it was not. */
int errand_summary(struct keeper *k, const struct msg *m, struct err *e);
/* A checkpoint was published. */
void errand_published(struct keeper *k);

/* ---- keeper_alarm.c ---- */

/* When something untold is there: the text, and what it tells of is marked as being told. */
bool alarm_compose(struct keeper *k, struct buf *out);
/* How that ended: it is told, or to be told again. */
void alarm_told(struct keeper *k, bool told);
/* The summary of the week before now_ms.  0, or -1. */
int alarm_summary(struct keeper *k, int64_t now_ms, struct buf *out, struct err *e);

#endif
