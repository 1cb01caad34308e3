/* SPDX-License-Identifier: ISC */
#include "seal/grammar.h"

#include <assert.h>
#include <string.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/ranges.h"

enum {
	WORD_MAX = 64,
	GRAPH_MAX = 512,
	TEXT_MAX = 200,
	KIND_MAX = 16,
};

static bool
is_number(struct str s)
{
	uint64_t n;

	return str_u64(s, INT64_MAX, &n) == 0;
}

static bool
is_hash(struct str s)
{
	uint8_t out[32];

	return s.n == 64 && hex_decode(s, out, sizeof out) == 0;
}

static bool
is_hash512(struct str s)
{
	uint8_t out[64];

	return s.n == 128 && hex_decode(s, out, sizeof out) == 0;
}

static bool
is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_alpha(s.p[i]) && !char_is_digit(s.p[i]) &&
		    memchr("._-+:/", s.p[i], 6) == NULL)
			return false;
	return s.n > 0 && s.n <= WORD_MAX;
}

static bool
is_graph(struct str s)
{
	while (str_ends(s, STR("=")))
		s.n--;
	return s.n > 0 && s.n <= GRAPH_MAX && str_chr(s, ' ') == -1 && str_chr(s, '=') == -1;
}

static bool
is_base64(struct str s)
{
	struct buf out = BUF_MAX(s.n);
	int rc = base64_decode(s, BASE64_STRICT, &out, NULL);

	buf_free(&out);
	return rc == 0;
}

static bool
is_uids(struct str s)
{
	uint64_t count;

	return s.n <= LIMIT_RECORD_UIDS && ranges_is_text(s, &count);
}

bool
grammar_is_kind(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !char_is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= KIND_MAX;
}

static bool
is_text(struct str s)
{
	return s.n > 0 && s.n <= TEXT_MAX;
}

static bool
is_words(struct str s)
{
	return s.p == NULL || s.n > 0;
}

static const struct type {
	struct str name;
	bool (*is)(struct str s);
	bool rest; /* takes the rest of the line */
} types[] = {
	{ { "n", 1 }, is_number, false },
	{ { "hash", 4 }, is_hash, false },
	{ { "hash512", 7 }, is_hash512, false },
	{ { "word", 4 }, is_word, false },
	{ { "graph", 5 }, is_graph, false },
	{ { "base64", 6 }, is_base64, false },
	{ { "kind", 4 }, grammar_is_kind, false },
	{ { "uids", 4 }, is_uids, false },
	{ { "text", 4 }, is_text, true },
	{ { "words", 5 }, is_words, true },
};

static const struct type *
type_named(struct str name)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (str_eq(types[i].name, name))
			return &types[i];
	return NULL;
}

/* "{a,b,c}" */
static bool
is_one_of(struct str list, struct str s)
{
	struct str rest = { list.p + 1, list.n - 2 }, word;

	while (str_cut(&rest, ',', &word))
		if (str_eq(word, s))
			return true;
	return false;
}

/* One word of a row's args, its key taken off, against one argument. */
static bool
takes_value(struct str want, struct str s)
{
	const struct type *t;

	if (str_starts(want, STR("'")))
		return str_eq(str_from(want, 1), s);
	if (str_ends(want, STR("|-"))) {
		if (str_eq(s, STR("-")))
			return true;
		want.n -= 2;
	}
	if (str_starts(want, STR("{")))
		return is_one_of(want, s);
	t = type_named(want);
	assert(t != NULL);
	return t->is(s);
}

static bool
takes_rest(struct str want)
{
	const struct type *t = type_named(want);

	return t != NULL && t->rest;
}

/* The argument in front of *rest, which `want` describes; its key is taken off both. */
static bool
takes_arg(struct str want, struct str *rest)
{
	struct str arg;
	ptrdiff_t key = str_chr(want, '=');

	if (takes_rest(want)) {
		arg = *rest;
		*rest = (struct str){ 0 };
		return takes_value(want, arg);
	}
	if (!str_cut(rest, ' ', &arg))
		return false;
	if (key != -1 && !str_starts(arg, str_head(want, (size_t)key + 1)))
		return false;
	return takes_value(str_from(want, (size_t)(key + 1)), str_from(arg, (size_t)(key + 1)));
}

