/* SPDX-License-Identifier: ISC */
#ifndef MSG_MIME_H
#define MSG_MIME_H

#include "base/buf.h"
#include "base/limits.h"

/*
 * mime: where the parts of a body lie (RFC 2046 section 5.1), in chunks and by raw bytes:
 * nothing is decoded.  A leaf is the content of a part that is no multipart itself, without the
 * CR LF before the next delimiter; what is not in a leaf (delimiters, headers of parts, preambles)
 * is a gap.  Leaves and gaps in order are the body.
 *
 *	mime_start(&m, content_type);
 *	for each chunk: while (mime_next(&m, &chunk, &part)) ...
 *	while (mime_last(&m, &part)) ...
 *	mime_free(&m);
 */
enum mime_mode {
	MIME_BETWEEN, /* preamble or epilogue */
	MIME_HEADER,  /* of a part */
	MIME_LEAF,
};

/* What lets two readers of the same bytes see other parts. */
enum mime_oddity {
	MIME_BOUNDARY_TWICE,  /* a Content-Type with more than one boundary */
	MIME_BOUNDARY_NESTED, /* one that begins as that of a multipart around it, or the reverse */
	MIME_BOUNDARY_MISSING,   /* a multipart without a boundary that can be used */
	MIME_BOUNDARY_IN_PIECES, /* one of RFC 2231, which not every reader knows */
	MIME_PART_HIDDEN,        /* a Content-Type in a preamble or epilogue, which nobody shows */
	MIME_FIELD_TWICE,        /* a part with two Content-Type, or Content-Transfer-Encoding */
	MIME_UNCLOSED, /* a multipart that ends with one around it, or, after mime_last, with all */
	MIME_ENCODED, /* a multipart said to be in base64 or the like, which RFC 2045 6.4 forbids */
	MIME_LIMIT,   /* multiparts below LIMIT_MIME_DEPTH, headers and lines not looked into, or
	                  all that comes after LIMIT_MIME_WORK: it is one leaf */
	MIME_ODDITIES,
};

/* What a header says of the content below it; of several fields the first, empty without. */
struct mime_about {
	struct str type, encoding, disposition; /* bodies of the fields, as they are */
};

struct mime {
	struct mime_about about; /* of the leaf we are in; views that live as long as it lasts */
	bool odd[MIME_ODDITIES];
	enum mime_mode mode;
	struct str boundary[LIMIT_MIME_DEPTH]; /* of the multiparts we are in; views into names */
	size_t depth;
	char names[LIMIT_MIME_DEPTH][LIMIT_BOUNDARY];
	uint64_t part_n; /* bytes of the leaf or gap before the current line */
	uint64_t line_n; /* bytes of the current line; not of a dull one, which are the part's */
	uint64_t work;   /* see LIMIT_MIME_WORK */
	bool dull;       /* in a line that no matter how it goes on is no delimiter */
	bool cr;         /* the last byte was a CR */
	struct buf line; /* the beginning of the current line */
	struct buf header;
};

struct mime_part {
	uint64_t n; /* bytes; leaves may have none */
	bool leaf;
};

/* content_type: the field's body, or the empty view. */
void mime_start(struct mime *m, struct str content_type);
void mime_free(struct mime *m);

/* Takes the whole chunk off, piece by piece: true each time a leaf or gap has ended. */
bool mime_next(struct mime *m, struct str *chunk, struct mime_part *part);
bool mime_last(struct mime *m, struct mime_part *part);

/* The words of a media type, comments and blanks passed over (RFC 2045 section 5.1). */
struct mime_type {
	struct str type, subtype; /* as written, perhaps empty */
};
struct mime_type mime_type(struct str field);
/* Is that a multipart whose encoding would change its bytes? */
bool mime_is_encoded(const struct mime_about *about);

/*
 * The boundary parameter of a multipart, unquoted, into name; its length, or 0 when the type is
 * no multipart, or has no boundary of up to LIMIT_BOUNDARY bytes.
 */
size_t mime_boundary(struct str content_type, char name[LIMIT_BOUNDARY]);

#endif
