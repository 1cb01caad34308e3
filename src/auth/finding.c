/* SPDX-License-Identifier: ISC */
#include "auth/finding.h"

#include <string.h>

#include "msg/clean.h"

const struct finding finding_rows[FINDINGS] = {
	[FINDING_BARE_LF] = { "bare-lf", "RFC 5322 section 2.3", "weakens" },
	[FINDING_BARE_CR] = { "bare-cr", "RFC 5322 section 2.3", "weakens" },
	[FINDING_NUL_BYTE] = { "nul-byte", "RFC 5322 section 2.2", "weakens" },
	[FINDING_BARE_LF_SEPARATOR] = { "bare-lf-separator", "RFC 5322 section 2.1", "weakens" },
	[FINDING_EIGHT_BIT_HEADER] = { "eight-bit-header", "RFC 6532 section 3.2", "note" },
	[FINDING_MALFORMED_FIELD] = { "malformed-field", "RFC 5322 section 2.2", "weakens" },
	[FINDING_NO_SEPARATOR] = { "no-separator", "RFC 5322 section 2.1", "note" },
	[FINDING_MISSING_FROM] = { "missing-from", "RFC 5322 section 3.6", "weakens" },
	[FINDING_MISSING_DATE] = { "missing-date", "RFC 5322 section 3.6", "note" },
	[FINDING_DUPLICATE_DATE] = { "duplicate-date", "RFC 5322 section 3.6", "weakens" },
	[FINDING_DUPLICATE_FROM] = { "duplicate-from", "RFC 5322 section 3.6", "weakens" },
	[FINDING_DUPLICATE_SENDER] = { "duplicate-sender", "RFC 5322 section 3.6", "weakens" },
	[FINDING_DUPLICATE_REPLY_TO] = { "duplicate-reply-to", "RFC 5322 section 3.6", "weakens" },
	[FINDING_DUPLICATE_TO] = { "duplicate-to", "RFC 5322 section 3.6", "weakens" },
	[FINDING_DUPLICATE_CC] = { "duplicate-cc", "RFC 5322 section 3.6", "weakens" },
	[FINDING_DUPLICATE_MESSAGE_ID] = { "duplicate-message-id", "RFC 5322 section 3.6",
	    "weakens" },
	[FINDING_DUPLICATE_IN_REPLY_TO] = { "duplicate-in-reply-to", "RFC 5322 section 3.6",
	    "weakens" },
	[FINDING_DUPLICATE_REFERENCES] = { "duplicate-references", "RFC 5322 section 3.6", "note" },
	[FINDING_DUPLICATE_SUBJECT] = { "duplicate-subject", "RFC 5322 section 3.6", "weakens" },
	[FINDING_DUPLICATE_MIME_VERSION] = { "duplicate-mime-version", "RFC 2045 section 4",
	    "weakens" },
	[FINDING_DUPLICATE_CONTENT_TYPE] = { "duplicate-content-type", "RFC 2045 section 5",
	    "weakens" },
	[FINDING_DUPLICATE_CONTENT_TRANSFER_ENCODING] = { "duplicate-content-transfer-encoding",
	    "RFC 2045 section 6", "weakens" },
	[FINDING_AMBIGUOUS_FROM] = { "ambiguous-from", "RFC 6376 section 5.4.2", "weakens" },
	[FINDING_AMBIGUOUS_TO] = { "ambiguous-to", "RFC 6376 section 5.4.2", "weakens" },
	[FINDING_AMBIGUOUS_CC] = { "ambiguous-cc", "RFC 6376 section 5.4.2", "weakens" },
	[FINDING_AMBIGUOUS_DATE] = { "ambiguous-date", "RFC 6376 section 5.4.2", "weakens" },
	[FINDING_AMBIGUOUS_SUBJECT] = { "ambiguous-subject", "RFC 6376 section 5.4.2", "weakens" },
	[FINDING_AMBIGUOUS_MESSAGE_ID] = { "ambiguous-message-id", "RFC 6376 section 5.4.2",
	    "weakens" },
	[FINDING_AMBIGUOUS_REPLY_TO] = { "ambiguous-reply-to", "RFC 6376 section 5.4.2",
	    "weakens" },
	[FINDING_AMBIGUOUS_IN_REPLY_TO] = { "ambiguous-in-reply-to", "RFC 6376 section 5.4.2",
	    "weakens" },
	[FINDING_UNSIGNED_TO] = { "unsigned-to", "RFC 6376 section 5.4.1", "weakens" },
	[FINDING_UNSIGNED_CC] = { "unsigned-cc", "RFC 6376 section 5.4.1", "weakens" },
	[FINDING_UNSIGNED_DATE] = { "unsigned-date", "RFC 6376 section 5.4.1", "weakens" },
	[FINDING_UNSIGNED_SUBJECT] = { "unsigned-subject", "RFC 6376 section 5.4.1", "weakens" },
	[FINDING_UNSIGNED_MESSAGE_ID] = { "unsigned-message-id", "RFC 6376 section 5.4.1", "note" },
	[FINDING_UNSIGNED_REPLY_TO] = { "unsigned-reply-to", "RFC 6376 section 5.4.1", "weakens" },
	[FINDING_UNSIGNED_IN_REPLY_TO] = { "unsigned-in-reply-to", "RFC 6376 section 5.4.1",
	    "note" },
	[FINDING_UNSIGNED_CONTENT_TYPE] = { "unsigned-content-type", "RFC 6376 section 5.4.1",
	    "note" },
	[FINDING_UNSIGNED_MIME_VERSION] = { "unsigned-mime-version", "RFC 6376 section 5.4.1",
	    "note" },
	[FINDING_UNSIGNED_CONTENT_TRANSFER_ENCODING] = { "unsigned-content-transfer-encoding",
	    "RFC 6376 section 5.4.1", "note" },
	[FINDING_ADDED_ABOVE] = { "added-above", "RFC 6376 section 5.6", "weakens" },
	[FINDING_DATE_FAR_OFF] = { "date-far-off", "RFC 5322 section 3.6.1", "weakens" },
	[FINDING_NO_AUTHOR_ADDRESS] = { "no-author-address", "RFC 5322 section 3.6.2", "weakens" },
	[FINDING_SEVERAL_FROM_ADDRESSES] = { "several-from-addresses", "RFC 5322 section 3.6.2",
	    "weakens" },
	[FINDING_DISPLAY_NAME_ADDRESS] = { "display-name-address", "RFC 7489 section 12.4",
	    "weakens" },
	[FINDING_DISPLAY_NAME_DOMAIN] = { "display-name-domain", "RFC 7489 section 12.4", "note" },
	[FINDING_HIDDEN_CHARACTERS] = { "hidden-characters", "RFC 5322 section 2.2", "weakens" },
	[FINDING_MIXED_SCRIPTS] = { "mixed-scripts", "RFC 5890 section 4.4", "weakens" },
	[FINDING_LOOK_ALIKE_DOMAIN] = { "look-alike-domain", "RFC 5890 section 4.4", "weakens" },
	[FINDING_RECIPIENTS_CHANGED] = { "recipients-changed", "RFC 6376 section 8.15", "weakens" },
	[FINDING_RECIPIENT_DOMAIN] = { "recipient-domain", "RFC 6376 section 8.6", "note" },
	[FINDING_SHORT_KEY] = { "short-key", "RFC 8301 section 3.2", "note" },
	[FINDING_DUPLICATE_BOUNDARY] = { "duplicate-boundary", "RFC 2045 section 5", "weakens" },
	[FINDING_NESTED_BOUNDARY] = { "nested-boundary", "RFC 2046 section 5.1.2", "weakens" },
	[FINDING_MISSING_BOUNDARY] = { "missing-boundary", "RFC 2046 section 5.1.1", "weakens" },
	[FINDING_BOUNDARY_IN_PIECES] = { "boundary-in-pieces", "RFC 2231 section 3", "weakens" },
	[FINDING_HIDDEN_PART] = { "hidden-part", "RFC 2046 section 5.1.1", "weakens" },
	[FINDING_DUPLICATE_PART_FIELD] = { "duplicate-part-field", "RFC 2045 section 3",
	    "weakens" },
	[FINDING_UNCLOSED_MULTIPART] = { "unclosed-multipart", "RFC 2046 section 5.1.1", "note" },
	[FINDING_LIMIT_PARTS] = { "limit-parts", "RFC 2046 section 5.1", "weakens" },
	[FINDING_ENCODED_MULTIPART] = { "encoded-multipart", "RFC 2045 section 6.4", "weakens" },
	[FINDING_UNKNOWN_ENCODING] = { "unknown-encoding", "RFC 2045 section 6.4", "weakens" },
	[FINDING_OPAQUE_CHARSET] = { "opaque-charset", "RFC 2046 section 4.1.2", "weakens" },
	[FINDING_FILE_NAME_DIFFERS] = { "file-name-differs", "RFC 2183 section 2.3", "weakens" },
	[FINDING_UUENCODED_FILE] = { "uuencoded-file", "RFC 2045 section 6.3", "note" },
	[FINDING_PARTIAL_MESSAGE] = { "partial-message", "RFC 2046 section 5.2.2", "note" },
	[FINDING_DYNAMIC_PART] = { "dynamic-part", "RFC 2046 section 5.1.4", "note" },
	[FINDING_CLOUD_ATTACHMENT] = { "cloud-attachment", "RFC 2046 section 5.2.3", "note" },
	[FINDING_WINMAIL_DAT] = { "winmail-dat", "RFC 2046 section 4.5.1", "note" },
	[FINDING_ENCRYPTED_PART] = { "encrypted-part", "RFC 8551 section 3.3", "note" },
	[FINDING_SMIME_SIGNED] = { "smime-signed", "RFC 8551 section 3.5", "note" },
	[FINDING_BODY_PARTLY_SIGNED] = { "body-partly-signed", "RFC 6376 section 8.2", "weakens" },
	[FINDING_BODY_INTERPRETATION] = { "body-interpretation", "RFC 6376 section 8.1",
	    "weakens" },
	[FINDING_FROM_UNALIGNED] = { "from-unaligned", "RFC 7489 section 3.1.1", "weakens" },
	[FINDING_DMARC_TREE_WALK_DIFFERS] = { "dmarc-tree-walk-differs", "RFC 9989 section 4.10",
	    "weakens" },
	[FINDING_RESULTS_CONTRADICTED] = { "authentication-results-contradicted",
	    "RFC 8601 section 7.1", "weakens" },
	[FINDING_NOT_RECEIVED] = { "not-received-by-provider", "RFC 5321 section 4.4", "weakens" },
	[FINDING_LIMIT_HEADER] = { "limit-header", "RFC 5322 section 2.1.1", "breaks" },
	[FINDING_LIMIT_SIGNATURES] = { "limit-signatures", "RFC 6376 section 6.1", "weakens" },
	[FINDING_LIMIT_SEGMENTS] = { "limit-segments", "RFC 5322 section 2.1", "note" },
	[FINDING_LIMIT_TESTIMONY] = { "limit-testimony", "RFC 8601 section 7.1", "note" },
};

