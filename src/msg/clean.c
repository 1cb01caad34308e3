/* SPDX-License-Identifier: ISC */
#include "msg/clean.h"

#include <string.h>

/*
 * Loops over a block without a way out, which compilers turn into vectors: of 16 bytes, as any
 * x86-64 has, or of 32 where the processor can.
 */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define WIDEST __attribute__((target_clones("avx2", "default"), optimize("O3")))
#else
#define WIDEST
#endif
#define INLINE __attribute__((always_inline)) static inline

/* May there be something in the block?  Whether SP is before another control, the bytes tell. */
INLINE bool
block_has_blanks(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char found = 0;

	for (int i = 0; i < CLEAN_BLOCK; i++)
		found |= ((p[i] == ' ') & (p[i + 1] <= ' ')) | (p[i] == '\t');
	return found != 0;
}

static bool
blank_goes(struct str s, size_t i)
{
	if (s.p[i] != ' ')
		return s.p[i] == '\t';
	return i + 1 == s.n || char_is_blank(s.p[i + 1]) || s.p[i + 1] == '\r';
}

WIDEST size_t
clean_blanks(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		size_t end = s.n - i > CLEAN_BLOCK ? i + CLEAN_BLOCK : s.n;

		if (i + CLEAN_BLOCK < s.n && !block_has_blanks(s.p + i)) {
			i = end;
			continue;
		}
		for (; i < end; i++)
			if (blank_goes(s, i))
				return i;
	}
	return s.n;
}

WIDEST bool
clean_has_blanks(const char *p)
{
	return block_has_blanks(p);
}

/* Of a run of blanks the last stays, as an SP, if no CR LF is behind it. */
WIDEST size_t
clean_reduce(const char *in, char out[CLEAN_BLOCK])
{
	unsigned char stays[CLEAN_BLOCK];
	char byte[CLEAN_BLOCK];
	size_t n = 0;

	for (int i = 0; i < CLEAN_BLOCK; i++) {
		bool blank = (in[i] == ' ') | (in[i] == '\t');
		bool more = (in[i + 1] == ' ') | (in[i + 1] == '\t');
		bool ends = (in[i + 1] == '\r') & (in[i + 2] == '\n');

		stays[i] = !(blank & (more | ends));
		byte[i] = blank ? ' ' : in[i];
	}
	for (int i = 0; i < CLEAN_BLOCK; i++) { /* no branch that a sender could make unforeseen */
		out[n] = byte[i];
		n += stays[i];
	}
	return n;
}

WIDEST struct clean_odd
clean_odd(struct str s)
{
	unsigned char cr = 0, lf = 0, nul = 0;

	for (size_t i = 1; i < s.n; i++) {
		cr |= (s.p[i - 1] == '\r') & (s.p[i] != '\n');
		lf |= (s.p[i - 1] != '\r') & (s.p[i] == '\n');
		nul |= s.p[i] == '\0';
	}
	return (struct clean_odd){ cr != 0, lf != 0, nul != 0 };
}

/* p[-1] and p[-2] are looked at, too. */
INLINE bool
block_has_starts(const char *p, const char first[3])
{
	const char a = first[0], b = first[1], c = first[2];
	unsigned char found = 0;

	for (int i = 0; i < CLEAN_BLOCK; i++)
		found |= (p[i - 2] == '\r') & (p[i - 1] == '\n') &
		         ((p[i] == a) | (p[i] == b) | (p[i] == c));
	return found != 0;
}

WIDEST size_t
clean_starts(struct str s, const char first[3])
{
	size_t i = 2;

	while (i < s.n) {
		size_t end = s.n - i > CLEAN_BLOCK ? i + CLEAN_BLOCK : s.n;

		if (end - i == CLEAN_BLOCK && !block_has_starts(s.p + i, first)) {
			i = end;
			continue;
		}
		for (; i < end; i++)
			if (s.p[i - 2] == '\r' && s.p[i - 1] == '\n' &&
			    memchr(first, s.p[i], 3) != NULL)
				return i;
	}
	return s.n;
}

/* p[-1] is looked at, too. */
INLINE bool
block_is_odd(const char *s, unsigned char high)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char found = 0;

	for (int i = 0; i < CLEAN_BLOCK; i++)
		found |= ((p[i] == '\n') ^ (p[i - 1] == '\r')) | (p[i] == 0) | (p[i] & high);
	return found != 0;
}

WIDEST size_t
clean_lines(struct str s, bool header)
{
	unsigned char high = header ? 0x80 : 0;
	size_t n = 0;

	while (n + CLEAN_BLOCK < s.n && !block_is_odd(s.p + 1 + n, high))
		n += CLEAN_BLOCK;
	return n;
}
