/* SPDX-License-Identifier: ISC */
#ifndef AUTH_CONTENT_H
#define AUTH_CONTENT_H

#include "auth/finding.h"
#include "msg/mime.h"

/*
 * content: what of the leaves of a body is not what a reader takes for the mail: it lies behind a
 * link, or in a wrapping that others must open.  Of text only the beginning is kept and decoded,
 * LIMIT_LINK_PART of a leaf, LIMIT_LINK_TEXT of a message.  An attached message is one leaf, for it is
 * one segment of what was sealed, and is not looked into: what is odd in it is odd of another message.
 *
 *	content_begin(&c, about the leaf, found);
 *	for each chunk of it: content_add(&c, chunk);
 *	content_end(&c, its length, found);
 */
struct content {
	struct buf
	    text; /* of the current leaf, as transported; what is not looked at is not kept */
	bool base64, quoted_printable, looked_at;
	uint64_t spent;
};

struct content content_start(void);
void content_free(struct content *c);

/* about: what the header of the part says, or of the message; no view of it is kept. */
void content_begin(struct content *c, const struct mime_about *about, struct findings *found);
/* May bring some bytes more than the leaf has: those of a delimiter. */
void content_add(struct content *c, struct str chunk);
void content_end(struct content *c, uint64_t length, struct findings *found);

#endif