const struct finding finding_unexaminable = { "unexaminable", "mailseal-record(5)", "breaks" };
const struct arc_result result_unexaminable = {
	.result = RESULT_NONE,
	.code = "unexaminable",
	.oldest_pass = -1,
	.reason = "mailseal-record(5): the examination died of this message",
};

/* An end of line that is no CR LF.  When nothing stands in the line, some readers begin the body. */
static void
end_bare(struct scan *s, bool header, enum finding_id id, struct findings *found)
{
	if (header && s->ended != SCAN_WITHIN)
		found->is[FINDING_BARE_LF_SEPARATOR] = true;
	if (id == FINDING_BARE_CR || !header || s->last != '\n')
		found->is[id] = true;
	s->ended = SCAN_BARE;
}

static void
scan_byte(struct scan *s, char c, bool header, struct findings *found)
{
	if (s->last == '\r' && c != '\n')
		end_bare(s, header, FINDING_BARE_CR, found);
	if (c == '\n' && s->last != '\r') {
		end_bare(s, header, FINDING_BARE_LF, found);
	} else if (c == '\n') {
		if (header && s->ended == SCAN_BARE)
			found->is[FINDING_BARE_LF_SEPARATOR] = true;
		s->ended = SCAN_CRLF;
	} else if (c != '\r') {
		s->ended = SCAN_WITHIN;
	}
	if (c == '\0')
		found->is[FINDING_NUL_BYTE] = true;
	if (header && (unsigned char)c > 127)
		found->is[FINDING_EIGHT_BIT_HEADER] = true;
	s->last = c;
}

