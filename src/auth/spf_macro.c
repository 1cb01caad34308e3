/* SPDX-License-Identifier: ISC */
#include "auth/spf_macro.h"

#include <string.h>

enum {
	PARTS_ALL = 0,
	PARTS_MAX = 1000, /* more are kept than any name has */
};

/* A piece of the text: characters that stand for themselves, or one macro. */
struct piece {
	struct str literal; /* empty when it is a macro */
	char letter;        /* in lower case; 0: literal stands for it ("%%", "%_", "%-") */
	bool escaped;       /* an upper-case letter: as in a URL */
	unsigned parts;     /* how many on the right are kept; PARTS_ALL */
	bool reversed;
	struct str delimiters; /* empty: "." */
};

/* ---- reading ---- */

/* `%{` letter [digits] [`r`] delimiters `}`; rest begins after the brace. */
static int
read_macro(struct str *rest, struct piece *p)
{
	const char *letter;
	size_t n = 0;

	if (rest->n == 0)
		return -1;
	p->letter = char_lower(rest->p[0]);
	p->escaped = p->letter != rest->p[0];
	letter = memchr("slodiphcrtv", p->letter, 11);
	*rest = str_from(*rest, 1);
	for (; rest->n > 0 && char_is_digit(rest->p[0]); *rest = str_from(*rest, 1), n++)
		if (p->parts < PARTS_MAX)
			p->parts = 10 * p->parts + (unsigned)(rest->p[0] - '0');
	if (letter == NULL || (n > 0 && p->parts == 0))
		return -1;
	p->reversed = rest->n > 0 && char_lower(rest->p[0]) == 'r';
	if (p->reversed)
		*rest = str_from(*rest, 1);
	for (n = 0; n < rest->n && memchr(".-+,/_=", rest->p[n], 7) != NULL;)
		n++;
	p->delimiters = str_head(*rest, n);
	if (n == rest->n || rest->p[n] != '}')
		return -1;
	*rest = str_from(*rest, n + 1);
	return 0;
}

static int
read_percent(struct str *rest, struct piece *p)
{
	char c = rest->n > 1 ? rest->p[1] : '\0';

	*rest = str_from(*rest, 2);
	if (c == '{')
		return read_macro(rest, p);
	p->literal = c == '%' ? STR("%") : c == '_' ? STR(" ") : c == '-' ? STR("%20") : STR("");
	return p->literal.n > 0 ? 0 : -1;
}

/* The next piece off *rest: 1, 0 at the end, -1 when it is none.  *macro: it is a macro. */
static int
next_piece(struct str *rest, bool spaces, struct piece *p, bool *macro)
{
	size_t n = 0;

	*p = (struct piece){ .parts = PARTS_ALL };
	if (rest->n == 0)
		return 0;
	*macro = rest->p[0] == '%';
	if (*macro)
		return read_percent(rest, p) == -1 ? -1 : 1;
	while (n < rest->n && rest->p[n] != '%' && rest->p[n] <= '~' &&
	       (rest->p[n] > ' ' || (spaces && rest->p[n] == ' ')))
		n++;
	p->literal = str_head(*rest, n);
	*rest = str_from(*rest, n);
	return n > 0 ? 1 : -1;
}

/* Does it end with "." and a label that is no number, and perhaps a dot? */
static bool
ends_with_label(struct str literal)
{
	bool letter = false;
	size_t at;

	if (str_ends(literal, STR(".")))
		literal.n--;
	for (at = literal.n; at > 0 && literal.p[at - 1] != '.'; at--) {
		char c = literal.p[at - 1];

		if (!char_is_alpha(c) && !char_is_digit(c) && c != '-')
			return false;
		letter = letter || !char_is_digit(c);
	}
	return at > 0 && letter && literal.p[at] != '-' && literal.p[literal.n - 1] != '-';
}

bool
spf_macro_valid(struct str text, enum spf_macro_place place)
{
	bool explains = place == SPF_MACRO_EXPLANATION, macro = false;
	struct piece p, last = { .letter = 0 };
	int rc;

	while ((rc = next_piece(&text, explains, &p, &macro)) == 1) {
		if (!explains && p.letter != 0 && memchr("crt", p.letter, 3) != NULL)
			return false;
		last = p;
	}
	if (rc == -1)
		return false;
	return place != SPF_MACRO_DOMAIN || macro || ends_with_label(last.literal);
}

bool
spf_macro_uses(struct str text, char letter)
{
	struct piece p;
	bool macro;

	while (next_piece(&text, true, &p, &macro) == 1)
		if (p.letter == letter)
			return true;
	return false;
}

/* ---- expanding ---- */

struct str *
spf_macro_value(struct spf_macros *m, char letter)
{
	return &m->value[letter - 'a'];
}

/* RFC 3986 section 2.3: what is not unreserved, as %XX. */
static void
add(struct buf *out, struct str s, bool escaped)
{
	for (size_t i = 0; i < s.n && !out->over; i++) {
		char c = s.p[i];

		if (!escaped || char_is_alpha(c) || char_is_digit(c) ||
		    memchr("-._~", c, 4) != NULL)
			buf_byte(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned char)c);
	}
}

static bool
is_delimiter(const struct piece *p, char c)
{
	return p->delimiters.n == 0 ? c == '.' : str_chr(p->delimiters, c) != -1;
}

/* The last part off *rest; false when there are no more (then rest->p is NULL). */
static bool
cut_last(const struct piece *p, struct str *rest, struct str *part)
{
	size_t at = rest->n;

	if (rest->p == NULL)
		return false;
	while (at > 0 && !is_delimiter(p, rest->p[at - 1]))
		at--;
	*part = str_from(*rest, at);
	*rest = at > 0 ? str_head(*rest, at - 1) : (struct str){ NULL, 0 };
	return true;
}

static bool
cut_first(const struct piece *p, struct str *rest, struct str *part)
{
	size_t n = 0;

	if (rest->p == NULL)
		return false;
	while (n < rest->n && !is_delimiter(p, rest->p[n]))
		n++;
	*part = str_head(*rest, n);
	*rest = n < rest->n ? str_from(*rest, n + 1) : (struct str){ NULL, 0 };
	return true;
}

/*
 * RFC 7208 section 7.3: split, perhaps reversed, the last parts kept, joined by dots.  The last
 * parts of the reversed are the first ones, so what is kept is a run of parts either way.
 */
static void
expand(const struct piece *p, struct str value, struct buf *out)
{
	struct str part, rest = value, kept = value;
	size_t n = 0, skipped = 0;

	while (cut_first(p, &rest, &part))
		n++;
	if (p->parts != PARTS_ALL && n > p->parts)
		skipped = n - p->parts;
	for (size_t i = 0; i < skipped; i++)
		p->reversed ? cut_last(p, &kept, &part) : cut_first(p, &kept, &part);
	for (size_t i = 0; p->reversed ? cut_last(p, &kept, &part) : cut_first(p, &kept, &part);
	     i++) {
		if (i > 0)
			buf_byte(out, '.');
		add(out, part, p->escaped);
	}
}

void
spf_macro_expand(struct str text, const struct spf_macros *m, struct buf *out)
{
	struct piece p;
	bool macro;

	out->over = out->over || text.n > out->max;
	while (!out->over && next_piece(&text, true, &p, &macro) == 1)
		if (p.letter == 0)
			buf_add(out, p.literal);
		else
			expand(&p, m->value[p.letter - 'a'], out);
}
