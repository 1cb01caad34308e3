/* SPDX-License-Identifier: ISC */
#include "msg/token.h"

#include <string.h>

void
token_skip(struct str *rest)
{
	size_t depth = 0;

	while (rest->n > 0) {
		char c = rest->p[0];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (c == '\\' && depth > 0 && rest->n > 1)
			*rest = str_from(*rest, 1);
		else if (depth == 0 && !char_is_blank(c) && c != '\r' && c != '\n')
			return;
		*rest = str_from(*rest, 1);
	}
}

bool
token_char(struct str *rest, char c)
{
	token_skip(rest);
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	*rest = str_from(*rest, 1);
	return true;
}

static size_t
quoted_length(struct str s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == '"')
			return i + 1;
		else if (s.p[i] == '\\')
			i++;
	return s.n;
}

static bool
ends_word(char c, const char *stops)
{
	return c != '\0' && (strchr(" \t\r\n(\"", c) != NULL || strchr(stops, c) != NULL);
}

static size_t
bare_length(struct str s, const char *stops)
{
	size_t n = 0;

	while (n < s.n && !ends_word(s.p[n], stops))
		n++;
	return n;
}

struct str
token_word(struct str *rest, const char *stops)
{
	struct str word;

	token_skip(rest);
	word = str_head(*rest,
	    rest->n > 0 && rest->p[0] == '"' ? quoted_length(*rest) : bare_length(*rest, stops));
	*rest = str_from(*rest, word.n);
	return word;
}

void
token_meaning(struct str word, struct buf *out)
{
	size_t end = word.n;

	if (word.n < 2 || word.p[0] != '"') {
		buf_add(out, word);
		return;
	}
	if (word.p[end - 1] == '"')
		end--;
	for (size_t i = 1; i < end; i++) {
		if (word.p[i] == '\\' && i + 1 < word.n)
			i++;
		else if (word.p[i] == '\r' || word.p[i] == '\n')
			continue; /* a fold is not part of the string */
		buf_byte(out, word.p[i]);
	}
}
