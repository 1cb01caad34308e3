/* SPDX-License-Identifier: ISC */
#include "tlog/tile.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/test.h"

/* The first from C2SP tlog-tiles, "Parameters" and "Merkle Tree". */
static const struct {
	const char *path;
	struct tile tile;
} paths[] = {
	{ "tile/3/x001/x234/067", { 3, 1234067, 256 } },
	{ "tile/0/000", { 0, 0, 256 } },
	{ "tile/0/999", { 0, 999, 256 } },
	{ "tile/0/x001/000", { 0, 1000, 256 } },
	{ "tile/1/x001/x000/000.p/112", { 1, 1000000, 112 } },
	{ "tile/entries/000.p/1", { TILE_ENTRIES, 0, 1 } },
	{ "tile/entries/x273/x009.p/255", { TILE_ENTRIES, 0, 0 } },
	{ "tile/entries/x273/009.p/255", { TILE_ENTRIES, 273009, 255 } },
	{ "tile/7/000.p/127", { 7, 0, 127 } },
	{ "tile/7/000.p/128", { 0, 0, 0 } }, /* more than LIMIT_TREE leaves */
	{ "tile/8/000.p/1", { 0, 0, 0 } },
	{ "tile/0/x036/x028/x797/x018/x963/967.p/255", { 0, 36028797018963967, 255 } },
	{ "tile/0/x036/x028/x797/x018/x963/967", { 0, 0, 0 } },
	{ "tile/0/x099/x999/x999/x999/x999/x999/999", { 0, 0, 0 } },
	{ "tile/0/x000/001", { 0, 0, 0 } },
	{ "tile/0/1", { 0, 0, 0 } },
	{ "tile/0/0001", { 0, 0, 0 } },
	{ "tile/0/", { 0, 0, 0 } },
	{ "tile/0", { 0, 0, 0 } },
	{ "tile/00/000", { 0, 0, 0 } },
	{ "/tile/0/000", { 0, 0, 0 } },
	{ "tile/0/000.p/0", { 0, 0, 0 } },
	{ "tile/0/000.p/01", { 0, 0, 0 } },
	{ "tile/0/000.p/256", { 0, 0, 0 } },
	{ "tile/0/000.p/", { 0, 0, 0 } },
	{ "tile/0/../000", { 0, 0, 0 } },
	{ "tile/8/0/000", { 0, 0, 0 } },
	{ "tile/data/000", { 0, 0, 0 } },
	{ "", { 0, 0, 0 } },
};

static void
names(void **state)
{
	char out[TILE_PATH_MAX];
	struct tile t;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(paths); i++) {
		const struct tile *want = &paths[i].tile;
		int rc = tile_parse(str_of(paths[i].path), &t, NULL);

		if (rc != (want->width > 0 ? 0 : -1))
			fail_msg("%s: parse says %d", paths[i].path, rc);
		if (rc == -1)
			continue;
		assert_true(t.level == want->level && t.n == want->n && t.width == want->width);
		test_str("path", str_of(tile_path(out, want)), paths[i].path);
	}
}

static const struct {
	uint64_t from, to;
	const char *want;
} walks[] = {
	{ 0, 0, "" },
	{ 0, 1, "tile/entries/000.p/1 tile/0/000.p/1 " },
	{ 1, 1, "" },
	{ 5, 256, "tile/entries/000 tile/0/000 tile/1/000.p/1 " },
	{ 256, 257, "tile/entries/001.p/1 tile/0/001.p/1 " },
	{ 250, 520,
	    "tile/entries/000 tile/entries/001 tile/entries/002.p/8 "
	    "tile/0/000 tile/0/001 tile/0/002.p/8 tile/1/000.p/2 " },
	{ 65535, 65536, "tile/entries/255 tile/0/255 tile/1/000 tile/2/000.p/1 " },
};

static void
what_changes(void **state)
{
	char path[TILE_PATH_MAX];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(walks); i++) {
		struct tile_walk w = tile_walk(walks[i].from, walks[i].to);
		struct buf got = BUF_MAX(1000);
		struct tile t;

		while (tile_next(&w, &t))
			buf_printf(&got, "%s ", tile_path(path, &t));
		test_str("walk", buf_str(&got), walks[i].want);
		buf_free(&got);
	}
}

enum {
	LEAVES = 600,
};
static struct hash leaf[LEAVES];

static void
root_of(uint64_t start, uint64_t end, struct hash *out)
{
	struct tlog_tree t = { 0 };

	while (start < end)
		tlog_append(&t, leaf[start++]);
	*out = tlog_root(&t);
}

