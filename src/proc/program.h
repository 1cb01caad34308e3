/* SPDX-License-Identifier: ISC */
#ifndef PROC_PROGRAM_H
#define PROC_PROGRAM_H

#include "base/err.h"
#include "crypto/hash.h"

/* program: what a record says of us: which program, and how good its clock was. */

/* SHA-256 of the running program's file; before the sandbox.  0, or -1 on ERR_SYSTEM. */
int program_hash(struct hash *h, struct err *e);
/* Does the kernel call its clock synchronised, and within how many ms (adjtimex(2))? */
void program_clock(bool *sync, uint64_t *error_ms);
int64_t program_now_ms(void); /* Unix, milliseconds */

#endif
