/* SPDX-License-Identifier: ISC */
#ifndef SEAL_SEGHASH_H
#define SEAL_SEGHASH_H

#include "base/buf.h"
#include "seal/commit.h"

/*
 * seghash: the roots over the segments of a message (FORMATS section 2), streaming.  A segment's
 * leaf is the commitment to its bytes under the label `seg <i> <offset> <length> <kind>`: so the
 * length must be known before its bytes come.  Segments come in order and tile the message.
 *
 *	s = seghash_new(&seed);
 *	for each segment:
 *		seghash_begin(s, length, kind, e), then seghash_add(s, chunk) until it is full
 *	seghash_end(s, &roots, e);
 */
struct seghash;

struct segroots {
	uint64_t n;           /* segments */
	struct hash root;     /* RFC 6962 root over the leaves, SHA-256 in commitment and tree */
	struct hash512 root2; /* the same with SHA-512, the salts being the same */
};

enum {
	SEGMENT_LABEL_MAX = 96, /* the longest label, its NUL included */
	SEGMENT_KIND_MAX = 16,  /* characters of a kind: lower-case letters, digits, "-" */
};

/* The label of segment i; out takes SEGMENT_LABEL_MAX and is returned as a view. */
struct str segment_label(char *out, uint64_t i, uint64_t offset, uint64_t length, struct str kind);

struct seghash *seghash_new(const struct seed *seed); /* seed may be NULL: see below */
void seghash_free(struct seghash *s);

/*
 * The next segment, `length` bytes from where the last one ended.  Returns 0, or -1 with
 * ERR_SYNTAX when the last one is not full or the kind is none, ERR_LIMIT past LIMIT_SEGMENTS.
 * seghash_begin_salted is for who was given the salts, not the seed.
 */
int seghash_begin(struct seghash *s, uint64_t length, struct str kind, struct err *e);
int seghash_begin_salted(
    struct seghash *s, uint64_t length, struct str kind, struct hash salt, struct err *e);

/* Bytes of this segment.  Returns how many were taken: fewer than came when it is full. */
size_t seghash_add(struct seghash *s, struct str chunk);

/* Once, after the last.  -1 with ERR_SYNTAX when that is not full. */
int seghash_end(struct seghash *s, struct segroots *roots, struct err *e);

bool segroots_eq(const struct segroots *a, const struct segroots *b);

#endif