/* Every node of a tree of 600 leaves, read from the tile that should hold it. */
static void
nodes(void **state)
{
	struct hash hashes[TILE_WIDTH], want, got;

	(void)state;
	for (size_t i = 0; i < LEAVES; i++)
		leaf[i] = hash_leaf(str_bytes(&i, 2));
	for (unsigned level = 0; LEAVES >> level != 0; level++)
		for (uint64_t index = 0; (index + 1) << level <= LEAVES; index++) {
			struct tile t = tile_of(level, index, LEAVES);
			uint64_t each = t.level == 0 ? 1 : TILE_WIDTH;

			for (unsigned i = 0; i < t.width; i++) {
				uint64_t first = (t.n * TILE_WIDTH + i) * each;

				root_of(first, first + each, &hashes[i]);
			}
			root_of(index << level, (index + 1) << level, &want);
			assert_int_equal(tile_node(&t, str_bytes(hashes, t.width * 32), level,
			                     index, &got, NULL),
			    0);
			assert_true(hash_eq(got, want));
			assert_int_equal(tile_node(&t, str_bytes(hashes, t.width * 32 - 1), level,
			                     index, &got, NULL),
			    -1);
		}
}

static void
bundles(void **state)
{
	static const char bytes[] = "\x00\x03one\x00\x00";
	static const char large[LIMIT_ENTRY + 1];
	struct buf b = BUF_MAX(2 * (2 + LIMIT_ENTRY));
	struct str whole = { bytes, sizeof bytes - 1 }, rest = whole, entry;

	(void)state;
	tile_add_entry(&b, STR("one"));
	tile_add_entry(&b, STR(""));
	assert_true(str_eq(buf_str(&b), whole));
	assert_int_equal(tile_next_entry(&rest, &entry, NULL), 1);
	test_str("first", entry, "one");
	assert_int_equal(tile_next_entry(&rest, &entry, NULL), 1);
	test_str("second", entry, "");
	assert_int_equal(tile_next_entry(&rest, &entry, NULL), 0);
	for (size_t n = 1; n < 5; n++) {
		rest = str_head(whole, n);
		assert_int_equal(tile_next_entry(&rest, &entry, NULL), -1);
	}
	buf_clear(&b);
	tile_add_entry(&b, str_bytes(large, LIMIT_ENTRY));
	assert_false(b.over);
	tile_add_entry(&b, str_bytes(large, LIMIT_ENTRY + 1));
	assert_true(b.over);
	buf_free(&b);
}

static void
corpus_file(const char *name, struct buf *b)
{
	char path[100];

	snprintf(path, sizeof path, "tlog/tessera-log/%s", name);
	buf_clear(b);
	test_corpus(path, b);
}

/* A log written by Tessera (transparency-dev/tessera, testdata): its bundles give its tiles and
 * its checkpoints' roots. */
static void
log_of_tessera(void **state)
{
	struct buf bundle = BUF_MAX(10000), tile = BUF_MAX(10000), note = BUF_MAX(10000);
	char path[TILE_PATH_MAX];

	(void)state;
	for (unsigned size = 1; size <= 7; size++) {
		struct tlog_tree t = { 0 };
		struct str entries, entry, hashes, line;
		struct hash root;

		corpus_file(tile_path(path, &(struct tile){ TILE_ENTRIES, 0, size }), &bundle);
		corpus_file(tile_path(path, &(struct tile){ 0, 0, size }), &tile);
		entries = buf_str(&bundle);
		hashes = buf_str(&tile);
		while (tile_next_entry(&entries, &entry, NULL) == 1) {
			struct hash h = hash_leaf(entry);

			assert_true(str_eq(str_head(hashes, 32), hash_str(&h)));
			hashes = str_from(hashes, 32);
			tlog_append(&t, h);
		}
		assert_int_equal(t.size, size);
		assert_int_equal(hashes.n, 0);

		snprintf(path, sizeof path, "history/checkpoint.%u", size);
		corpus_file(path, &note);
		line = buf_str(&note);
		line = str_from(line, (size_t)str_find(line, STR("\n")) + 3);
		line = str_head(line, (size_t)str_find(line, STR("\n")));
		buf_clear(&tile);
		root = tlog_root(&t);
		base64_add(&tile, hash_str(&root));
		assert_true(str_eq(line, buf_str(&tile)));
	}
	buf_free(&bundle);
	buf_free(&tile);
	buf_free(&note);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(what_changes),
		cmocka_unit_test(nodes),
		cmocka_unit_test(bundles),
		cmocka_unit_test(log_of_tessera),
	};

	return cmocka_run_group_tests_name("tlog/tile", tests, NULL, NULL);
}
