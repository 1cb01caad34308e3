/* SPDX-License-Identifier: ISC */
#ifndef AUTH_CANON_H
#define AUTH_CANON_H

#include "base/buf.h"
#include "msg/clean.h"
#include "msg/header.h"

/* canon: the bytes that are hashed in the place of those that came (RFC 6376 section 3.4). */
enum canon {
	CANON_SIMPLE,
	CANON_RELAXED,
};

/* A field with its final CRLF (sections 3.4.1 and 3.4.2). */
void canon_header(struct buf *out, const struct header *h, enum canon how);
/* The signature's own field: the value of b= taken out, no final CRLF (section 3.7). */
void canon_signature(struct buf *out, const struct header *h, enum canon how);

/*
 * A body, in chunks (sections 3.4.3 and 3.4.4):
 *
 *	struct canon_body c = { .how = CANON_RELAXED };
 *	for each chunk: while (canon_body_next(&c, &chunk, &piece)) digest_add(d, piece);
 *	while (canon_body_last(&c, &piece)) digest_add(d, piece);
 *
 * The pieces joined are the canonical body, however the chunks were cut; each is a view into the
 * chunk, a constant, or lives until the next is asked for.  What may still turn out to be a trailing
 * blank or empty line is counted, not kept.
 */
struct canon_body {
	enum canon how;
	uint64_t lines; /* line ends that nothing followed yet */
	bool blank;     /* relaxed: blanks that nothing followed yet */
	bool cr;        /* a CR whose successor was not seen */
	bool some;      /* something was given out */
	bool ended;

	/* relaxed: bytes of which blanks were reduced, to be given out behind `lines` */
	char block[1 + CLEAN_BLOCK];
	size_t n;
	uint64_t behind; /* line ends that came after them */
};

bool canon_body_next(struct canon_body *c, struct str *chunk, struct str *piece);
bool canon_body_last(struct canon_body *c, struct str *piece);

#endif
