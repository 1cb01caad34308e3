/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

#include <inttypes.h>

/* Length and least value of the sequence that begins with this byte; length 0: none does. */
static unsigned
lead(uint8_t b, uint32_t *bits, uint32_t *least)
{
	if (b < 0x80) {
		*bits = b;
		*least = 0;
		return 1;
	}
	if (b >= 0xc2 && b < 0xe0) {
		*bits = b & 0x1f;
		*least = 0x80;
		return 2;
	}
	if (b >= 0xe0 && b < 0xf0) {
		*bits = b & 0x0f;
		*least = 0x800;
		return 3;
	}
	if (b >= 0xf0 && b < 0xf5) {
		*bits = b & 0x07;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

bool
utf8_next(struct str *rest, uint32_t *c)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	uint32_t bits = 0, least = 0;
	unsigned n, i;

	if (rest->n == 0)
		return false;
	n = lead(p[0], &bits, &least);
	for (i = 1; i < n && i < rest->n && (p[i] & 0xc0) == 0x80; i++)
		bits = bits << 6 | (p[i] & 0x3f);
	if (n == 0 || i < n || bits < least || bits > 0x10ffff ||
	    (bits >= 0xd800 && bits < 0xe000)) {
		*c = 0xfffd;
		*rest = str_from(*rest, 1);
		return true;
	}
	*c = bits;
	*rest = str_from(*rest, n);
	return true;
}

/* U+FFFD stands for one bad byte, or for its own three. */
bool
utf8_valid(struct str s)
{
	size_t before = s.n;
	uint32_t c;

	for (; utf8_next(&s, &c); before = s.n)
		if (c == 0xfffd && before - s.n == 1)
			return false;
	return true;
}

void
utf8_add(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_byte(b, (char)c);
	} else if (c < 0x800) {
		buf_byte(b, (char)(0xc0 | c >> 6));
		buf_byte(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_byte(b, (char)(0xe0 | c >> 12));
		buf_byte(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_byte(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_byte(b, (char)(0xf0 | c >> 18));
		buf_byte(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_byte(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_byte(b, (char)(0x80 | (c & 0x3f)));
	}
}

bool
utf8_is_control(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x1f },
		{ 0x7f, 0x9f },
		{ 0xad, 0xad },
		{ 0x61c, 0x61c },
		{ 0x180e, 0x180e },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb },
		{ 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

void
utf8_add_safe(struct buf *b, struct str text)
{
	uint32_t c;

	while (text.n > 0) {
		uint8_t first = (uint8_t)text.p[0];

		utf8_next(&text, &c);
		if (c == 0xfffd && first != 0xef)
			buf_printf(b, "\\x%02x", first);
		else if (c == '\\')
			buf_add(b, STR("\\\\"));
		else if (utf8_is_control(c))
			buf_printf(b, "\\u{%" PRIx32 "}", c);
		else
			utf8_add(b, c);
	}
}
