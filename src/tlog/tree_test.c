/* SPDX-License-Identifier: ISC */
#include "tlog/tree.h"

#include "base/hex.h"
#include "base/limits.h"
#include "base/test.h"
#include "tlog/check.h"

enum {
	LEAVES = 70,
};

static struct hash leaf[LEAVES];

/* RFC 9162 section 2.1.1, word for word: the reference. */
static struct hash
reference(uint64_t start, uint64_t end)
{
	uint64_t k = 1;

	if (end == start)
		return sha256(STR(""));
	if (end - start == 1)
		return leaf[start];
	while (2 * k < end - start)
		k *= 2;
	return hash_node(reference(start, start + k), reference(start + k, end));
}

/* A reader that refuses to go beyond the tree it is asked about. */
static int
read_node(void *ctx, unsigned level, uint64_t index, struct hash *out, struct err *e)
{
	const uint64_t *size = ctx;

	if ((index + 1) << level > *size)
		return err_set(e, ERR_SYSTEM, "beyond the tree");
	*out = reference(index << level, (index + 1) << level);
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEAVES; i++)
		leaf[i] = hash_leaf(str_bytes(&i, 1));
	return 0;
}

/* Certificate Transparency's reference vectors (transparency-dev/merkle, testonly). */
static const struct {
	const char *leaf, *root; /* the root after adding that leaf */
} published[] = {
	{ "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
	{ "00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
	{ "10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
	{ "2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
	{ "3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
	{ "40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
	{ "5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
	{ "606162636465666768696a6b6c6d6e6f",
	    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

static void
roots(void **state)
{
	struct tlog_tree t = { 0 };
	struct hash root = tlog_root(&t);
	char hex[65];

	(void)state;
	test_str("empty", str_of(hex_encode(hex, root.b, 32)),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < TEST_ROWS(published); i++) {
		uint8_t bytes[16];
		size_t n = strlen(published[i].leaf) / 2;

		assert_int_equal(hex_decode(str_of(published[i].leaf), bytes, n), 0);
		tlog_append(&t, hash_leaf(str_bytes(bytes, n)));
		root = tlog_root(&t);
		test_str(published[i].leaf, str_of(hex_encode(hex, root.b, 32)), published[i].root);
	}
}

static void
edges(void **state)
{
	struct tlog_tree grown = { 0 }, loaded;

	(void)state;
	for (uint64_t size = 0; size <= LEAVES; size++) {
		struct tlog_reader r = { read_node, &size };

		assert_true(hash_eq(tlog_root(&grown), reference(0, size)));
		assert_int_equal(tlog_load(&loaded, size, &r, NULL), 0);
		assert_true(hash_eq(tlog_root(&loaded), reference(0, size)));
		if (size < LEAVES)
			tlog_append(&grown, leaf[size]);
	}
}

/* Right, then with one hash altered, missing, added, and for the leaf and the root next to it. */
static void
inclusion_of(uint64_t index, uint64_t size)
{
	struct tlog_reader r = { read_node, &size };
	struct hash proof[TLOG_PROOF_MAX], root = reference(0, size), other = { { 1 } };
	int n = tlog_inclusion(&r, index, size, proof, NULL);

	assert_in_range(n, 0, 7);
	assert_int_equal(
	    tlog_check_inclusion(leaf[index], index, size, root, proof, (size_t)n, NULL), 0);
	assert_int_equal(
	    tlog_check_inclusion(leaf[index], index, size, other, proof, (size_t)n, NULL), -1);
	assert_int_equal(
	    tlog_check_inclusion(other, index, size, root, proof, (size_t)n, NULL), -1);
	assert_int_equal(
	    tlog_check_inclusion(leaf[index], index + 1, size, root, proof, (size_t)n, NULL), -1);
	proof[n] = leaf[0];
	assert_int_equal(
	    tlog_check_inclusion(leaf[index], index, size, root, proof, (size_t)n + 1, NULL), -1);
	for (int i = 0; i < n; i++) {
		proof[i].b[i] ^= 1;
		assert_int_equal(
		    tlog_check_inclusion(leaf[index], index, size, root, proof, (size_t)n, NULL),
		    -1);
		proof[i].b[i] ^= 1;
		assert_int_equal(
		    tlog_check_inclusion(leaf[index], index, size, root, proof, (size_t)i, NULL),
		    -1);
	}
}

static void
consistency_of(uint64_t from, uint64_t size)
{
	struct tlog_reader r = { read_node, &size };
	struct hash proof[TLOG_PROOF_MAX];
	struct tlog_head older = { from, reference(0, from) }, newer = { size, reference(0, size) };
	struct tlog_head other = { from, { { 1 } } }, shorter = { from - 1, older.root };
	int n = tlog_consistency(&r, from, size, proof, NULL);

	assert_in_range(n, 0, 8);
	assert_int_equal(tlog_check_consistency(older, newer, proof, (size_t)n, NULL), 0);
	assert_int_equal(tlog_check_consistency(other, newer, proof, (size_t)n, NULL), -1);
	assert_int_equal(tlog_check_consistency(older, other, proof, (size_t)n, NULL), -1);
	assert_int_equal(tlog_check_consistency(shorter, newer, proof, (size_t)n, NULL), -1);
	proof[n] = leaf[0];
	assert_int_equal(tlog_check_consistency(older, newer, proof, (size_t)n + 1, NULL), -1);
	for (int i = 0; i < n; i++) {
		proof[i].b[i] ^= 1;
		assert_int_equal(tlog_check_consistency(older, newer, proof, (size_t)n, NULL), -1);
		proof[i].b[i] ^= 1;
		assert_int_equal(tlog_check_consistency(older, newer, proof, (size_t)i, NULL), -1);
	}
}

static void
all_proofs(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= LEAVES; size++)
		for (uint64_t i = 0; i < size; i++) {
			inclusion_of(i, size);
			consistency_of(i + 1, size);
		}
}

static int
any_node(void *ctx, unsigned level, uint64_t index, struct hash *out, struct err *e)
{
	(void)ctx, (void)e;
	*out = (struct hash){ { (uint8_t)level, (uint8_t)index } };
	return 0;
}

static void
no_such_proof(void **state)
{
	struct tlog_reader r = { any_node, NULL };
	struct hash proof[TLOG_PROOF_MAX];
	struct hash z = { { 0 } };

	(void)state;
	assert_int_equal(tlog_inclusion(&r, 5, 5, proof, NULL), -1);
	assert_int_equal(tlog_inclusion(&r, 0, 0, proof, NULL), -1);
	assert_int_equal(tlog_consistency(&r, 0, 5, proof, NULL), -1);
	assert_int_equal(tlog_consistency(&r, 6, 5, proof, NULL), -1);
	assert_int_equal(tlog_consistency(&r, 1, LIMIT_TREE + 1, proof, NULL), -1);
	assert_int_equal(tlog_check_inclusion(z, 0, 0, z, proof, 0, NULL), -1);
	assert_int_equal(tlog_check_consistency((struct tlog_head){ 0, z },
	                     (struct tlog_head){ 0, z }, proof, 0, NULL),
	    -1);
}

/* The tallest tree fits TLOG_PROOF_MAX, and its last leaf is found by its proof. */
static void
tallest(void **state)
{
	struct tlog_reader r = { any_node, NULL };
	struct hash proof[TLOG_PROOF_MAX];
	struct tlog_tree t;

	(void)state;
	assert_int_equal(tlog_load(&t, LIMIT_TREE, &r, NULL), 0);
	assert_int_equal(tlog_inclusion(&r, 0, LIMIT_TREE, proof, NULL), 63);
	assert_int_equal(tlog_consistency(&r, 3, LIMIT_TREE, proof, NULL), 64);
	assert_int_equal(tlog_inclusion(&r, LIMIT_TREE - 1, LIMIT_TREE, proof, NULL), 62);
	assert_int_equal(tlog_check_inclusion(
	                     t.peak[0], LIMIT_TREE - 1, LIMIT_TREE, tlog_root(&t), proof, 62, NULL),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots),
		cmocka_unit_test(edges),
		cmocka_unit_test(all_proofs),
		cmocka_unit_test(no_such_proof),
		cmocka_unit_test(tallest),
	};

	return cmocka_run_group_tests_name("tlog/tree", tests, set_up, NULL);
}
