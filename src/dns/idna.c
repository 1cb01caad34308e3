/* SPDX-License-Identifier: ISC */
#include "dns/idna.h"

/* What a U-label may have beyond ASCII: 0 a letter or digit, MARK or its combining class a mark. */
struct range {
	uint32_t first, last;
	uint8_t kind;
};

/* A mark and the letter with which it is one character in NFC. */
struct pair {
	uint32_t mark, letter;
};

#include "dns/idna_table.h"

enum {
	RANGES = sizeof ranges / sizeof ranges[0],
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

/* NULL: not allowed. */
static const struct range *
range_of(uint32_t c)
{
	size_t low = 0, high = RANGES;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (c > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < RANGES && c >= ranges[low].first ? &ranges[low] : NULL;
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

int
idna_check(const uint32_t *c, size_t n, struct err *e)
{
	struct order order = { 0 };

	if (check_hyphens(c, n, e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct range *r = range_of(c[i]);
		uint8_t kind = r == NULL ? 0 : r->kind;
		bool joins = (c[i] == ZWJ || c[i] == ZWNJ) && order.class == VIRAMA;

		if (r == NULL && !joins && !is_ascii_allowed(c[i]))
			return err_set(e, ERR_SYNTAX, "RFC 5892 2: U+%04X is not allowed", c[i]);
		if (i == 0 && kind != 0)
			return err_set(e, ERR_SYNTAX, "RFC 5891 4.2.3.2: begins with a mark");
		if (!is_in_order(&order, c[i], kind))
			return err_set(e, ERR_SYNTAX, "RFC 5891 4.2.1: not in NFC");
	}
	return 0;
}
