/* SPDX-License-Identifier: ISC */
#include "msg/header.h"

#include <string.h>

/* Length of the first line of s, its CR LF included; all of s when there is none. */
static size_t
line_length(struct str s)
{
	size_t n = 0;

	while (n < s.n) {
		const char *lf = memchr(s.p + n, '\n', s.n - n);

		if (lf == NULL)
			return s.n;
		n = (size_t)(lf - s.p) + 1;
		if (n > 1 && lf[-1] == '\r')
			return n;
	}
	return s.n;
}

/* A field is a line and the lines after it that begin with a blank. */
static size_t
field_length(struct str s)
{
	size_t n = line_length(s);

	while (n < s.n && char_is_blank(s.p[n]))
		n += line_length(str_from(s, n));
	return n;
}

/* RFC 5322 2.2: printable ASCII but the colon; the obsolete syntax (4.5) has blanks before it. */
static bool
name_is_good(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] < 33 || name.p[i] > 126)
			return false;
	return name.n > 0;
}

int
header_next(struct str *rest, struct header *h, struct err *e)
{
	ptrdiff_t colon;

	*h = (struct header){ .raw = { rest->p, 0 } };
	if (rest->n == 0)
		return 0;
	if (str_starts(*rest, STR("\r\n"))) {
		*rest = str_from(*rest, 2);
		return 0;
	}
	h->raw = str_head(*rest, field_length(*rest));
	*rest = str_from(*rest, h->raw.n);

	colon = str_chr(h->raw, ':');
	if (colon == -1 || char_is_blank(h->raw.p[0]))
		return err_set(e, ERR_SYNTAX, "RFC 5322 2.2: line without a field name");
	h->name = str_head(h->raw, (size_t)colon);
	while (h->name.n > 0 && char_is_blank(h->name.p[h->name.n - 1]))
		h->name.n--;
	if (!name_is_good(h->name)) {
		h->name.n = 0;
		return err_set(e, ERR_SYNTAX, "RFC 5322 2.2: field name that is none");
	}
	h->body = str_from(h->raw, (size_t)colon + 1);
	if (str_ends(h->body, STR("\r\n")))
		h->body.n -= 2;
	return 1;
}
