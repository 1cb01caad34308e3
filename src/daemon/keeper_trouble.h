/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_KEEPER_TROUBLE_H
#define DAEMON_KEEPER_TROUBLE_H

#include "daemon/keeper.h"

/*
 * keeper_trouble: the troubles there are at the moment, at most LIMIT_TROUBLES.  Raising and
 * clearing only change memory, and so can be done anywhere in the keeper, also when the disk is
 * full; trouble_keep, in the keeper's loop, writes them down.
 */

/*
 * It is so: a code of store/trouble.c, a mailbox's name, a domain or "" (whose it is), what is
 * wrong and the command that mends it.  Raised again it only gets the new text.
 */
void trouble_raise(
    struct keeper *k, const char *code, struct str subject, const char *text, const char *mend);
/* It is over, if it was.  Free to be called whenever all is well. */
void trouble_clear(struct keeper *k, const char *code, struct str subject);
/* For what ends the process: raised with the text of *e, and written down if that can be done. */
void trouble_last_words(struct keeper *k, const char *code, const struct err *e, const char *mend);
/* Those that are there now: NULL after the last.  Begin with *i zero. */
const struct trouble *trouble_each(const struct keeper *k, size_t *i);
/* At least one is there for which somebody is called. */
bool trouble_is_any(const struct keeper *k);
bool trouble_is(struct keeper *k, const char *code, struct str subject);

/* One of them began or ended, and the alarm command was not told: one that began and ended before it
 * could be is not told at all. */
bool trouble_is_untold(const struct keeper *k);
/* What the alarm command is to be told of it: 1 that it is, 2 that it is over, 0 nothing. */
int trouble_untold(const struct trouble *t);

/* ---- for the keeper's loop ---- */

int trouble_load(struct keeper *k, struct err *e); /* at start */
/* Writes down what changed; does nothing when nothing did.  0, or -1. */
int trouble_keep(struct keeper *k, struct err *e);

#endif
