/* SPDX-License-Identifier: ISC */
#include "base/str.h"

#include <string.h>

struct str
str_of(const char *c_string)
{
	return (struct str){ c_string, c_string == NULL ? 0 : strlen(c_string) };
}

bool
str_caseeq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (char_lower(a.p[i]) != char_lower(b.p[i]))
			return false;
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_head(s, prefix.n), prefix);
}

bool
str_casestarts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_caseeq(str_head(s, prefix.n), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

ptrdiff_t
str_find(struct str s, struct str what)
{
	const char *hit;

	if (what.n == 0)
		return 0;
	if (s.n < what.n)
		return -1;
	hit = memmem(s.p, s.n, what.p, what.n);
	return hit == NULL ? -1 : hit - s.p;
}

ptrdiff_t
str_chr(struct str s, char c)
{
	const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);

	return hit == NULL ? -1 : hit - s.p;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
str_is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 127)
			return false;
	return true;
}

struct str
str_trim(struct str s)
{
	size_t begin = 0;

	while (begin < s.n && is_space(s.p[begin]))
		begin++;
	while (s.n > begin && is_space(s.p[s.n - 1]))
		s.n--;
	return str_from(s, begin);
}

bool
str_cut(struct str *rest, char c, struct str *part)
{
	ptrdiff_t at;

	*part = (struct str){ NULL, 0 };
	if (rest->p == NULL)
		return false;
	at = str_chr(*rest, c);
	*part = str_head(*rest, at == -1 ? rest->n : (size_t)at);
	*rest = at == -1 ? (struct str){ NULL, 0 } : str_from(*rest, (size_t)at + 1);
	return true;
}

bool
str_line(struct str *rest, struct str *line)
{
	if (rest->n == 0) {
		*line = (struct str){ NULL, 0 };
		return false;
	}
	return str_cut(rest, '\n', line);
}

int
str_u64(struct str s, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;

	if (s.n == 0 || (s.n > 1 && s.p[0] == '0'))
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit;

		if (!char_is_digit(s.p[i]))
			return -1;
		digit = (unsigned)(s.p[i] - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return -1;
		v = v * 10 + digit;
	}
	if (v > max)
		return -1;
	*value = v;
	return 0;
}
