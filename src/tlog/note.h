/* SPDX-License-Identifier: ISC */
#ifndef TLOG_NOTE_H
#define TLOG_NOTE_H

#include "base/buf.h"
#include "crypto/verify.h"

/*
 * note: text signed by one or more keys (C2SP signed-note): the text, an empty line, then lines
 * "— name base64(key ID || signature)".
 */
enum note_type {
	NOTE_ED25519 = 0x01,
	NOTE_COSIGNATURE = 0x04, /* C2SP tlog-cosignature, v1: Ed25519 with a time */
	NOTE_ML_DSA_44 = 0x06,   /* known by name and ID, not verified */
};

/* Who signs: name+ID+base64(type || public key). */
struct vkey {
	struct str name;
	uint32_t id;
	enum note_type type;
	uint8_t pub[32]; /* of Ed25519; zeros for NOTE_ML_DSA_44 */
};

/* SHA-256(name || LF || type || pub)[0:4], big-endian. */
uint32_t note_key_id(struct str name, enum note_type type, struct str pub);
/* Non-empty, at most LIMIT_KEY_NAME bytes of UTF-8, no space, no control, no "+". */
bool note_name_ok(struct str name);

/* 0 with a view of the name, or -1 on ERR_SYNTAX: also another type, or an ID not its key's. */
int vkey_parse(struct str text, struct vkey *k, struct err *e);
struct vkey vkey_make(struct str name, enum note_type type, const uint8_t pub[32]);
void vkey_add(struct buf *b, const struct vkey *k); /* the text of an Ed25519 one */

struct note {
	struct str text;  /* what is signed, to its final LF */
	struct str lines; /* the signature lines */
};

/*
 * Views, or -1: ERR_SYNTAX when it is none, ERR_LIMIT past LIMIT_NOTE or
 * LIMIT_NOTE_SIGNATURES.  Every line is well-formed afterwards; whether any is by a key that
 * somebody knows is note_signed_by's to say.
 */
int note_parse(struct str bytes, struct note *n, struct err *e);

struct note_line {
	struct str name;
	uint32_t id;
	struct str base64; /* of ID and signature */
};
/* Takes a line off n->lines: 1, 0 at the end, -1 on ERR_SYNTAX. */
int note_next(struct str *lines, struct note_line *l, struct err *e);

/*
 * Does this key sign the note?  1: it does, and *time_s (may be NULL) is when a cosigner says he
 * did (Unix seconds), 0 for others.  0: no line is by that name and ID, or the type is not
 * verified.  -1 with ERR_REFUSED: a line is, and is false: refuse the whole note.  -1 with
 * ERR_RETRY: an asynchronous back end was asked; run again.
 */
int note_signed_by(const struct note *n, const struct vkey *k, const struct crypto *c,
    int64_t *time_s, struct err *e);

/* What an Ed25519 key of that type signs: the text, or before it "cosignature/v1" and the time. */
void note_add_signed(struct buf *b, enum note_type type, int64_t time_s, struct str text);
/* The line; sig is the 64 bytes, or for a cosignature the u64 time and they. */
void note_add_line(struct buf *b, const struct vkey *k, struct str sig);

#endif