/* The state at p, behind bytes that are in order. */
static void
skip_to(struct scan *s, const char *p)
{
	bool ended = p[0] == '\n' || (p[0] == '\r' && p[-1] == '\n');

	s->last = p[0];
	s->ended = ended ? SCAN_CRLF : SCAN_WITHIN;
}

static void
scan_body(struct scan *s, struct str chunk, struct findings *found)
{
	struct clean_odd odd = clean_odd(chunk);

	scan_byte(s, chunk.p[0], false, found);
	found->is[FINDING_BARE_CR] |= odd.cr;
	found->is[FINDING_BARE_LF] |= odd.lf;
	found->is[FINDING_NUL_BYTE] |= odd.nul;
	s->last = chunk.p[chunk.n - 1];
}

/* Of a header byte by byte only where something is odd: there it matters which line it is in. */
static void
scan_header(struct scan *s, struct str chunk, struct findings *found)
{
	while (chunk.n > 0) {
		struct str odd = str_head(chunk, CLEAN_BLOCK);
		size_t clean;

		for (size_t i = 0; i < odd.n; i++)
			scan_byte(s, odd.p[i], true, found);
		chunk = str_from(chunk, odd.n - 1);
		clean = s->ended == SCAN_BARE ? 0 : clean_lines(chunk, true);
		chunk = str_from(chunk, clean);
		if (clean > 0)
			skip_to(s, chunk.p);
		chunk = str_from(chunk, 1);
	}
}

