/* SPDX-License-Identifier: ISC */
#ifndef SEAL_EXAMINATION_H
#define SEAL_EXAMINATION_H

#include "auth/result.h"
#include "seal/record.h"
#include "seal/values.h"

/*
 * examination: what the checker found, on its way into a record.  The checker reads hostile mail
 * and holds nothing; it sends lines (mailseal-record(5), "examination lines").  The keeper takes
 * only what this grammar allows and makes the record's body of it; it parses no mail.
 */

/* The checker's side: adds the lines of x to out (BUF_MAX(LIMIT_EXAMINATION_LINES)). */
void examination_write(struct buf *out, const struct examination *x);

/* The lines for a message on which the checker died each time: one segment, one finding. */
void examination_unexaminable(struct buf *out, uint64_t size);

/* The keeper's side: lines that were read and found good, as views into their text. */
struct examination_lines {
	struct str text;
	size_t n_segments, n_keys, n_dkim, n_sets;
	bool complete;
};

/*
 * size: of the message, bytes.  ev: the answers that were handed out, in their order; names and
 * hashes are looked at, packets are not.  0, or -1 with ERR_SYNTAX or ERR_LIMIT: a line the
 * grammar does not know, segments that do not tile the message, an index without its thing, a
 * packet that was not handed out.
 */
int examination_read(struct str text, uint64_t size, const struct evidence *ev,
    struct examination_lines *lines, struct err *e);

struct segment_line {
	uint64_t offset, length;
	struct str kind;
};

struct key_line {
	struct hash packet, value;
	struct str algorithm; /* "rsa", "ed25519", "-": none that we compute */
	uint64_t bits;
	const struct dns_answer *answer; /* into ev: its name is the key's owner */
};

/* Begin with *rest = lines->text; false at the end. */
bool examination_segment(struct str *rest, struct segment_line *s);
bool examination_key(struct str *rest, const struct evidence *ev, struct key_line *k);

/* Added to out: the domain of From, or nothing (auth/sender.h). */
void examination_sender(struct str lines, struct buf *out);
/* Added to out: a signature's domain, selector or identity (`what`); of: "dkim", "ams", "seal". */
void examination_value(
    struct str lines, const char *of, struct str number, const char *what, struct buf *out);

/* What the keeper adds to the lines. */
struct examination_about {
	uint64_t of;                   /* seq of the message's record */
	struct hash message_record;    /* its hash */
	uint64_t as_of;                /* Unix seconds: the time of arrival given to the checker */
	struct segroots segments;      /* of the fine segments, with this record's salts */
	const struct evidence *ev;     /* as for examination_read */
	const struct hash *key_record; /* for each key line, the hash of its `key` record */
	struct salter *salter;         /* of this record; the salts after those of its segments */
};

/*
 * The record's body to `body` (for record_write), the value lines for its object to `values`
 * (BUF_MAX(LIMIT_VALUES)).  lines come from examination_read.  -1 with ERR_LIMIT, or with
 * ERR_SYNTAX when the salter has no salt for a value.
 */
int examination_record(struct buf *body, struct buf *values, const struct examination_lines *lines,
    const struct examination_about *about, struct err *e);

#endif
