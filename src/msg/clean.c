/* SPDX-License-Identifier: ISC */
#include "msg/clean.h"

#include <string.h>

/* Vectors of GCC and Clang, which make of them what the machine has; a comparison gives 0 or 255. */
typedef uint8_t vector __attribute__((vector_size(16)));

enum {
	VECTOR = sizeof(vector),
};

static vector
load(const char *p)
{
	vector v;

	memcpy(&v, p, sizeof v);
	return v;
}

static bool
is_any(vector v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof half);
	return (half[0] | half[1]) != 0;
}

/* May there be something in the block?  Whether SP is before another control, the bytes tell. */
static bool
block_has_blanks(const char *p)
{
	vector found = { 0 };

	for (int i = 0; i < CLEAN_BLOCK; i += VECTOR) {
		vector v = load(p + i), next = load(p + i + 1);

		found |= (vector)((v == ' ') & (next <= ' ')) | (vector)(v == '\t');
	}
	return is_any(found);
}

static bool
blank_goes(struct str s, size_t i)
{
	if (s.p[i] != ' ')
		return s.p[i] == '\t';
	return i + 1 == s.n || char_is_blank(s.p[i + 1]) || s.p[i + 1] == '\r';
}

size_t
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

/* p[-1] and p[-2] are looked at, too. */
static bool
block_has_starts(const char *p, const char first[3])
{
	uint8_t a = (uint8_t)first[0], b = (uint8_t)first[1], c = (uint8_t)first[2];
	vector found = { 0 };

	for (int i = 0; i < CLEAN_BLOCK; i += VECTOR) {
		vector v = load(p + i), lf = load(p + i - 1), cr = load(p + i - 2);

		found |= (vector)((cr == '\r') & (lf == '\n') & ((v == a) | (v == b) | (v == c)));
	}
	return is_any(found);
}

size_t
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
static bool
block_is_odd(const char *p, uint8_t high)
{
	vector found = { 0 };

	for (int i = 0; i < CLEAN_BLOCK; i += VECTOR) {
		vector v = load(p + i), before = load(p + i - 1);

		found |= (vector)(v == '\n') ^ (vector)(before == '\r');
		found |= (vector)(v == 0) | (v & high);
	}
	return is_any(found);
}

size_t
clean_lines(struct str s, bool header)
{
	uint8_t high = header ? 0x80 : 0;
	size_t n = 0;

	while (n + CLEAN_BLOCK < s.n && !block_is_odd(s.p + 1 + n, high))
		n += CLEAN_BLOCK;
	return n;
}
