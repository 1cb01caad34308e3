/* SPDX-License-Identifier: ISC */
#ifndef AUTH_FIELDS_H
#define AUTH_FIELDS_H

#include "base/arena.h"
#include "msg/header.h"

/* fields: the header of one message, found by name. */
struct fields {
	struct header *field; /* in message order; malformed lines too, without a name */
	uint32_t n;
	uint32_t *by_name; /* numbers of fields: by name, those of one name from the bottom up */
	struct str rest;   /* what is left of the header past LIMIT_FIELDS */
	bool separated;    /* the empty line was there */
	bool orderly;      /* CR and LF stand only together */

	/* Taking fields for one signature, which is itself never taken. */
	const struct header *own;
	uint32_t *taken; /* how many of a name, by the position in by_name of its first */
};

/* header: the bytes with their empty line.  -1 with ERR_LIMIT when the arena is full. */
int fields_parse(struct arena *a, struct str header, struct fields *f, struct err *e);

/* How many there are of a name (case does not matter). */
uint32_t fields_count(const struct fields *f, struct str name);

/* The topmost and the bottommost of a name; NULL when there is none. */
const struct header *fields_top(const struct fields *f, struct str name);
const struct header *fields_bottom(const struct fields *f, struct str name);

/*
 * Is there one of that name in a line of another field?  RFC 5322 ends a line with CR LF only;
 * many readers end it with one of the two, and show what follows as a field.
 */
bool fields_hide(const struct fields *f, struct str name);

/*
 * A signature takes the fields of a name from the bottom up, one for each mention (RFC 6376
 * section 5.4.2): start with its own field, then ask for each name; NULL when there are no more.
 */
void fields_take_start(struct fields *f, const struct header *own);
const struct header *fields_take(struct fields *f, struct str name);

#endif
