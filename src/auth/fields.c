/* SPDX-License-Identifier: ISC */
#include "auth/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "msg/clean.h"

/* As str_cmp, in lower case. */
static int
name_order(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		int x = (unsigned char)char_lower(a.p[i]), y = (unsigned char)char_lower(b.p[i]);

		if (x != y)
			return x - y;
	}
	return (a.n > b.n) - (a.n < b.n);
}

/* What qsort sorts: a name, and which field has it. */
struct named {
	struct str name;
	uint32_t number;
};

static int
bottom_up_by_name(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = name_order(a->name, b->name);

	return order != 0 ? order : (a->number < b->number) - (a->number > b->number);
}

static int
sort(struct fields *f, struct arena *a)
{
	struct named *named = calloc((size_t)f->n + 1, sizeof *named);

	if (named == NULL)
		abort();
	f->by_name = arena_array(a, (size_t)f->n + 1, sizeof *f->by_name);
	f->taken = arena_array(a, (size_t)f->n + 1, sizeof *f->taken);
	if (f->by_name != NULL) {
		for (uint32_t i = 0; i < f->n; i++)
			named[i] = (struct named){ f->field[i].name, i };
		qsort(named, f->n, sizeof *named, bottom_up_by_name);
		for (uint32_t i = 0; i < f->n; i++)
			f->by_name[i] = named[i].number;
	}
	free(named);
	return f->by_name == NULL || f->taken == NULL ? -1 : 0;
}

static uint32_t
count(struct str header)
{
	struct header h;
	uint32_t n = 0;

	while (n < LIMIT_FIELDS && header_next(&header, &h, NULL) != 0)
		n++;
	return n;
}

/* Then within a field a line end is always that of a fold. */
static bool
is_orderly(struct str header)
{
	if (str_starts(header, STR("\n")))
		return false;
	header = str_from(header, clean_lines(header, false));
	for (; header.n > 1; header = str_from(header, 1))
		if ((header.p[1] == '\n') != (header.p[0] == '\r'))
			return false;
	return true;
}

int
fields_parse(struct arena *a, struct str header, struct fields *f, struct err *e)
{
	struct str at_end;
	struct header none;

	*f = (struct fields){ .n = count(header), .orderly = is_orderly(header) };
	f->field = arena_array(a, (size_t)f->n + 1, sizeof *f->field);
	if (f->field == NULL)
		return err_set(e, ERR_LIMIT, "header: no room for its fields");
	for (uint32_t i = 0; i < f->n; i++)
		header_next(&header, &f->field[i], NULL);
	at_end = header;
	f->separated = header.n > 0 && header_next(&at_end, &none, NULL) == 0;
	if (!f->separated)
		f->rest = header;
	if (sort(f, a) == -1)
		return err_set(e, ERR_LIMIT, "header: no room for its order");
	return 0;
}

static struct str
name_at(const struct fields *f, uint32_t position)
{
	return f->field[f->by_name[position]].name;
}

/* The position in by_name of the first that is not before name. */
static uint32_t
lower_bound(const struct fields *f, struct str name)
{
	uint32_t from = 0, to = f->n;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (name_order(name_at(f, middle), name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

uint32_t
fields_count(const struct fields *f, struct str name)
{
	uint32_t first = lower_bound(f, name), end = first;

	while (end < f->n && str_caseeq(name_at(f, end), name))
		end++;
	return end - first;
}

const struct header *
fields_top(const struct fields *f, struct str name)
{
	uint32_t n = fields_count(f, name);

	return n == 0 ? NULL : &f->field[f->by_name[lower_bound(f, name) + n - 1]];
}

const struct header *
fields_bottom(const struct fields *f, struct str name)
{
	uint32_t n = fields_count(f, name);

	return n == 0 ? NULL : &f->field[f->by_name[lower_bound(f, name)]];
}

/* Does a field of that name begin here, blanks before the colon or not? */
static bool
begins(struct str s, struct str name)
{
	if (!str_casestarts(s, name))
		return false;
	s = str_from(s, name.n);
	while (s.n > 0 && char_is_blank(s.p[0]))
		s = str_from(s, 1);
	return s.n > 0 && s.p[0] == ':';
}

/* After a CR or LF within it? */
static bool
hides(struct str raw, struct str name)
{
	char first = char_lower(name.p[0]);

	for (size_t i = 0; i + 1 < raw.n; i++)
		if ((raw.p[i] == '\n' || raw.p[i] == '\r') && char_lower(raw.p[i + 1]) == first &&
		    begins(str_from(raw, i + 1), name))
			return true;
	return false;
}

bool
fields_hide(const struct fields *f, struct str name)
{
	if (f->orderly)
		return false;
	for (uint32_t i = 0; i < f->n; i++)
		if (hides(f->field[i].raw, name))
			return true;
	return false;
}

void
fields_take_start(struct fields *f, const struct header *own)
{
	f->own = own;
	memset(f->taken, 0, f->n * sizeof *f->taken);
}

const struct header *
fields_take(struct fields *f, struct str name)
{
	uint32_t first = lower_bound(f, name);

	if (name.n == 0)
		return NULL;
	while (first < f->n && first + f->taken[first] < f->n) {
		const struct header *h = &f->field[f->by_name[first + f->taken[first]]];

		if (!str_caseeq(h->name, name))
			return NULL;
		f->taken[first]++;
		if (h != f->own)
			return h;
	}
	return NULL;
}
