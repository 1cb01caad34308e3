/* SPDX-License-Identifier: ISC */
#include "dns/idna.h"

/* Code points beyond ASCII that are the same in one thing; those of which there is nothing to say are
 * in no range. */
struct range {
	uint32_t first, last;
	uint8_t kind;
};

/* RFC 5893 section 2: the classes that its rule tells apart, R and AL as one. */
enum direction {
	LTR,
	RTL,
	AN,
	EN,
	NSM,
	NEUTRAL,
};

/* RFC 5892 appendix A.1: on which sides a letter joins; T: it lets the others join across it. */
enum joins {
	JOINS_NOT,
	JOINS_D,
	JOINS_L,
	JOINS_R,
	JOINS_T,
};

/* A mark and the letter with which it is one character in NFC. */
struct pair {
	uint32_t mark, letter;
};

#include "dns/idna_table.h"

enum {
	RANGES = sizeof ranges / sizeof ranges[0], /* 0 a letter or digit, else a mark: its class */
	DIRECTIONS = sizeof directions / sizeof directions[0],
	JOINS = sizeof joins / sizeof joins[0],
	PAIRS = sizeof pairs / sizeof pairs[0],
	VIRAMA = 9,
	MARK = 255, /* of combining class 0 */
	ZWNJ = 0x200c,
	ZWJ = 0x200d,
};

static bool
is_ascii_allowed(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static const struct range *
find(const struct range *table, size_t n, uint32_t c)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > table[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && c >= table[low].first ? &table[low] : NULL;
}

static enum direction
direction_of(uint32_t c)
{
	const struct range *r = find(directions, DIRECTIONS, c);

	if (c < 128)
		return c >= 'a' ? LTR : c == '-' ? NEUTRAL : EN;
	if (c == ZWNJ || c == ZWJ)
		return NEUTRAL;
	return r == NULL ? LTR : (enum direction)r->kind;
}

static enum joins
joins_of(uint32_t c)
{
	const struct range *r = find(joins, JOINS, c);

	return r == NULL ? JOINS_NOT : (enum joins)r->kind;
}

static bool
compose(uint32_t letter, uint32_t mark)
{
	size_t low = 0, high = PAIRS;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct pair *p = &pairs[middle];

		if (p->mark < mark || (p->mark == mark && p->letter < letter))
			low = middle + 1;
		else
			high = middle;
	}
	return low < PAIRS && pairs[low].mark == mark && pairs[low].letter == letter;
}

/* UAX 15: the last starter, and the class of the last character. */
struct order {
	uint32_t starter;
	uint8_t class;
};

/* Would NFC leave this one where it is, as it is? */
static bool
is_in_order(struct order *o, uint32_t c, uint8_t kind)
{
	uint8_t class = kind == MARK ? 0 : kind;
	bool seen = o->class == 0 || o->class < class; /* by the starter */

	if (class != 0 && o->class > class)
		return false;
	if (seen && compose(o->starter, c))
		return false;
	if (class == 0)
		o->starter = c;
	o->class = class;
	return true;
}

static int
check_hyphens(const uint32_t *c, size_t n, struct err *e)
{
	if (n == 0 || c[0] == '-' || c[n - 1] == '-')
		return err_set(e, ERR_SYNTAX, "RFC 5891 4.2.3.1: a hyphen at the end, or nothing");
	if (n >= 4 && c[2] == '-' && c[3] == '-')
		return err_set(
		    e, ERR_SYNTAX, "RFC 5891 4.2.3.1: hyphens in third and fourth place");
	return 0;
}

/* RFC 5893 section 2, of a label that has something in it that is read from right to left. */
static int
check_direction(const uint32_t *c, size_t n, struct err *e)
{
	enum direction last = NEUTRAL;
	bool has[NEUTRAL + 1] = { false };

	for (size_t i = 0; i < n; i++) {
		enum direction d = direction_of(c[i]);

		has[d] = true;
		if (d != NSM)
			last = d;
	}
	if (!has[RTL] && !has[AN])
		return 0;
	if (direction_of(c[0]) != RTL || has[LTR] || (has[EN] && has[AN]) || last == NEUTRAL)
		return err_set(e, ERR_SYNTAX, "RFC 5893 2: letters or digits of both directions");
	return 0;
}

/* RFC 5892 appendix A.1: a ZWNJ keeps two letters apart that would join. */
static bool
keeps_apart(const uint32_t *c, size_t n, size_t at)
{
	size_t before = at, after = at + 1;
	enum joins left, right;

	while (before > 0 && joins_of(c[before - 1]) == JOINS_T)
		before--;
	while (after < n && joins_of(c[after]) == JOINS_T)
		after++;
	if (before == 0 || after == n)
		return false;
	left = joins_of(c[before - 1]);
	right = joins_of(c[after]);
	return (left == JOINS_L || left == JOINS_D) && (right == JOINS_R || right == JOINS_D);
}

/* RFC 5892 appendix A.1 and A.2. */
static bool
is_joiner(const uint32_t *c, size_t n, size_t at, bool behind_virama)
{
	if (c[at] != ZWJ && c[at] != ZWNJ)
		return false;
	return behind_virama || (c[at] == ZWNJ && keeps_apart(c, n, at));
}

int
idna_check(const uint32_t *c, size_t n, struct err *e)
{
	struct order order = { 0 };

	if (check_hyphens(c, n, e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct range *r = find(ranges, RANGES, c[i]);
		uint8_t kind = r == NULL ? 0 : r->kind;

		if (r == NULL && !is_ascii_allowed(c[i]) &&
		    !is_joiner(c, n, i, order.class == VIRAMA))
			return err_set(e, ERR_SYNTAX, "RFC 5892 2: U+%04X is not allowed", c[i]);
		if (i == 0 && kind != 0)
			return err_set(e, ERR_SYNTAX, "RFC 5891 4.2.3.2: begins with a mark");
		if (!is_in_order(&order, c[i], kind))
			return err_set(e, ERR_SYNTAX, "RFC 5891 4.2.1: not in NFC");
	}
	return check_direction(c, n, e);
}
