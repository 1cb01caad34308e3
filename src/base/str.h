/* SPDX-License-Identifier: ISC */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * str: bytes somebody else owns.  Mail holds NULs, bare LFs and lies, so nothing here looks for
 * a terminating NUL, and nothing depends on a locale: case and blanks are ASCII's.  What is asked
 * of every byte stands here, to be compiled into its loops.
 */
struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ literal, sizeof(literal) - 1 })
#define STR_FMT(s)   (int)(s).n, (s).p /* for "%.*s", of text known to be short */

struct str str_of(const char *c_string); /* NULL gives the empty view */

static inline struct str
str_bytes(const void *p, size_t n)
{
	return (struct str){ p, n };
}

/* Without the first offset bytes. */
static inline struct str
str_from(struct str s, size_t offset)
{
	if (offset > s.n)
		offset = s.n;
	return (struct str){ s.p == NULL ? NULL : s.p + offset, s.n - offset };
}

/* The first n bytes at most. */
static inline struct str
str_head(struct str s, size_t n)
{
	return (struct str){ s.p, n < s.n ? n : s.n };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n &&
	       (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p + 1, b.p + 1, a.n - 1) == 0));
}

bool str_caseeq(struct str a, struct str b);
int str_cmp(struct str a, struct str b); /* as memcmp, then the shorter first */
bool str_starts(struct str s, struct str prefix);
bool str_casestarts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of the first occurrence, or -1. */
ptrdiff_t str_find(struct str s, struct str what);
ptrdiff_t str_chr(struct str s, char c);
bool str_is_ascii(struct str s); /* no byte above 127 */
/* Without SP, HTAB, CR, LF at both ends. */
struct str str_trim(struct str s);

/*
 * Take what stands before the next c off *rest, c itself dropped; all of it when there is no c.
 * Returns false, *part empty, only when *rest is NULL-pointed, that is, used up: "a," gives "a"
 * and "".
 */
bool str_cut(struct str *rest, char c, struct str *part);
/* Take a line off *rest, its LF dropped.  False when nothing is left; the last needs no LF. */
bool str_line(struct str *rest, struct str *line);

/* Decimal digits only, all of s, without sign; no leading zero but "0" itself.  Returns 0, or -1
 * on anything else and past max. */
int str_u64(struct str s, uint64_t max, uint64_t *value);

/* SP or HTAB (RFC 5234 WSP). */
static inline bool
char_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool
char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
char_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char
char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

#endif
