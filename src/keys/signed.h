/* SPDX-License-Identifier: ISC */
#ifndef KEYS_SIGNED_H
#define KEYS_SIGNED_H

#include "tlog/check.h"

/*
 * signed: what the log key signed last, in the file `state` beside it.  It is there from the
 * beginning, with size 0: a missing one is damage, not a new log.
 */
int signed_make(int dir, struct err *e); /* ERR_CONFIG when it is there */
/* 0, or -1 with ERR_DAMAGED, ERR_SYSTEM. */
int signed_load(int dir, struct tlog_head *last, struct err *e);
/* Durable when it returns 0; ERR_SYSTEM. */
int signed_save(int dir, struct tlog_head last, struct err *e);

#endif
