/* SPDX-License-Identifier: ISC */
#ifndef KEYS_RESTORED_H
#define KEYS_RESTORED_H

#include "base/err.h"

#include <stdbool.h>

/*
 * restored: the mark beside the log key of a state that came back from a backup.  While it is
 * there the signer signs nothing: the copy may be older than what was published, and a second
 * history would be signed.  Only who has compared the published copy removes it.
 */
int restored_set(int dir, struct err *e); /* ERR_CONFIG when it is set */
/* 1, 0 when it is not set, -1 on ERR_SYSTEM. */
int restored_is(int dir, struct err *e);
int restored_clear(int dir, struct err *e); /* durable; not set is fine */

#endif
