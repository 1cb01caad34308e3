/* SPDX-License-Identifier: ISC */
#ifndef CLI_RESTORE_H
#define CLI_RESTORE_H

#include "conf/conf.h"

/*
 * restore: a state directory from a backup, and the question that must be answered before the log
 * goes on: is the published copy ahead of it?
 *
 * 1. The database comes last and by rename: a state that was not restored whole is none.
 * 2. It is marked (keys/restored.h) before that: from the first moment nothing is signed.
 */
struct restored {
	uint64_t records;
	uint64_t time_ms; /* of the backup */
	bool can_sign;    /* the keys were given, too */
};

/*
 * Into the state directory of conf, which must be empty or absent.  keys: as backup_keys made
 * them, or NULL.  0, or -1: ERR_CONFIG, ERR_REFUSED (the keys are another log's), ERR_DAMAGED
 * (the backup is not what its manifest says, or not a log), ERR_SYSTEM.
 */
int restore_make(const struct conf *conf, const char *dir, const char *keys, struct restored *done,
    struct err *e);

/*
 * Is what was published a beginning of the state?  note: a published checkpoint.  1: it is, the
 * log may go on; 0: it has records that the state has not, *behind of them or, when the state went
 * on from an older backup, 0; -1: ERR_REFUSED (another log's), ERR_SYNTAX, ERR_SYSTEM.
 */
int restore_compare(const struct conf *conf, struct str note, uint64_t *behind, struct err *e);
/* Is the state marked?  1, 0, -1.  And the end of that. */
int restore_is_marked(const struct conf *conf, struct err *e);
int restore_unmark(const struct conf *conf, struct err *e);

#endif
