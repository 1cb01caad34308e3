/* SPDX-License-Identifier: ISC */
#include "crypto/sha256_step.h"

#include <stdlib.h>
#include <string.h>

/* FIPS 180-4 section 5.3.3: H7 … H0 in the order of the two vectors. */
const struct sha256_step SHA256_STEP = {
	.feba = { 0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667 },
	.hgdc = { 0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372 },
};

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

enum {
	GROUPS = 16, /* of four rounds */
	AHEAD = 4,   /* groups whose words the next one is made of */
	LANES = 2,
};

/* The vectors of both lanes stay in registers only when no loop is left between them. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#define INLINE   __attribute__((always_inline, target("sha,sse4.1"))) static inline
#define SHA_CODE __attribute__((target("sha,sse4.1"))) static

/* FIPS 180-4 section 4.2.2. */
static const uint32_t k[GROUPS][4] = {
	{ 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5 },
	{ 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5 },
	{ 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3 },
	{ 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174 },
	{ 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc },
	{ 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da },
	{ 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7 },
	{ 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967 },
	{ 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13 },
	{ 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85 },
	{ 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3 },
	{ 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070 },
	{ 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5 },
	{ 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3 },
	{ 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208 },
	{ 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2 },
};

/* CPUID leaf 1: SSSE3 and SSE4.1; leaf 7: SHA (Intel's Software Developer's Manual, volume 2A). */
static bool
ask_processor(void)
{
	unsigned a, b = 0, c = 0, d;

	return __get_cpuid(1, &a, &b, &c, &d) == 1 && (c >> 9 & 1) != 0 && (c >> 19 & 1) != 0 &&
	       __get_cpuid_count(7, 0, &a, &b, &c, &d) == 1 && (b >> 29 & 1) != 0;
}

/* Once: in a virtual machine the question takes longer than hashing a letter. */
bool
sha256_step_can(void)
{
	static int can = -1;

	if (can == -1)
		can = ask_processor();
	return can;
}

/* One stream while a block of it goes through. */
struct lane {
	__m128i feba, hgdc, w[AHEAD];
	const uint8_t *p;
};

/* Words of the message schedule (section 6.2.2, step 1): the block's own, in big-endian. */
INLINE __m128i
first_words(const struct lane *l, unsigned group)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);

	return _mm_shuffle_epi8(
	    _mm_loadu_si128((const __m128i *)(l->p + sizeof swap * group)), swap);
}

/* And those that are made of the sixteen before them. */
INLINE __m128i
next_words(const struct lane *l, unsigned group)
{
	__m128i oldest = l->w[group % AHEAD], older = l->w[(group + 1) % AHEAD];
	__m128i newer = l->w[(group + 2) % AHEAD], newest = l->w[(group + 3) % AHEAD];
	__m128i sum =
	    _mm_add_epi32(_mm_sha256msg1_epu32(oldest, older), _mm_alignr_epi8(newest, newer, 4));

	return _mm_sha256msg2_epu32(sum, newest);
}

/* Two rounds make the new a, b, e, f; the old ones are c, d, g, h then. */
INLINE void
four_rounds(struct lane *l, unsigned group)
{
	__m128i w = group < AHEAD ? first_words(l, group) : next_words(l, group), wk;

	l->w[group % AHEAD] = w;
	wk = _mm_add_epi32(w, _mm_loadu_si128((const __m128i *)k[group]));
	l->hgdc = _mm_sha256rnds2_epu32(l->hgdc, l->feba, wk);
	l->feba = _mm_sha256rnds2_epu32(l->feba, l->hgdc, _mm_shuffle_epi32(wk, 0x0e));
}

INLINE void
hash_blocks(struct sha256_step *const *s, const uint8_t *const *p, unsigned lanes, size_t blocks)
{
	struct lane l[LANES], before[LANES];

	UNROLL
	for (unsigned i = 0; i < lanes; i++) {
		l[i].feba = _mm_loadu_si128((const __m128i *)s[i]->feba);
		l[i].hgdc = _mm_loadu_si128((const __m128i *)s[i]->hgdc);
		l[i].p = p[i];
	}
	for (; blocks > 0; blocks--) {
		UNROLL
		for (unsigned i = 0; i < lanes; i++)
			before[i] = l[i];
		UNROLL
		for (unsigned group = 0; group < GROUPS; group++) {
			UNROLL
			for (unsigned i = 0; i < lanes; i++)
				four_rounds(&l[i], group);
		}
		UNROLL
		for (unsigned i = 0; i < lanes; i++) {
			l[i].feba = _mm_add_epi32(l[i].feba, before[i].feba);
			l[i].hgdc = _mm_add_epi32(l[i].hgdc, before[i].hgdc);
			l[i].p += SHA256_BLOCK;
		}
	}
	UNROLL
	for (unsigned i = 0; i < lanes; i++) {
		_mm_storeu_si128((__m128i *)s[i]->feba, l[i].feba);
		_mm_storeu_si128((__m128i *)s[i]->hgdc, l[i].hgdc);
	}
}

