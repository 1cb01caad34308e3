/* SPDX-License-Identifier: ISC */
#ifndef AUTH_FINDING_H
#define AUTH_FINDING_H

#include "auth/fields.h"
#include "auth/result.h"

/*
 * finding: what is odd about a message, one row each; the words are stable and documented in
 * mailseal-codes(7).
 */
enum finding_id {
	FINDING_BARE_LF,
	FINDING_BARE_CR,
	FINDING_NUL_BYTE,
	FINDING_BARE_LF_SEPARATOR,
	FINDING_EIGHT_BIT_HEADER,
	FINDING_MALFORMED_FIELD,
	FINDING_NO_SEPARATOR,
	FINDING_MISSING_FROM,
	FINDING_MISSING_DATE,
	/* a field that may be there once is there more often */
	FINDING_DUPLICATE_FIRST,
	FINDING_DUPLICATE_DATE = FINDING_DUPLICATE_FIRST,
	FINDING_DUPLICATE_FROM,
	FINDING_DUPLICATE_SENDER,
	FINDING_DUPLICATE_REPLY_TO,
	FINDING_DUPLICATE_TO,
	FINDING_DUPLICATE_CC,
	FINDING_DUPLICATE_MESSAGE_ID,
	FINDING_DUPLICATE_IN_REPLY_TO,
	FINDING_DUPLICATE_REFERENCES,
	FINDING_DUPLICATE_SUBJECT,
	FINDING_DUPLICATE_MIME_VERSION,
	FINDING_DUPLICATE_CONTENT_TYPE,
	FINDING_DUPLICATE_CONTENT_TRANSFER_ENCODING,
	FINDING_DUPLICATE_LAST = FINDING_DUPLICATE_CONTENT_TRANSFER_ENCODING,
	/* a signature binds fewer fields of a name than there are: which one is shown? */
	FINDING_AMBIGUOUS_FROM,
	FINDING_AMBIGUOUS_TO,
	FINDING_AMBIGUOUS_CC,
	FINDING_AMBIGUOUS_DATE,
	FINDING_AMBIGUOUS_SUBJECT,
	FINDING_AMBIGUOUS_MESSAGE_ID,
	FINDING_AMBIGUOUS_REPLY_TO,
	FINDING_AMBIGUOUS_IN_REPLY_TO,
	/* the sender's own signature holds, and names none of these */
	FINDING_UNSIGNED_TO,
	FINDING_UNSIGNED_CC,
	FINDING_UNSIGNED_DATE,
	FINDING_UNSIGNED_SUBJECT,
	FINDING_UNSIGNED_MESSAGE_ID,
	FINDING_UNSIGNED_REPLY_TO,
	FINDING_UNSIGNED_IN_REPLY_TO,
	FINDING_UNSIGNED_CONTENT_TYPE,
	FINDING_UNSIGNED_MIME_VERSION,
	FINDING_UNSIGNED_CONTENT_TRANSFER_ENCODING,
	FINDING_ADDED_ABOVE,
	FINDING_DATE_FAR_OFF,
	FINDING_NO_AUTHOR_ADDRESS,
	FINDING_SEVERAL_FROM_ADDRESSES,
	FINDING_DISPLAY_NAME_ADDRESS,
	FINDING_DISPLAY_NAME_DOMAIN,
	FINDING_HIDDEN_CHARACTERS,
	FINDING_MIXED_SCRIPTS,
	FINDING_LOOK_ALIKE_DOMAIN,
	FINDING_RECIPIENTS_CHANGED,
	FINDING_RECIPIENT_DOMAIN,
	FINDING_SHORT_KEY,
	/* in the order of enum mime_oddity */
	FINDING_DUPLICATE_BOUNDARY,
	FINDING_NESTED_BOUNDARY,
	FINDING_MISSING_BOUNDARY,
	FINDING_BOUNDARY_IN_PIECES,
	FINDING_HIDDEN_PART,
	FINDING_DUPLICATE_PART_FIELD,
	FINDING_UNCLOSED_MULTIPART,
	FINDING_ENCODED_MULTIPART,
	FINDING_LIMIT_PARTS,
	FINDING_UNKNOWN_ENCODING,
	FINDING_OPAQUE_CHARSET,
	FINDING_FILE_NAME_DIFFERS,
	FINDING_UUENCODED_FILE,
	FINDING_PARTIAL_MESSAGE,
	FINDING_DYNAMIC_PART,
	FINDING_CLOUD_ATTACHMENT,
	FINDING_WINMAIL_DAT,
	FINDING_ENCRYPTED_PART,
	FINDING_SMIME_SIGNED,
	FINDING_BODY_PARTLY_SIGNED,
	FINDING_BODY_INTERPRETATION,
	FINDING_FROM_UNALIGNED,
	FINDING_DMARC_TREE_WALK_DIFFERS,
	FINDING_RESULTS_CONTRADICTED,
	FINDING_NOT_RECEIVED, /* only of what was filed */
	/* ours */
	FINDING_LIMIT_HEADER,
	FINDING_LIMIT_SIGNATURES,
	FINDING_LIMIT_SEGMENTS,
	FINDING_LIMIT_TESTIMONY,
	FINDINGS,
};

extern const struct finding finding_rows[FINDINGS];

/* Of a message on which the examination died each time: this instead of any result. */
extern const struct finding finding_unexaminable;
extern const struct arc_result result_unexaminable;

struct findings {
	bool is[FINDINGS];
};

/* What can be seen byte by byte, in chunks. */
struct scan {
	char last;
	enum {
		SCAN_WITHIN, /* a line; or at the beginning of all */
		SCAN_CRLF, /* behind the end of a line, a CR of which nothing is known yet aside */
		SCAN_BARE, /* behind one that is a bare CR or LF */
	} ended;
};
void scan_add(struct scan *s, struct str chunk, bool header, struct findings *found);
void scan_end(const struct scan *s, struct findings *found);

/* What the fields show: RFC 5322 section 3.6. */
void findings_of_fields(const struct fields *f, struct findings *found);

/* Those that are, in the order of the rows; NULL when the arena is full. */
const struct finding *findings_list(struct arena *a, const struct findings *found, size_t *n);

#endif
