/* SPDX-License-Identifier: ISC */
#include "msg/parameter.h"

#include <string.h>

#include "base/hex.h"
#include "msg/token.h"

enum {
	PIECES = 16,
	PIECE_DIGITS = 2,
	TOO_LONG = LIMIT_BOUNDARY + 1,
};

/* Behind the "=" of a parameter; text.p is NULL when there is no such piece. */
struct piece {
	struct str text;
	bool escaped; /* %XX is a byte */
};

/* Take a token or quoted string (RFC 2045 5.1) off rest; its length, or TOO_LONG. */
static size_t
read_value(struct str rest, char value[LIMIT_BOUNDARY])
{
	bool quoted = rest.n > 0 && rest.p[0] == '"';
	size_t n = 0;

	if (quoted)
		rest = str_from(rest, 1);
	for (; rest.n > 0; rest = str_from(rest, 1)) {
		char c = rest.p[0];

		if (quoted ? c == '"' : c == ';' || c == '(' || str_trim(str_head(rest, 1)).n == 0)
			break;
		if (quoted && c == '\\' && rest.n > 1) {
			rest = str_from(rest, 1);
			c = rest.p[0];
		}
		if (quoted && (c == '\r' || c == '\n'))
			continue; /* a fold */
		if (n == LIMIT_BOUNDARY)
			return TOO_LONG;
		value[n++] = c;
	}
	return n;
}

/* To behind the next semicolon that stands in no quoted string; false when there is none. */
static bool
next_parameter(struct str *rest)
{
	bool quoted = false;

	for (; rest->n > 0; *rest = str_from(*rest, 1)) {
		char c = rest->p[0];

		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\' && rest->n > 1)
			*rest = str_from(*rest, 1);
		else if (!quoted && c == ';') {
			*rest = str_trim(str_from(*rest, 1));
			return true;
		}
	}
	return false;
}

/* RFC 2231 section 7: "*", "*N" or "*N*".  -1: it is none, or of a number that we do not take. */
static int
take_section(struct str *s, bool *escaped)
{
	int number = 0;
	size_t digits = 1;

	while (digits < s->n && digits <= PIECE_DIGITS && char_is_digit(s->p[digits]))
		number = 10 * number + (s->p[digits++] - '0');
	*escaped = digits == 1 || str_starts(str_from(*s, digits), STR("*"));
	*s = str_from(*s, digits + (digits > 1 && *escaped));
	return number < PIECES ? number : -1;
}

enum form {
	OTHER, /* another parameter */
	PLAIN,
	IN_PIECES,
};

/* Which form of the parameter, and which piece, does s begin with? */
static enum form
read_form(struct str s, const char *name, struct piece *piece, int *number)
{
	enum form form = PLAIN;

	if (!str_casestarts(s, str_of(name)))
		return OTHER;
	s = str_from(s, strlen(name));
	*piece = (struct piece){ .escaped = false };
	*number = 0;
	if (str_starts(s, STR("*"))) {
		form = IN_PIECES;
		*number = take_section(&s, &piece->escaped);
	}
	if (*number == -1 || !token_char(&s, '='))
		return OTHER;
	token_skip(&s);
	piece->text = s;
	return form;
}

/* The next byte of what may be escaped; what is no %XX stays. */
static char
take_byte(struct str *s, bool escaped)
{
	int high = escaped && s->n > 2 && s->p[0] == '%' ? hex_value(s->p[1]) : -1;
	int low = high == -1 ? -1 : hex_value(s->p[2]);
	char c = low == -1 ? s->p[0] : (char)(high << 4 | low);

	*s = str_from(*s, low == -1 ? 1 : 3);
	return c;
}

/* RFC 2231 section 4: the charset and language of a first piece. */
static struct str
without_charset(struct str s)
{
	struct str rest = s, word;

	if (str_cut(&rest, '\'', &word) && str_cut(&rest, '\'', &word) && rest.p != NULL)
		return rest;
	return s;
}

static size_t
join(const struct piece *piece, char value[LIMIT_BOUNDARY])
{
	size_t n = 0;

	for (int i = 0; i < PIECES && piece[i].text.p != NULL; i++) {
		char bytes[LIMIT_BOUNDARY];
		size_t size = read_value(piece[i].text, bytes);
		struct str s = str_bytes(bytes, size);

		if (size == TOO_LONG)
			return 0;
		if (i == 0 && piece[i].escaped)
			s = without_charset(s);
		while (s.n > 0) {
			if (n == LIMIT_BOUNDARY)
				return 0;
			value[n++] = take_byte(&s, piece[i].escaped);
		}
	}
	return n;
}

size_t
parameter_get(struct str field, const char *name, char value[LIMIT_BOUNDARY])
{
	struct piece piece[PIECES] = { 0 }, one;
	struct str rest = str_trim(field);
	int number;

	while (next_parameter(&rest)) {
		enum form form = read_form(rest, name, &one, &number);

		if (form == PLAIN) {
			size_t n = read_value(one.text, value);

			return n == TOO_LONG ? 0 : n;
		}
		if (form == IN_PIECES && piece[number].text.p == NULL)
			piece[number] = one;
	}
	return join(piece, value);
}

unsigned
parameter_count(struct str field, const char *name, bool *in_pieces)
{
	struct str rest = str_trim(field);
	struct piece piece;
	unsigned n = 0;
	int number;

	*in_pieces = false;
	while (next_parameter(&rest)) {
		enum form form = read_form(rest, name, &piece, &number);

		n += form != OTHER && number == 0;
		*in_pieces = *in_pieces || form == IN_PIECES;
	}
	return n;
}
