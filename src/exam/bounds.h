/* SPDX-License-Identifier: ISC */
#ifndef EXAM_BOUNDS_H
#define EXAM_BOUNDS_H

#include <stdint.h>

#include "proc/sandbox.h"

/* bounds: what a process that reads hostile mail may do and use, in the daemon and in
 * `mailseal check`. */
extern const struct sandbox bounds_sandbox;

/* Once, before the first message: what one gave back is kept for the next, up to a few MB. */
void bounds_start(void);

/*
 * From now on this process has the CPU time that a message of that many bytes may take
 * (LIMIT_CHECK_CPU_MS); when it is used up, SIGPROF ends it.
 */
void bounds_begin(uint64_t bytes);
void bounds_end(void); /* the message is done */

#endif
