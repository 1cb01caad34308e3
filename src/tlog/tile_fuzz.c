/* SPDX-License-Identifier: ISC */
/* A path that is taken is the one that is written; a bundle is its entries; a walk is in order. */
#include "tlog/tile.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
again_path(struct str path)
{
	char again[TILE_PATH_MAX];
	struct tile t;

	if (tile_parse(path, &t, NULL) == -1)
		return;
	if (!str_eq(path, str_of(tile_path(again, &t))) || t.width == 0 || t.width > TILE_WIDTH)
		abort();
}

static void
again_bundle(struct str bundle)
{
	struct buf again = BUF_MAX(1 << 20);
	struct str rest = bundle, entry;

	while (tile_next_entry(&rest, &entry, NULL) == 1)
		tile_add_entry(&again, entry);
	if (!str_eq(buf_str(&again), str_head(bundle, bundle.n - rest.n)))
		abort();
	buf_free(&again);
}

/* From any size to one at most 2,000 larger: the last tile of a level ends where the level does. */
static void
walk(uint64_t from, uint16_t more)
{
	uint64_t to, steps = 0;
	struct tile_walk w;
	struct tile t;

	from %= LIMIT_TREE - 2000;
	to = from + more % 2000;
	w = tile_walk(from, to);
	while (tile_next(&w, &t)) {
		char path[TILE_PATH_MAX];
		struct tile same;

		if (tile_parse(str_of(tile_path(path, &t)), &same, NULL) == -1 || steps++ > 40)
			abort();
		if (t.level >= 0 && t.n * TILE_WIDTH + t.width > to >> 8 * (unsigned)t.level)
			abort();
	}
	if (from == to && steps > 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_head(str_bytes(data, size), 1 << 19);
	uint64_t from;
	uint16_t more;

	again_path(bytes);
	again_bundle(bytes);
	if (bytes.n >= sizeof from + sizeof more) {
		memcpy(&from, bytes.p, sizeof from);
		memcpy(&more, bytes.p + sizeof from, sizeof more);
		walk(from, more);
	}
	return 0;
}
