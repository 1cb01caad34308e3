/* SPDX-License-Identifier: ISC */
#include "msg/charset.h"

#include "base/utf8.h"

enum charset {
	UNKNOWN,
	UTF_8,
	ASCII,
	LATIN_1,
	LATIN_9,
	WINDOWS_1252,
};

static const struct {
	const char *name;
	enum charset charset;
} names[] = {
	/* the names of the IANA registry that are seen in mail */
	{ "utf-8", UTF_8 },
	{ "utf8", UTF_8 },
	{ "us-ascii", ASCII },
	{ "ascii", ASCII },
	{ "iso-8859-1", LATIN_1 },
	{ "latin1", LATIN_1 },
	{ "iso-8859-15", LATIN_9 },
	{ "latin-9", LATIN_9 },
	{ "windows-1252", WINDOWS_1252 },
	{ "cp1252", WINDOWS_1252 },
};

/* windows-1252, 0x80 to 0x9f; 0: none. */
static const uint16_t windows[32] = { 0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d,
	0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178 };

static enum charset
find(struct str name)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_caseeq(name, str_of(names[i].name)))
			return names[i].charset;
	return UNKNOWN;
}

bool
charset_known(struct str name)
{
	return find(name) != UNKNOWN;
}

/* Where ISO-8859-15 is not ISO-8859-1. */
static uint32_t
latin_9(uint8_t byte)
{
	static const struct {
		uint8_t byte;
		uint16_t character;
	} differ[] = { { 0xa4, 0x20ac }, { 0xa6, 0x160 }, { 0xa8, 0x161 }, { 0xb4, 0x17d },
		{ 0xb8, 0x17e }, { 0xbc, 0x152 }, { 0xbd, 0x153 }, { 0xbe, 0x178 } };

	for (size_t i = 0; i < sizeof differ / sizeof differ[0]; i++)
		if (differ[i].byte == byte)
			return differ[i].character;
	return byte;
}

static uint32_t
character(enum charset charset, uint8_t byte)
{
	if (byte < 0x80)
		return byte;
	if (charset == WINDOWS_1252 && byte < 0xa0)
		return windows[byte - 0x80] != 0 ? windows[byte - 0x80] : 0xfffd;
	if (charset == LATIN_9)
		return latin_9(byte);
	return charset == LATIN_1 || charset == WINDOWS_1252 ? byte : 0xfffd;
}

/* Behind the escape sequence that begins at s (ISO 2022): ESC, any of 0x20 to 0x2f, one more. */
static struct str
skip_escape(struct str s)
{
	size_t n = 1;

	while (n < s.n && s.p[n] >= 0x20 && s.p[n] <= 0x2f)
		n++;
	return str_from(s, n < s.n && s.p[n] >= 0x30 ? n + 1 : n);
}

/* Escape sequences, SO and SI say whether the bytes after them are ASCII (RFC 1468, RFC 1557). */
static void
add_iso_2022(struct buf *out, struct str s)
{
	bool ascii = true;

	while (s.n > 0) {
		char c = s.p[0];

		if (c == 0x1b) {
			ascii = str_starts(s, STR("\x1b(B")) || str_starts(s, STR("\x1b(J"));
			s = skip_escape(s);
			continue;
		}
		if (c == 0x0e || c == 0x0f)
			ascii = c == 0x0f;
		else
			utf8_add(out, ascii ? character(ASCII, (uint8_t)c) : 0xfffd);
		s = str_from(s, 1);
	}
}

void
charset_add(struct buf *out, struct str name, struct str bytes)
{
	enum charset charset = find(name);
	uint32_t c;

	if (name.n == 0)
		charset = utf8_valid(bytes) ? UTF_8 : WINDOWS_1252;
	if (charset == UTF_8) {
		while (utf8_next(&bytes, &c))
			utf8_add(out, c);
		return;
	}
	if (str_caseeq(str_head(name, 9), STR("iso-2022-"))) {
		add_iso_2022(out, bytes);
		return;
	}
	for (size_t i = 0; i < bytes.n; i++)
		utf8_add(out, character(charset, (uint8_t)bytes.p[i]));
}

/* Ranges whose lower-case letters follow at a distance, or next to each (step 2). */
static uint32_t
fold(uint32_t c)
{
	static const struct {
		uint32_t first, last, step, distance;
	} ranges[] = {
		{ 'A', 'Z', 1, 32 },
		{ 0xc0, 0xd6, 1, 32 },
		{ 0xd8, 0xde, 1, 32 },
		{ 0x100, 0x136, 2, 1 },
		{ 0x139, 0x147, 2, 1 },
		{ 0x14a, 0x176, 2, 1 },
		{ 0x179, 0x17d, 2, 1 },
		{ 0x391, 0x3a9, 1, 32 },
		{ 0x400, 0x40f, 1, 80 },
		{ 0x410, 0x42f, 1, 32 },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i].first && c <= ranges[i].last &&
		    (c - ranges[i].first) % ranges[i].step == 0)
			return c + ranges[i].distance;
	return c;
}

void
charset_add_folded(struct buf *out, struct str utf8)
{
	uint32_t c;

	while (utf8_next(&utf8, &c))
		utf8_add(out, fold(c));
}
