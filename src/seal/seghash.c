/* SPDX-License-Identifier: ISC */
#include "seal/seghash.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "seal/grammar.h"
#include "seal/merkle.h"

struct seghash {
	struct seed seed;
	uint64_t offset, left;      /* where the next segment begins; bytes this one wants yet */
	struct digest *d256, *d512; /* of this segment; NULL before the first */
	struct merkle tree256, tree512;
};

struct str
segment_label(char *out, uint64_t i, uint64_t offset, uint64_t length, struct str kind)
{
	struct buf b = BUF_MAX(SEGMENT_LABEL_MAX - 1);

	buf_printf(&b, "seg %llu %llu %llu ", (unsigned long long)i, (unsigned long long)offset,
	    (unsigned long long)length);
	buf_add(&b, str_head(kind, SEGMENT_KIND_MAX));
	memcpy(out, b.p, b.n);
	out[b.n] = '\0';
	buf_free(&b);
	return str_of(out);
}

struct seghash *
seghash_new(const struct seed *seed)
{
	struct seghash *s = calloc(1, sizeof *s);

	if (s == NULL)
		abort();
	if (seed != NULL)
		s->seed = *seed;
	s->tree256.alg = DIGEST_SHA256;
	s->tree512.alg = DIGEST_SHA512;
	return s;
}

void
seghash_free(struct seghash *s)
{
	if (s == NULL)
		return;
	digest_free(s->d256);
	digest_free(s->d512);
	free(s);
}

/* The segment is full: its commitments become leaves. */
static void
close_segment(struct seghash *s)
{
	uint8_t out[64];

	if (s->d256 == NULL)
		return;
	merkle_add(&s->tree256, str_bytes(out, digest_end(s->d256, out)));
	merkle_add(&s->tree512, str_bytes(out, digest_end(s->d512, out)));
	digest_free(s->d256);
	digest_free(s->d512);
	s->d256 = s->d512 = NULL;
}

static int
begin(struct seghash *s, uint64_t length, struct str kind, const struct hash *given, struct err *e)
{
	char text[SEGMENT_LABEL_MAX];
	struct str label;
	struct hash salt;

	if (s->left > 0)
		return err_set(e, ERR_SYNTAX, "segment %llu has too few bytes",
		    (unsigned long long)s->tree256.n);
	if (!grammar_is_kind(kind))
		return err_set(e, ERR_SYNTAX, "a segment's kind is 1 to 16 of a-z, 0-9 and -");
	close_segment(s);
	if (s->tree256.n == LIMIT_SEGMENTS || length > LIMIT_MESSAGE)
		return err_set(e, ERR_LIMIT, "more or larger segments than we take");
	label = segment_label(text, s->tree256.n, s->offset, length, kind);
	salt = given != NULL ? *given : commit_salt(&s->seed, label);
	s->d256 = digest_new(DIGEST_SHA256);
	s->d512 = digest_new(DIGEST_SHA512);
	commit_start(s->d256, label, salt, length);
	commit_start(s->d512, label, salt, length);
	s->offset += length;
	s->left = length;
	return 0;
}

int
seghash_begin(struct seghash *s, uint64_t length, struct str kind, struct err *e)
{
	return begin(s, length, kind, NULL, e);
}

int
seghash_begin_salted(
    struct seghash *s, uint64_t length, struct str kind, struct hash salt, struct err *e)
{
	return begin(s, length, kind, &salt, e);
}

size_t
seghash_add(struct seghash *s, struct str chunk)
{
	struct str piece = str_head(chunk, s->left < chunk.n ? (size_t)s->left : chunk.n);

	if (piece.n == 0)
		return 0;
	digest_add(s->d256, piece);
	digest_add(s->d512, piece);
	s->left -= piece.n;
	return piece.n;
}

int
seghash_end(struct seghash *s, struct segroots *roots, struct err *e)
{
	uint8_t out[64];

	if (s->left > 0)
		return err_set(e, ERR_SYNTAX, "the last segment has too few bytes");
	close_segment(s);
	roots->n = s->tree256.n;
	merkle_root(&s->tree256, out);
	memcpy(roots->root.b, out, sizeof roots->root.b);
	merkle_root(&s->tree512, out);
	memcpy(roots->root2.b, out, sizeof roots->root2.b);
	return 0;
}

bool
segroots_eq(const struct segroots *a, const struct segroots *b)
{
	return a->n == b->n && hash_eq(a->root, b->root) &&
	       memcmp(a->root2.b, b->root2.b, sizeof a->root2.b) == 0;
}
