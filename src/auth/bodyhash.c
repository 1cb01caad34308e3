/* SPDX-License-Identifier: ISC */
#include "auth/bodyhash.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/*
 * One running hash per canonicalisation and algorithm; where an l= ends, a copy of it is ended.
 * So a hundred different l= cost one hash of the body.  Small pieces are gathered: a body can be
 * made of pieces of one byte, and a call of the hash costs more than they do.
 */
enum {
	BLOCK = 4096,
};

struct running {
	struct digest *d; /* NULL: nobody asked */
	uint64_t stop;    /* the smallest l= still ahead */
	char *block;
	size_t n; /* bytes in it, which d has not seen */
};

struct wish {
	enum canon how;
	enum digest_alg alg;
	uint64_t limit;
	uint8_t hash[64];
	size_t n; /* 0 until known */
};

enum {
	CANONS = CANON_RELAXED + 1,
	ALGS = DIGEST_SHA512 + 1,
};

struct bodyhash {
	struct canon_body canon[CANONS];
	uint64_t size[CANONS];
	struct running running[CANONS][ALGS];
	struct digest *whole; /* while a chunk goes through */
	struct str behind;    /* of the chunk: what whole has not seen */
	struct wish wish[LIMIT_BODY_HASHES];
	int n;
};

struct bodyhash *
bodyhash_new(void)
{
	struct bodyhash *b = calloc(1, sizeof *b);

	if (b == NULL)
		abort();
	for (int how = 0; how < CANONS; how++)
		b->canon[how].how = (enum canon)how;
	return b;
}

void
bodyhash_free(struct bodyhash *b)
{
	if (b == NULL)
		return;
	for (int how = 0; how < CANONS; how++)
		for (int alg = 0; alg < ALGS; alg++) {
			digest_free(b->running[how][alg].d);
			free(b->running[how][alg].block);
		}
	free(b);
}

static void
start(struct running *r, enum digest_alg alg, uint64_t limit)
{
	*r = (struct running){ .d = digest_new(alg), .stop = limit, .block = malloc(BLOCK) };
	if (r->block == NULL)
		abort();
}

int
bodyhash_want(struct bodyhash *b, enum canon how, enum digest_alg alg, uint64_t limit)
{
	struct running *r = &b->running[how][alg];

	for (int i = 0; i < b->n; i++)
		if (b->wish[i].how == how && b->wish[i].alg == alg && b->wish[i].limit == limit)
			return i;
	if (b->n == LIMIT_BODY_HASHES)
		return -1;
	if (r->d == NULL)
		start(r, alg, limit);
	if (limit < r->stop)
		r->stop = limit;
	b->wish[b->n] = (struct wish){ .how = how, .alg = alg, .limit = limit };
	return b->n++;
}

/* As many of the chunk's own bytes go along. */
static void
hash(struct bodyhash *b, struct running *r, struct str bytes)
{
	struct str beside = str_head(b->behind, bytes.n);

	b->behind = str_from(b->behind, beside.n);
	if (beside.n == 0)
		digest_add(r->d, bytes);
	else
		digest_add_two(r->d, bytes, b->whole, beside);
}

static void
flush(struct bodyhash *b, struct running *r)
{
	hash(b, r, str_bytes(r->block, r->n));
	r->n = 0;
}

static void
feed(struct bodyhash *b, struct running *r, struct str piece)
{
	if (r->n + piece.n > BLOCK)
		flush(b, r);
	if (piece.n > BLOCK / 2) {
		flush(b, r);
		hash(b, r, piece);
		return;
	}
	memcpy(r->block + r->n, piece.p, piece.n);
	r->n += piece.n;
}

/* The first `size` bytes are hashed: end a copy for who wanted these, look for the next stop. */
static void
at_stop(struct bodyhash *b, enum canon how, enum digest_alg alg, uint64_t size)
{
	struct running *r = &b->running[how][alg];

	flush(b, r);
	r->stop = BODYHASH_ALL;
	for (int i = 0; i < b->n; i++) {
		struct wish *w = &b->wish[i];

		if (w->how != how || w->alg != alg || w->n > 0)
			continue;
		if (w->limit == size) {
			struct digest *copy = digest_copy(r->d);

			w->n = digest_end(copy, w->hash);
			digest_free(copy);
		} else if (w->limit < r->stop) {
			r->stop = w->limit;
		}
	}
}

static void
hash_piece(struct bodyhash *b, enum canon how, enum digest_alg alg, struct str piece)
{
	struct running *r = &b->running[how][alg];
	uint64_t size = b->size[how];

	while (piece.n > r->stop - size) {
		size_t n = (size_t)(r->stop - size);

		feed(b, r, str_head(piece, n));
		piece = str_from(piece, n);
		size += n;
		at_stop(b, how, alg, size);
	}
	feed(b, r, piece);
}

static void
add_piece(struct bodyhash *b, enum canon how, struct str piece)
{
	for (int alg = 0; alg < ALGS; alg++)
		if (b->running[how][alg].d != NULL)
			hash_piece(b, how, (enum digest_alg)alg, piece);
	b->size[how] += piece.n;
}

static bool
is_asked(const struct bodyhash *b, enum canon how)
{
	for (int alg = 0; alg < ALGS; alg++)
		if (b->running[how][alg].d != NULL)
			return true;
	return false;
}

void
bodyhash_add(struct bodyhash *b, struct str chunk, struct digest *whole)
{
	b->whole = whole;
	b->behind = whole == NULL ? (struct str){ NULL, 0 } : chunk;
	for (int how = 0; how < CANONS; how++) {
		struct str rest = chunk, piece;

		while (
		    is_asked(b, (enum canon)how) && canon_body_next(&b->canon[how], &rest, &piece))
			add_piece(b, (enum canon)how, piece);
	}
	if (b->behind.n > 0)
		digest_add(whole, b->behind);
	b->behind = (struct str){ NULL, 0 };
}

/* Who wanted more than there is gets all of it: that l= is too large is for the caller to say. */
static void
end_wish(struct bodyhash *b, struct wish *w)
{
	struct digest *copy;

	if (w->n > 0)
		return;
	flush(b, &b->running[w->how][w->alg]);
	copy = digest_copy(b->running[w->how][w->alg].d);
	w->n = digest_end(copy, w->hash);
	digest_free(copy);
}

void
bodyhash_end(struct bodyhash *b)
{
	struct str piece;

	for (int how = 0; how < CANONS; how++)
		while (canon_body_last(&b->canon[how], &piece))
			add_piece(b, (enum canon)how, piece);
	for (int i = 0; i < b->n; i++)
		end_wish(b, &b->wish[i]);
}

struct str
bodyhash_get(const struct bodyhash *b, int number)
{
	return str_bytes(b->wish[number].hash, b->wish[number].n);
}

uint64_t
bodyhash_size(const struct bodyhash *b, enum canon how)
{
	return b->size[how];
}
