/* SPDX-License-Identifier: ISC */
#include "imap/filter.h"

#include <string.h>

#include "base/limits.h"

enum {
	CODE_WITHIN =
	    24, /* bytes of a line in which a response code begins, after tag and status */
};

void
filter_command(struct filter *f, uint64_t lines, uint64_t literals)
{
	f->lines = lines;
	f->bytes = 0;
	f->searched = false;
	f->literals = literals;
}

/* The last bytes of the line, without its CR LF. */
static struct str
tail(const struct filter *f)
{
	size_t n = f->n < FILTER_TAIL ? f->n : FILTER_TAIL;

	return (struct str){ f->tail + FILTER_TAIL - n, n };
}

struct str
filter_head(const struct filter *f)
{
	size_t n = f->n > 0 ? f->n : f->last;

	return str_bytes(f->head, n < FILTER_HEAD ? n : FILTER_HEAD);
}

/* "* 5 FETCH (": elsewhere the parser sees text where we would see a literal. */
static bool
is_fetch(struct str s)
{
	size_t at = 2;

	while (at < s.n && char_is_digit(s.p[at]))
		at++;
	return at > 2 && str_starts(s, STR("* ")) &&
	       str_casestarts(str_from(s, at), STR(" FETCH ("));
}

/* "{123}" at the end of the line begins a literal; only a message's may. */
static int
begin_literal(struct filter *f, struct err *e)
{
	struct str t = tail(f), digits;
	uint64_t n;
	size_t at;

	if (!str_ends(t, STR("}")))
		return 0;
	for (at = t.n - 1; at > 0 && char_is_digit(t.p[at - 1]);)
		at--;
	if (at == 0) /* it began before what is kept; libetpan's number would wrap */
		return err_set(e, ERR_LIMIT, "RFC 3501 4.3: a literal larger than announced");
	if (t.p[at - 1] != '{' || at == t.n - 1)
		return 0;
	digits = str_head(str_from(t, at), t.n - 1 - at);
	if (f->quoted || !str_ends(str_head(t, at), STR("BODY[] {")) || !is_fetch(filter_head(f)))
		return err_set(e, ERR_SYNTAX, "RFC 3501 4.3: a literal that was not asked for");
	if (str_u64(digits, LIMIT_MESSAGE, &n) == -1 || n > f->literals)
		return err_set(e, ERR_LIMIT, "RFC 3501 4.3: a literal larger than announced");
	f->literals -= n;
	f->literal = n;
	return 0;
}

/* "* OK [PERMANENTFLAGS (" without an end is what libetpan's greeting parser dies of. */
static int
check_first(struct filter *f, struct err *e)
{
	if (!f->greeted && !str_casestarts(filter_head(f), STR("* OK")) &&
	    !str_casestarts(filter_head(f), STR("* PREAUTH")))
		return err_set(e, ERR_RETRY, "RFC 3501 7.1: greeted with neither OK nor PREAUTH");
	if (str_casestarts(filter_head(f), STR("* BYE")))
		return err_set(e, ERR_RETRY, "RFC 3501 7.1.5: the server says BYE");
	if (f->code)
		return err_set(e, ERR_SYNTAX, "RFC 3501 7.1: a response code without an end");
	f->greeted = true;
	f->searched = f->searched || str_casestarts(filter_head(f), STR("* SEARCH"));
	return 0;
}

static int
end_line(struct filter *f, struct err *e)
{
	bool continued;

	if (begin_literal(f, e) == -1)
		return -1;
	continued = f->literal > 0 || str_ends(tail(f), STR("{0}"));
	if (!continued && check_first(f, e) == -1)
		return -1;
	if (f->lines == 0)
		return err_set(e, ERR_LIMIT, "more lines than the command calls for");
	f->lines--;
	f->last = f->n;
	f->n = f->words = 0;
	f->number = 0;
	f->quoted = f->escaped = f->cr = f->is_uid = false;
	if (!continued)
		f->depth = 0;
	return 0;
}

/* Brackets matter only as the response code that begins a status: "* OK [", "5 NO [", "+ [". */
static void
count_code(struct filter *f, char c)
{
	if (c == '[' && f->n <= CODE_WITHIN && f->words <= 2 && !is_fetch(filter_head(f)))
		f->code = true;
	else if (c == ']' && f->depth == 0)
		f->code = false;
}

/* The parser's numbers wrap: 4294967297 would be message 1. */
static int
check_uid(struct filter *f, char c, struct err *e)
{
	struct str t = tail(f);

	if (char_is_digit(c)) {
		if (f->number <= UINT32_MAX)
			f->number = f->number * 10 + (uint64_t)(c - '0');
		if (f->is_uid && f->number > UINT32_MAX)
			return err_set(e, ERR_SYNTAX, "RFC 3501 9: a UID of more than 32 bits");
		return 0;
	}
	f->number = 0;
	if (c == ' ' && str_ends(t, STR("  ")))
		return 0;
	f->is_uid = c == ' ' && (str_casestarts(filter_head(f), STR("* SEARCH ")) ||
	                            (t.n > 4 && str_caseeq(str_from(t, t.n - 4), STR("UID "))));
	return 0;
}

/* Parentheses and UIDs outside of quotes. */
static int
count(struct filter *f, char c, struct err *e)
{
	if (f->escaped) {
		f->escaped = false;
		return 0;
	}
	if (c == '"')
		f->quoted = !f->quoted;
	if (f->quoted) {
		f->escaped = c == '\\';
		return 0;
	}
	f->words += c == ' ';
	count_code(f, c);
	if (check_uid(f, c, e) == -1)
		return -1;
	if (c == ')' && f->depth > 0)
		f->depth--;
	if (c == '(' && ++f->depth > LIMIT_IMAP_DEPTH)
		return err_set(e, ERR_LIMIT, "more than %u parentheses open", LIMIT_IMAP_DEPTH);
	return 0;
}

static int
line_byte(struct filter *f, char c, struct err *e)
{
	if (f->cr && c != '\n')
		return err_set(e, ERR_SYNTAX, "RFC 3501 2.2: a bare CR");
	if (c == '\n')
		return f->cr ? end_line(f, e) : err_set(e, ERR_SYNTAX, "RFC 3501 2.2: a bare LF");
	if (c == '\r') {
		f->cr = true;
		return 0;
	}
	if (c == '\0')
		return err_set(e, ERR_SYNTAX, "RFC 3501 9: a NUL");
	if (f->n < FILTER_HEAD)
		f->head[f->n] = c;
	memmove(f->tail, f->tail + 1, FILTER_TAIL - 1);
	f->tail[FILTER_TAIL - 1] = c;
	if (++f->n > LIMIT_IMAP_LINE)
		return err_set(e, ERR_LIMIT, "a line of more than %u bytes", LIMIT_IMAP_LINE);
	if (++f->bytes > LIMIT_IMAP_ANSWER)
		return err_set(e, ERR_LIMIT, "more than %u bytes of lines", LIMIT_IMAP_ANSWER);
	return count(f, c, e);
}

int
filter_bytes(struct filter *f, struct str bytes, struct err *e)
{
	while (bytes.n > 0) {
		size_t skip = f->literal < bytes.n ? (size_t)f->literal : bytes.n;

		f->literal -= skip;
		bytes = str_from(bytes, skip);
		if (bytes.n == 0)
			break;
		if (line_byte(f, bytes.p[0], e) == -1)
			return -1;
		bytes = str_from(bytes, 1);
	}
	return 0;
}
