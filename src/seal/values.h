/* SPDX-License-Identifier: ISC */
#ifndef SEAL_VALUES_H
#define SEAL_VALUES_H

#include "seal/commit.h"
#include "seal/seghash.h"

/*
 * values: what opens a record's commitments.  In the encrypted object, a line each:
 *
 *	<label> SP <base64>                            a value
 *	seg <i> <offset> <length> <kind> SP -          a segment: its bytes are the message's
 *
 * In a bundle (mailseal/salts) a line each, for all its records:
 *
 *	<seq> leaf SP <hex>                            the leaf salt
 *	<seq> ers SP <hex>                             the salt of m
 *	<seq> <label> SP <hex> SP <base64>             salt and value
 *	<seq> seg <i> <offset> <length> <kind> SP <hex>
 */

void values_add(struct buf *values, struct str label, struct str bytes);
/* The same, and returns the commitment for the record. */
struct hash values_commit(
    struct buf *values, const struct seed *seed, struct str label, struct str bytes);
void values_add_segment(
    struct buf *values, uint64_t i, uint64_t offset, uint64_t length, struct str kind);

struct value {
	struct str label;
	struct str base64; /* of a value; .p NULL when it is a segment */
	/* a segment's, else zero */
	uint64_t index, offset, length;
	struct str kind;
};

/* Takes a line off *rest: 1, 0 at the end, -1 on ERR_SYNTAX. */
int values_next(struct str *rest, struct value *v, struct err *e);

/*
 * Where salts come from: a record's seed, or the lines of a bundle's salts for that record, from
 * which they are taken in their order.
 */
struct salter {
	const struct seed *seed; /* NULL: use the rest */
	uint64_t seq;
	struct str salts;
};

/* 0, or -1 with ERR_SYNTAX when that label's is not the next. */
int salter_take(struct salter *s, struct str label, struct hash *salt, struct err *e);

struct salt {
	uint64_t seq;
	struct hash salt;
	struct value value; /* of "leaf" and "ers": neither value nor segment */
};

/*
 * Adds the lines of one record: its leaf salt, the salts its seed gives for its values, and for
 * m when it is a message's.  -1 on ERR_SYNTAX in values.
 */
int salts_add(struct buf *out, uint64_t seq, struct hash leaf_salt, const struct seed *seed,
    bool message, struct str values, struct err *e);

/* Takes a line off *rest: 1, 0 at the end, -1 on ERR_SYNTAX. */
int salts_next(struct str *rest, struct salt *s, struct err *e);

#endif