void
scan_add(struct scan *s, struct str chunk, bool header, struct findings *found)
{
	if (header)
		scan_header(s, chunk, found);
	else if (chunk.n > 0)
		scan_body(s, chunk, found);
}

void
scan_end(const struct scan *s, struct findings *found)
{
	if (s->last == '\r')
		found->is[FINDING_BARE_CR] = true;
}

void
findings_of_fields(const struct fields *f, struct findings *found)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (f->field[i].name.n == 0)
			found->is[FINDING_MALFORMED_FIELD] = true;
	found->is[FINDING_NO_SEPARATOR] = !f->separated;
	found->is[FINDING_MISSING_FROM] = fields_count(f, STR("from")) == 0;
	found->is[FINDING_MISSING_DATE] = fields_count(f, STR("date")) == 0;
	for (int id = FINDING_DUPLICATE_FIRST; id <= FINDING_DUPLICATE_LAST; id++) {
		struct str name = str_of(finding_rows[id].code + strlen("duplicate-"));

		found->is[id] = fields_count(f, name) > 1;
	}
}

const struct finding *
findings_list(struct arena *a, const struct findings *found, size_t *n)
{
	struct finding *list = arena_array(a, FINDINGS, sizeof *list);

	*n = 0;
	for (int id = 0; id < FINDINGS && list != NULL; id++)
		if (found->is[id])
			list[(*n)++] = finding_rows[id];
	return list;
}
