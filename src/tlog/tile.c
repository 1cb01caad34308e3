/* SPDX-License-Identifier: ISC */
#include "tlog/tile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

/* n in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067. */
static void
add_number(char *out, size_t room, uint64_t n)
{
	uint64_t group = 1;

	while (n / group >= 1000)
		group *= 1000;
	for (; group > 1; group /= 1000) {
		snprintf(out, room, "x%03" PRIu64 "/", n / group % 1000);
		out += 5;
		room -= 5;
	}
	snprintf(out, room, "%03" PRIu64, n % 1000);
}

char *
tile_path(char *out, const struct tile *t)
{
	char number[40];

	add_number(number, sizeof number, t->n);
	if (t->level == TILE_ENTRIES)
		snprintf(out, TILE_PATH_MAX, "tile/entries/%s", number);
	else
		snprintf(out, TILE_PATH_MAX, "tile/%d/%s", t->level, number);
	if (t->width < TILE_WIDTH)
		snprintf(out + strlen(out), TILE_PATH_MAX - strlen(out), ".p/%u", t->width);
	return out;
}

/* Hashes that a level holds in a tree of `size`; for entries as for level 0. */
static uint64_t
level_size(int level, uint64_t size)
{
	return level == TILE_ENTRIES ? size : size >> (8 * level);
}

static int
take_level(struct str *path, int *level)
{
	struct str part;
	uint64_t number;

	if (!str_cut(path, '/', &part) || !str_eq(part, STR("tile")) || !str_cut(path, '/', &part))
		return -1;
	*level = TILE_ENTRIES;
	if (str_eq(part, STR("entries")))
		return 0;
	if (str_u64(part, TILE_LEVELS - 1, &number) == -1)
		return -1;
	*level = (int)number;
	return 0;
}

/* The digits of groups like x001/x234/067, leniently: tile_parse compares with what is right. */
static int
take_number(struct str text, uint64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == 'x' || text.p[i] == '/')
			continue;
		if (!char_is_digit(text.p[i]) || *n > LIMIT_TREE / 10 - 1)
			return -1;
		*n = *n * 10 + (uint64_t)(text.p[i] - '0');
	}
	return 0;
}

/* ".p/W" off the end of *path, if it is there. */
static int
take_width(struct str *path, unsigned *width)
{
	ptrdiff_t at = str_find(*path, STR(".p/"));
	uint64_t number;

	*width = TILE_WIDTH;
	if (at == -1)
		return 0;
	if (str_u64(str_from(*path, (size_t)at + 3), TILE_WIDTH - 1, &number) == -1 || number == 0)
		return -1;
	*width = (unsigned)number;
	*path = str_head(*path, (size_t)at);
	return 0;
}

static bool
is_in_a_tree(const struct tile *t)
{
	uint64_t most = level_size(t->level, LIMIT_TREE);

	return t->n <= most / TILE_WIDTH && t->n * TILE_WIDTH + t->width <= most;
}

int
tile_parse(struct str path, struct tile *t, struct err *e)
{
	char again[TILE_PATH_MAX];
	struct str rest = path;

	if (path.n < TILE_PATH_MAX && take_level(&rest, &t->level) == 0 &&
	    take_width(&rest, &t->width) == 0 && take_number(rest, &t->n) == 0 && is_in_a_tree(t) &&
	    str_eq(path, str_of(tile_path(again, t))))
		return 0;
	return err_set(e, ERR_SYNTAX, "C2SP tlog-tiles: not the path of a tile");
}

struct tile_walk
tile_walk(uint64_t from, uint64_t to)
{
	return (struct tile_walk){ from, to, from / TILE_WIDTH, TILE_ENTRIES };
}

bool
tile_next(struct tile_walk *w, struct tile *t)
{
	for (;;) {
		uint64_t had, has;

		if (w->level == TILE_LEVELS)
			return false;
		had = level_size(w->level, w->from);
		has = level_size(w->level, w->to);
		if (had < has && w->n * TILE_WIDTH < has) {
			uint64_t left = has - w->n * TILE_WIDTH;

			*t = (struct tile){ w->level, w->n++,
				left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH };
			return true;
		}
		w->level++;
		if (w->level < TILE_LEVELS)
			w->n = level_size(w->level, w->from) / TILE_WIDTH;
	}
}

struct tile
tile_of(unsigned level, uint64_t index, uint64_t size)
{
	struct tile t = { .level = (int)(level / 8) };
	uint64_t left;

	t.n = (index << level % 8) / TILE_WIDTH;
	left = level_size(t.level, size) - t.n * TILE_WIDTH;
	t.width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
	return t;
}

int
tile_node(const struct tile *t, struct str bytes, unsigned level, uint64_t index, struct hash *out,
    struct err *e)
{
	struct tlog_tree subtree = { 0 };
	unsigned count = 1u << level % 8;
	unsigned first = (unsigned)((index << level % 8) % TILE_WIDTH);
	struct hash h;

	if (bytes.n != t->width * sizeof h.b || first + count > t->width)
		return err_set(e, ERR_SYNTAX, "C2SP tlog-tiles: tile of %zu bytes", bytes.n);
	for (unsigned i = first; i < first + count; i++) {
		memcpy(h.b, bytes.p + i * sizeof h.b, sizeof h.b);
		tlog_append(&subtree, h);
	}
	*out = tlog_root(&subtree);
	return 0;
}

void
tile_add_entry(struct buf *b, struct str entry)
{
	if (entry.n > LIMIT_ENTRY) {
		b->over = true;
		return;
	}
	buf_u16be(b, (uint16_t)entry.n);
	buf_add(b, entry);
}

int
tile_next_entry(struct str *bundle, struct str *entry, struct err *e)
{
	const uint8_t *p = (const uint8_t *)bundle->p;
	size_t n;

	if (bundle->n == 0)
		return 0;
	n = bundle->n < 2 ? 0 : (size_t)p[0] << 8 | p[1];
	if (bundle->n < 2 + n)
		return err_set(e, ERR_SYNTAX, "C2SP tlog-tiles: bundle ends inside an entry");
	*entry = str_head(str_from(*bundle, 2), n);
	*bundle = str_from(*bundle, 2 + n);
	return 1;
}
