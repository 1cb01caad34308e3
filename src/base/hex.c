/* SPDX-License-Identifier: ISC */
#include "base/hex.h"

static const char digit[] = "0123456789abcdef";

void
hex_add(struct buf *b, struct str bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		buf_byte(b, digit[(uint8_t)bytes.p[i] >> 4]);
		buf_byte(b, digit[(uint8_t)bytes.p[i] & 15]);
	}
}

char *
hex_encode(char *out, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[p[i] >> 4];
		out[2 * i + 1] = digit[p[i] & 15];
	}
	out[2 * n] = '\0';
	return out;
}

static int
value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
hex_decode(struct str digits, void *out, size_t n)
{
	uint8_t *p = out;

	if (digits.n != 2 * n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int high = value(digits.p[2 * i]), low = value(digits.p[2 * i + 1]);

		if (high == -1 || low == -1)
			return -1;
		p[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

int
hex_value(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
