/* SPDX-License-Identifier: ISC */
#include "dns/punycode.h"

#include <string.h>

/* RFC 3492 section 5. */
enum {
	BASE = 36,
	TMIN = 1,
	TMAX = 26,
	SKEW = 38,
	DAMP = 700,
	INITIAL_BIAS = 72,
	INITIAL_N = 128,
	CODE_POINT_MAX = 0x10ffff,
};

/* Section 6.1. */
static uint32_t
adapt(uint32_t delta, size_t points, bool first)
{
	uint32_t k = 0;

	delta /= first ? DAMP : 2;
	delta += delta / (uint32_t)points;
	for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static uint32_t
threshold(uint32_t k, uint32_t bias)
{
	if (k <= bias + TMIN)
		return TMIN;
	return k >= bias + TMAX ? TMAX : k - bias;
}

static char
digit(uint32_t d)
{
	return (char)(d < 26 ? 'a' + d : '0' + d - 26);
}

/* Section 3.3: a number of variable length. */
static void
add_number(struct buf *out, uint32_t q, uint32_t bias)
{
	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = threshold(k, bias);

		if (q < t)
			break;
		buf_byte(out, digit(t + (q - t) % (BASE - t)));
		q = (q - t) / (BASE - t);
	}
	buf_byte(out, digit(q));
}

static uint32_t
least_from(const uint32_t *c, size_t n, uint32_t from)
{
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < n; i++)
		if (c[i] >= from && c[i] < least)
			least = c[i];
	return least;
}

/* Section 6.3.  No number passes 32 bits: there are 59 code points, of 21 bits, at most. */
int
punycode_encode(const uint32_t *c, size_t n, struct buf *out, struct err *e)
{
	uint32_t at = INITIAL_N, delta = 0, bias = INITIAL_BIAS;
	size_t basic = 0, done;

	if (n > PUNYCODE_MAX)
		return err_set(e, ERR_LIMIT, "RFC 1035 2.3.4: label of more than 63 bytes");
	for (size_t i = 0; i < n; i++)
		if (c[i] < INITIAL_N) {
			buf_byte(out, (char)c[i]);
			basic++;
		}
	if (basic > 0)
		buf_byte(out, '-');
	for (done = basic; done < n; delta++, at++) {
		uint32_t next = least_from(c, n, at);

		delta += (next - at) * (uint32_t)(done + 1);
		at = next;
		for (size_t i = 0; i < n; i++) {
			delta += c[i] < at;
			if (c[i] != at)
				continue;
			add_number(out, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
	return 0;
}

static int
value(char c)
{
	c = char_lower(c);
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return char_is_digit(c) ? c - '0' + 26 : -1;
}

/* Takes a number off *text, adds it to *i. */
static int
take_number(struct str *text, uint32_t bias, uint64_t *i, struct err *e)
{
	uint64_t weight = 1;

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = threshold(k, bias);
		int d = text->n > 0 ? value(text->p[0]) : -1;

		if (d == -1)
			return err_set(e, ERR_SYNTAX, "RFC 3492 6.2: no digit");
		*text = str_from(*text, 1);
		*i += (uint64_t)d * weight;
		if (*i > UINT32_MAX)
			return err_set(e, ERR_SYNTAX, "RFC 3492 6.2: number too large");
		if ((uint32_t)d < t)
			return 0;
		weight *= BASE - t;
		if (weight > UINT32_MAX)
			return err_set(e, ERR_SYNTAX, "RFC 3492 6.2: number too large");
	}
}

/* What stands before the last hyphen is there as it is. */
static int
take_basic(struct str *text, uint32_t *c, size_t *n, struct err *e)
{
	size_t end = text->n;

	while (end > 0 && text->p[end - 1] != '-')
		end--;
	if (end > PUNYCODE_MAX + 1)
		return err_set(e, ERR_LIMIT, "RFC 1035 2.3.4: label of more than 63 bytes");
	for (*n = 0; *n + 1 < end; ++*n) {
		c[*n] = (unsigned char)text->p[*n];
		if (c[*n] >= INITIAL_N)
			return err_set(e, ERR_SYNTAX, "RFC 3492 6.2: not a basic code point");
	}
	*text = str_from(*text, end);
	return 0;
}

/* Section 6.2. */
int
punycode_decode(struct str text, uint32_t c[PUNYCODE_MAX], size_t *n, struct err *e)
{
	uint32_t bias = INITIAL_BIAS;
	uint64_t at = INITIAL_N, i = 0;
	bool first = true;

	if (take_basic(&text, c, n, e) == -1)
		return -1;
	while (text.n > 0) {
		uint64_t before = i;

		if (*n == PUNYCODE_MAX)
			return err_set(e, ERR_LIMIT, "RFC 1035 2.3.4: label of more than 63 bytes");
		if (take_number(&text, bias, &i, e) == -1)
			return -1;
		bias = adapt((uint32_t)(i - before), *n + 1, first);
		first = false;
		at += i / (*n + 1);
		i %= *n + 1;
		if (at > CODE_POINT_MAX)
			return err_set(e, ERR_SYNTAX, "RFC 3492 6.2: not a code point");
		memmove(c + i + 1, c + i, (*n - i) * sizeof *c);
		c[i++] = (uint32_t)at;
		++*n;
	}
	return 0;
}
