/* SPDX-License-Identifier: ISC */
#ifndef MSG_PARTS_H
#define MSG_PARTS_H

#include "msg/mime.h"

/*
 * parts: the leaves of a message with what is said of them (RFC 2045, RFC 2183), for showing them.
 * Which bytes are a leaf is msg/mime.h's to say.  Views into the message.
 */
struct part {
	struct str header;      /* its fields; of a message without parts, the message's */
	struct str content;     /* as it was transported */
	struct str type;        /* body of Content-Type; empty: text/plain (RFC 2045 5.2) */
	struct str encoding;    /* body of Content-Transfer-Encoding */
	struct str disposition; /* body of Content-Disposition */
};

struct parts {
	struct str header, gap, rest; /* of the message; before the leaf; to come */
	struct mime mime;
	struct str chunk;
	bool single; /* no multipart */
};

void parts_start(struct parts *p, struct str message);
bool parts_next(struct parts *p, struct part *part);
void parts_end(struct parts *p);

/* The body of the first field of that name; empty when there is none. */
struct str parts_field(struct str header, const char *name);
/* "text/plain" of "text/plain; charset=utf-8". */
struct str parts_media_type(const struct part *p);
bool parts_is_attachment(const struct part *p);
/* Its file name, decoded, to out; nothing when it has none. */
void parts_name(const struct part *p, struct buf *out);
/* Its text, decoded, as UTF-8. */
void parts_text(const struct part *p, struct buf *out);

#endif
