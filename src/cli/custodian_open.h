/* SPDX-License-Identifier: ISC */
#ifndef CLI_CUSTODIAN_OPEN_H
#define CLI_CUSTODIAN_OPEN_H

#include "cli/unseal.h"

/* custodian_open: what a custodian does with his key to all that is filed. */

struct rewrapped {
	uint64_t sealed, there, closed; /* slots made now; there before; not u's to open */
};
/*
 * Seals for `to` what u can open and `to` cannot, and sends it to the daemon at `control`;
 * done again, it goes on where it stopped.  Shows how far it is when standard error is a terminal.
 * 0, or -1, and *n says what was done until then.
 */
int custodian_rewrap(const struct unseal *u, const char *control, const struct custodian *to,
    struct rewrapped *n, struct err *e);

struct sampled {
	uint64_t opened, of;
	uint64_t first_closed; /* seq of the first that was not opened */
	struct err why;
};
/* Opens at most `max` records, the newest and others evenly spread: slot, key and the whole object.
 * 0, or -1 when the store cannot be read. */
int custodian_sample(const struct unseal *u, uint64_t max, struct sampled *n, struct err *e);

#endif