SHA_CODE void
hash_one(struct sha256_step *s, const char *p, size_t blocks)
{
	hash_blocks(&s, &(const uint8_t *){ (const uint8_t *)p }, 1, blocks);
}

SHA_CODE void
hash_two(struct sha256_step *const s[LANES], const uint8_t *const p[LANES], size_t blocks)
{
	hash_blocks(s, p, LANES, blocks);
}

#else

enum {
	LANES = 2,
};

bool
sha256_step_can(void)
{
	return false;
}

static void
hash_one(struct sha256_step *s, const char *p, size_t blocks)
{
	(void)s, (void)p, (void)blocks;
	abort();
}

static void
hash_two(struct sha256_step *const s[LANES], const uint8_t *const p[LANES], size_t blocks)
{
	(void)s, (void)p, (void)blocks;
	abort();
}
#endif

/* What completes a block that was begun, or stays in it, is taken off. */
static void
fill(struct sha256_step *s, struct str *bytes)
{
	size_t held = s->size % SHA256_BLOCK;
	struct str part = str_head(*bytes, SHA256_BLOCK - held);

	if (held == 0 || part.n == 0)
		return;
	memcpy(s->block + held, part.p, part.n);
	s->size += part.n;
	*bytes = str_from(*bytes, part.n);
	if (s->size % SHA256_BLOCK == 0)
		hash_one(s, (const char *)s->block, 1);
}

/* The whole blocks, and what is left is kept. */
static void
hash_rest(struct sha256_step *s, struct str bytes)
{
	size_t whole = bytes.n / SHA256_BLOCK * SHA256_BLOCK;

	if (whole > 0)
		hash_one(s, bytes.p, whole / SHA256_BLOCK);
	if (bytes.n > whole)
		memcpy(s->block, bytes.p + whole, bytes.n - whole);
	s->size += bytes.n;
}

void
sha256_step_add(struct sha256_step *s, struct str bytes)
{
	fill(s, &bytes);
	if (bytes.n > 0)
		hash_rest(s, bytes);
}

void
sha256_step_add_two(struct sha256_step *a, struct str x, struct sha256_step *b, struct str y)
{
	size_t n;

	fill(a, &x);
	fill(b, &y);
	n = (x.n < y.n ? x.n : y.n) / SHA256_BLOCK;
	if (n > 0) {
		hash_two((struct sha256_step *const[LANES]){ a, b },
		    (const uint8_t *const[LANES]){ (const uint8_t *)x.p, (const uint8_t *)y.p }, n);
		a->size += n * SHA256_BLOCK;
		b->size += n * SHA256_BLOCK;
	}
	sha256_step_add(a, str_from(x, n * SHA256_BLOCK));
	sha256_step_add(b, str_from(y, n * SHA256_BLOCK));
}

static void
put_word(uint8_t *out, uint32_t word)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* The padding (FIPS 180-4 section 5.1.1), and the words in their own order. */
void
sha256_step_end(struct sha256_step *s, uint8_t out[32])
{
	uint8_t padding[2 * SHA256_BLOCK] = { 0x80 };
	uint64_t bits = 8 * s->size;
	size_t n = SHA256_BLOCK - s->size % SHA256_BLOCK;

	n += n < 1 + sizeof bits ? SHA256_BLOCK : 0;
	put_word(padding + n - 8, (uint32_t)(bits >> 32));
	put_word(padding + n - 4, (uint32_t)bits);
	sha256_step_add(s, str_bytes(padding, n));
	for (int i = 0; i < 2; i++) {
		put_word(out + 4 * i, s->feba[3 - i]);
		put_word(out + 8 + 4 * i, s->hgdc[3 - i]);
		put_word(out + 16 + 4 * i, s->feba[1 - i]);
		put_word(out + 24 + 4 * i, s->hgdc[1 - i]);
	}
}