static bool
row_takes(const struct grammar_row *row, struct str name, struct str rest)
{
	struct str args = str_of(row->args), want;

	if (!str_eq(name, str_of(row->name)))
		return false;
	while (str_cut(&args, ' ', &want))
		if (!takes_arg(want, &rest))
			return false;
	return rest.p == NULL;
}

static bool
is_printable(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < 0x20 || line.p[i] > 0x7e)
			return false;
	return true;
}

/* Go on from *row to the first that takes the line, passing none that must be there. */
static int
take_line(const struct grammar_row **row, unsigned *times, struct str name, struct str rest,
    struct err *e)
{
	for (; (*row)->name != NULL; (*row)++, *times = 0) {
		if (row_takes(*row, name, rest) && (*times == 0 || (*row)->count == GRAMMAR_ANY)) {
			++*times;
			return 0;
		}
		if ((*row)->count == GRAMMAR_ONCE && *times == 0)
			return err_set(e, ERR_SYNTAX, "here should be: %s %s", (*row)->name,
			    (*row)->args != NULL ? (*row)->args : "");
	}
	return err_set(e, ERR_SYNTAX, "no line that may stand here");
}

int
grammar_check(const struct grammar_row *row, struct str text, struct err *e)
{
	struct str line, name;
	unsigned times = 0, number = 0;

	if (text.n > 0 && text.p[text.n - 1] != '\n')
		return err_set(e, ERR_SYNTAX, "the last line has no LF");
	while (str_line(&text, &line)) {
		number++;
		if (!is_printable(line))
			return err_set(e, ERR_SYNTAX, "line %u is not printable ASCII", number);
		if (str_starts(line, STR("x-")))
			continue;
		str_cut(&line, ' ', &name);
		if (take_line(&row, &times, name, line, e) == -1)
			return err_at(e, "line %u", number);
	}
	for (; row->name != NULL; row++, times = 0)
		if (row->count == GRAMMAR_ONCE && times == 0)
			return err_set(e, ERR_SYNTAX, "the line is missing: %s", row->name);
	return 0;
}

/* A key ends at a "=" that is no padding of base64: more than "=" comes after it. */
static struct str
without_key(struct str arg)
{
	ptrdiff_t at = str_chr(arg, '=');

	if (at == -1 || (size_t)at + 1 == arg.n || arg.p[at + 1] == '=')
		return arg;
	return str_from(arg, (size_t)at + 1);
}

bool
grammar_next(struct str *rest, struct grammar_line *l)
{
	struct str line, arg;

	if (!str_line(rest, &line))
		return false;
	*l = (struct grammar_line){ 0 };
	str_cut(&line, ' ', &l->name);
	l->args = line;
	while (l->n < GRAMMAR_ARGS && str_cut(&line, ' ', &arg))
		l->arg[l->n++] = without_key(arg);
	return true;
}

struct str
grammar_tail(const struct grammar_line *l, size_t n)
{
	struct str rest = l->args, arg;

	while (n-- > 0)
		str_cut(&rest, ' ', &arg);
	return rest;
}

bool
grammar_find(struct str text, const char *name, struct grammar_line *l)
{
	while (grammar_next(&text, l))
		if (str_eq(l->name, str_of(name)))
			return true;
	return false;
}

bool
grammar_find_arg(struct str text, const char *name, struct str first, struct grammar_line *l)
{
	while (grammar_next(&text, l))
		if (str_eq(l->name, str_of(name)) && str_eq(l->arg[0], first))
			return true;
	return false;
}

uint64_t
grammar_number(struct str arg)
{
	uint64_t n = 0;

	str_u64(arg, INT64_MAX, &n);
	return n;
}

struct hash
grammar_hash(struct str arg)
{
	struct hash h = { 0 };

	hex_decode(arg, h.b, sizeof h.b);
	return h;
}
