/* SPDX-License-Identifier: ISC */
#ifndef SEAL_OPENING_H
#define SEAL_OPENING_H

#include "seal/record.h"
#include "seal/values.h"

/*
 * opening: are a record's commitments those of these values and of this message?  For who has the
 * seed; mailseal-verify, which has single salts, does the same in verify_open.c.  The message
 * streams through; memory does not grow with it.
 *
 *	o = opening_new(&record, &seed, values, e);
 *	for each chunk of the message: opening_put(o, chunk, e);
 *	opening_end(o, e);
 */
struct opening;

/*
 * Opens each `commit` line with the value of its label, in their order.  values: the lines of the
 * record's object.  The arguments must outlive it.  NULL on ERR_REFUSED (another value), ERR_SYNTAX
 * (a value too many or too few).
 */
struct opening *opening_new(
    const struct record *r, const struct seed *seed, struct str values, struct err *e);
void opening_free(struct opening *o);

/* Of a message's record, the message; of an examination, the message it is of; else nothing. */
int opening_put(struct opening *o, struct str chunk, struct err *e);
/* Segment roots, and of a message's record its m and its size: 0, or -1 as opening_new. */
int opening_end(struct opening *o, struct err *e);

#endif
