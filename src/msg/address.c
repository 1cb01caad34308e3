/* SPDX-License-Identifier: ISC */
#include "msg/address.h"

/* Behind the quoted string or comment that begins at i: the end when it is not closed. */
static size_t
skip(struct str s, size_t i)
{
	char open = s.p[i], close = open == '(' ? ')' : '"';
	unsigned depth = 1;

	for (i++; i < s.n && depth > 0; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == close)
			depth--;
		else if (s.p[i] == open)
			depth++;
	}
	return i < s.n ? i : s.n;
}

/* Where the parts of one mailbox lie, as far as it was read; NONE: not there. */
struct marks {
	size_t begin, open, close, at;
};

#define NONE SIZE_MAX

static bool
is_in_brackets(const struct marks *m)
{
	return m->open != NONE && m->close == NONE;
}

/* What one character outside of quotes and comments means; true when the mailbox ends there. */
static bool
mark(struct marks *m, char c, size_t i)
{
	bool inside = is_in_brackets(m);

	switch (c) {
	case '<':
		m->open = i;
		m->close = m->at = NONE;
		break;
	case '>':
		if (inside)
			m->close = i;
		break;
	case '@':
		if (m->close == NONE)
			m->at = i;
		break;
	case ':': /* the name of a group, or, in brackets, a route (RFC 5322 4.4) */
		if (!inside)
			*m = (struct marks){ i + 1, NONE, NONE, NONE };
		break;
	case ',':
	case ';':
		return !inside;
	}
	return false;
}

/* Without the comments and blanks that may stand on both sides.  Those between stay (RFC 5322 4.4
 * lets them stand there, too): what comes before them is another domain. */
static struct str
bare(struct str s)
{
	size_t i = 0, end = 0;

	s = str_trim(s);
	while (s.n > 0 && s.p[0] == '(')
		s = str_trim(str_from(s, skip(s, 0)));
	while (i < s.n)
		if (s.p[i] == '(')
			i = skip(s, i);
		else if (str_trim(str_head(str_from(s, i++), 1)).n > 0)
			end = i;
	return str_head(s, end);
}

static struct str
between(struct str s, size_t from, size_t to)
{
	return from == NONE || to <= from ? str_head(s, 0) : str_from(str_head(s, to), from);
}

static void
cut_up(struct str s, size_t end, const struct marks *m, struct address *a)
{
	size_t last = m->close == NONE ? end : m->close;
	size_t first = m->open == NONE ? m->begin : m->open + 1;

	a->display = m->open == NONE ? str_head(s, 0) : str_trim(between(s, m->begin, m->open));
	a->local = m->at == NONE ? str_head(s, 0) : bare(between(s, first, m->at));
	a->domain = m->at == NONE ? str_head(s, 0) : bare(between(s, m->at + 1, last));
}

bool
address_next(struct str *rest, struct address *a)
{
	struct str s = *rest;
	size_t i = 0;

	while (i < s.n) {
		struct marks m = { i, NONE, NONE, NONE };
		bool ends = false;
		size_t end;

		for (end = i; end < s.n && !ends; i = end) {
			char c = s.p[end];

			if (c == '"' || c == '(')
				end = skip(s, end);
			else if (mark(&m, c, end))
				ends = true;
			else
				end++;
		}
		i = ends ? end + 1 : end;
		if (str_trim(between(s, m.begin, end)).n == 0)
			continue; /* between two commas, or after a group */
		cut_up(s, end, &m, a);
		*rest = str_from(s, i);
		return true;
	}
	*rest = str_from(s, s.n);
	return false;
}
