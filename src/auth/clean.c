/* SPDX-License-Identifier: ISC */
#include "auth/clean.h"

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
