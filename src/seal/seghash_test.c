/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/hex.h"
#include "base/limits.h"
#include "seal/seghash.h"

#define MESSAGE "A: b\r\n\r\nbody of it\r\n"

static const struct seed seed = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 } };

struct cut {
	uint64_t length;
	const char *kind;
};

/* Roots by Python's hashlib and hmac, with RFC 6962's recursive definition. */
static const struct {
	const char *what;
	struct cut cuts[15];
	const char *root, *root2;
} rows[] = {
	{ "two", { { 8, "header" }, { 12, "body" } },
	    "7e9ce7e7d693d0ad7fb1f8d97fc23dc3e02c266faa124d2a824e68edb1db0372",
	    "f152ca4cf73f8bdc2fe5c16a958c5293caac77d20fcde0105ca0fb3acad3256e"
	    "07307315a79a8763467a4ee0c56b4be419baaa34bcb604919842493e017b4fef" },
	{ "five, one empty",
	    { { 6, "header" }, { 2, "empty" }, { 4, "mime" }, { 0, "gap" }, { 8, "rest" } },
	    "d489436f4fd108bf65745c410da12f18aa7f1a0a2d5408c0f79051eeb3ac51f4",
	    "b615592a9663303d72b020b942b67080aa781463f44459c1f8e1900d27986340"
	    "b7997cf57346b158137f1fe5b947b5827abdb98b60a945eb6c62bd1dc321fd9b" },
	{ "fourteen",
	    { { 1, "gap" }, { 1, "gap" }, { 1, "gap" }, { 1, "gap" }, { 1, "gap" }, { 1, "gap" },
	        { 1, "gap" }, { 1, "gap" }, { 1, "gap" }, { 1, "gap" }, { 1, "gap" }, { 1, "gap" },
	        { 1, "gap" }, { 7, "rest" } },
	    "a2b156c91b546f188486281a261947762a67f9668986f0ece67e7f929aa3ad79",
	    "9fb9071e788e26454f36c8c44c6afb7e878ef1b1ec4abe3090c616a312f8b6cc"
	    "08f8ebee92d9a81ca37e91ec8786bf3ed60710d2eae355a4347766bcbbad857b" },
};

/* The message in chunks of that many bytes. */
static struct segroots
roots_of(const struct cut *cut, size_t chunk)
{
	struct str rest = STR(MESSAGE), piece;
	struct seghash *s = seghash_new(&seed);
	struct segroots roots;
	struct err e;

	for (; cut->kind != NULL; cut++) {
		uint64_t left = cut->length;

		assert_int_equal(seghash_begin(s, cut->length, str_of(cut->kind), &e), 0);
		while (left > 0) {
			size_t n = seghash_add(s, piece = str_head(rest, chunk));

			assert_in_range(n, 1, piece.n);
			rest = str_from(rest, n);
			left -= n;
		}
		assert_int_equal(seghash_add(s, rest), 0);
	}
	assert_int_equal(seghash_end(s, &roots, &e), 0);
	assert_int_equal(rest.n, 0);
	seghash_free(s);
	return roots;
}

/* The roots are as computed elsewhere, and chunking does not matter. */
static void
roots(void **state)
{
	char hex[129];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++)
		for (size_t chunk = 1; chunk <= sizeof MESSAGE; chunk++) {
			struct segroots got = roots_of(rows[i].cuts, chunk);

			test_str(
			    rows[i].what, str_of(hex_encode(hex, got.root.b, 32)), rows[i].root);
			test_str(
			    rows[i].what, str_of(hex_encode(hex, got.root2.b, 64)), rows[i].root2);
		}
}

/* Who has the salts gets the same as who has the seed. */
static void
salted(void **state)
{
	char label[SEGMENT_LABEL_MAX];
	struct segroots want = roots_of(rows[0].cuts, 64), got;
	struct seghash *s = seghash_new(NULL);
	struct hash salt;

	(void)state;
	salt = commit_salt(&seed, segment_label(label, 0, 0, 8, STR("header")));
	assert_int_equal(seghash_begin_salted(s, 8, STR("header"), salt, NULL), 0);
	assert_int_equal(seghash_add(s, STR(MESSAGE)), 8);
	salt = commit_salt(&seed, segment_label(label, 1, 8, 12, STR("body")));
	assert_int_equal(seghash_begin_salted(s, 12, STR("body"), salt, NULL), 0);
	assert_int_equal(seghash_add(s, str_from(STR(MESSAGE), 8)), 12);
	assert_int_equal(seghash_end(s, &got, NULL), 0);
	assert_true(segroots_eq(&want, &got));
	got.root2.b[63] ^= 1;
	assert_false(segroots_eq(&want, &got));
	seghash_free(s);
}

static void
refused(void **state)
{
	struct seghash *s = seghash_new(&seed);
	struct segroots roots;
	struct err e;

	(void)state;
	assert_int_equal(seghash_begin(s, 1, STR("Gap"), &e), -1);
	assert_int_equal(seghash_begin(s, 1, STR("seventeen-letters"), &e), -1);
	assert_int_equal(seghash_begin(s, LIMIT_MESSAGE + 1, STR("gap"), &e), -1);
	assert_int_equal(seghash_begin(s, 1, STR("gap"), &e), 0);
	assert_int_equal(seghash_begin(s, 1, STR("gap"), &e), -1);
	assert_int_equal(seghash_end(s, &roots, &e), -1);
	assert_int_equal(seghash_add(s, STR("x")), 1);
	for (size_t i = 1; i < LIMIT_SEGMENTS; i++)
		assert_int_equal(seghash_begin(s, 0, STR("gap"), &e), 0);
	assert_int_equal(seghash_begin(s, 0, STR("gap"), &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(seghash_end(s, &roots, &e), 0);
	assert_int_equal(roots.n, LIMIT_SEGMENTS);
	seghash_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots),
		cmocka_unit_test(salted),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
