/* SPDX-License-Identifier: ISC */
#include "msg/encoded.h"

#include "base/base64.h"
#include "base/hex.h"
#include "msg/charset.h"

enum {
	WORD_MAX = 4096, /* RFC 2047 allows 75; senders write longer ones */
};

struct word {
	struct str all, charset, text;
	bool base64;
};

/* At the start of s: "=?charset?B?text?=". */
static bool
take_word(struct str s, bool any_charset, struct word *w)
{
	struct str rest = str_from(s, 2), how, language;
	ptrdiff_t end;

	if (!str_starts(s, STR("=?")))
		return false;
	rest = str_head(rest, WORD_MAX);
	if (!str_cut(&rest, '?', &w->charset) || !str_cut(&rest, '?', &how) || rest.p == NULL)
		return false;
	end = str_find(rest, STR("?="));
	if (end == -1)
		return false;
	w->text = str_head(rest, (size_t)end);
	w->base64 = str_caseeq(how, STR("B"));
	w->all = str_head(s, (size_t)(w->text.p + w->text.n + 2 - s.p));
	language = w->charset; /* RFC 2231 section 5 */
	str_cut(&language, '*', &w->charset);
	for (size_t i = 0; i < w->all.n; i++)
		if (w->all.p[i] == '\r' || w->all.p[i] == '\n')
			return false;
	return (any_charset || charset_known(w->charset)) &&
	       (w->base64 || str_caseeq(how, STR("Q")));
}

/* "=4A" is a byte: RFC 2045 wants upper-case digits, and gets both. */
static bool
take_hex(struct str s, char *byte)
{
	uint8_t out;
	char low[2];

	if (s.n < 3 || s.p[0] != '=')
		return false;
	low[0] = char_lower(s.p[1]);
	low[1] = char_lower(s.p[2]);
	if (hex_decode(str_bytes(low, 2), &out, 1) == -1)
		return false;
	*byte = (char)out;
	return true;
}

static void
add_q(struct buf *raw, struct str text)
{
	char byte;

	for (; text.n > 0; text = str_from(text, 1)) {
		if (take_hex(text, &byte)) {
			buf_byte(raw, byte);
			text = str_from(text, 2);
		} else {
			buf_byte(raw, text.p[0] == '_' ? ' ' : text.p[0]);
		}
	}
}

/* Some digits without their padding, added to raw. */
static void
add_digits(struct buf *raw, struct buf *digits)
{
	if (digits->n % 4 == 1) /* six bits are no byte */
		digits->n--;
	while (digits->n % 4 != 0)
		buf_byte(digits, '=');
	base64_decode(buf_str(digits), BASE64_LOOSE, raw, NULL);
	buf_clear(digits);
}

/* As readers take it: without padding or with some between, and with other characters, which are
 * passed over (RFC 2045 section 6.8). */
static void
add_b(struct buf *raw, struct str text)
{
	struct buf digits = BUF_MAX(WORD_MAX + 3);

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (char_is_alpha(c) || char_is_digit(c) || c == '+' || c == '/')
			buf_byte(&digits, c);
		else if (c == '=')
			add_digits(raw, &digits);
	}
	add_digits(raw, &digits);
	buf_free(&digits);
}

static bool
add_word(struct buf *raw, const struct word *w)
{
	size_t before = raw->n;

	if (w->base64)
		add_b(raw, w->text);
	else
		add_q(raw, w->text);
	return !w->base64 || raw->n > before || w->text.n == 0;
}

/*
 * Words after each other whose charset is one are one text, so that a character that was cut in
 * two is whole again.  Returns what is left of s after them.
 */
static struct str
add_words(struct buf *out, struct str s, bool any_charset, struct word w)
{
	struct buf raw = BUF_MAX(out->max);
	struct str charset = w.charset;

	for (;;) {
		struct str next;

		if (!add_word(&raw, &w)) {
			charset_add(out, charset, buf_str(&raw));
			buf_clear(&raw);
			charset_add(out, STR(""), w.all);
		}
		s = str_from(s, w.all.n);
		next = s;
		while (next.n > 0 && str_trim(str_head(next, 1)).n == 0)
			next = str_from(next, 1);
		if (!take_word(next, any_charset, &w))
			break;
		if (!str_caseeq(w.charset, charset)) {
			charset_add(out, charset, buf_str(&raw));
			buf_clear(&raw);
			charset = w.charset;
		}
		s = next;
	}
	charset_add(out, charset, buf_str(&raw));
	buf_free(&raw);
	return s;
}

static void
add_field(struct buf *out, struct str body, bool any_charset)
{
	struct str plain = str_trim(body), rest = plain;
	struct word w;

	while (rest.n > 0) {
		char c = rest.p[0];

		if (c != '\r' && c != '\n' && !take_word(rest, any_charset, &w)) {
			rest = str_from(rest, 1);
			continue;
		}
		charset_add(out, STR(""), str_head(plain, (size_t)(rest.p - plain.p)));
		rest = c == '\r' || c == '\n' ? str_from(rest, 1)
		                              : add_words(out, rest, any_charset, w);
		plain = rest;
	}
	charset_add(out, STR(""), plain);
}

void
encoded_field(struct buf *out, struct str body)
{
	add_field(out, body, false);
}

void
encoded_field_ascii(struct buf *out, struct str body)
{
	add_field(out, body, true);
}

void
encoded_quoted_printable(struct buf *out, struct str text)
{
	struct str line;
	char byte;

	while (str_line(&text, &line)) {
		bool ended = text.p != NULL;

		while (line.n > 0 && str_trim(str_from(line, line.n - 1)).n == 0)
			line.n--;
		for (; line.n > 0 && !str_eq(line, STR("=")); line = str_from(line, 1)) {
			bool coded = take_hex(line, &byte);

			buf_byte(out, coded ? byte : line.p[0]);
			if (coded)
				line = str_from(line, 2);
		}
		if (ended && line.n == 0)
			buf_add(out, STR("\r\n"));
	}
}
