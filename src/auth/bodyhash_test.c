/* SPDX-License-Identifier: ISC */
#include "auth/bodyhash.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/test.h"

static void
test_hash(const char *what, const struct bodyhash *b, int number, const char *want)
{
	struct buf text = BUF_MAX(200);

	base64_add(&text, bodyhash_get(b, number));
	test_str(what, buf_str(&text), want);
	buf_free(&text);
}

/* RFC 6376 sections 3.4.3 and 3.4.4 give these. */
static void
empty(void **state)
{
	struct bodyhash *b = bodyhash_new();
	int simple1 = bodyhash_want(b, CANON_SIMPLE, DIGEST_SHA1, BODYHASH_ALL);
	int simple256 = bodyhash_want(b, CANON_SIMPLE, DIGEST_SHA256, BODYHASH_ALL);
	int relaxed1 = bodyhash_want(b, CANON_RELAXED, DIGEST_SHA1, BODYHASH_ALL);
	int relaxed256 = bodyhash_want(b, CANON_RELAXED, DIGEST_SHA256, BODYHASH_ALL);

	(void)state;
	bodyhash_end(b);
	test_hash("simple, SHA-1", b, simple1, "uoq1oCgLlTqpdDX/iUbLy7J1Wic=");
	test_hash("simple, SHA-256", b, simple256, "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
	test_hash("relaxed, SHA-1", b, relaxed1, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
	test_hash(
	    "relaxed, SHA-256", b, relaxed256, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
	assert_int_equal(bodyhash_size(b, CANON_SIMPLE), 2);
	assert_int_equal(bodyhash_size(b, CANON_RELAXED), 0);
	bodyhash_free(b);
}

/* Every l= of one body at once is the hash of that many bytes, in chunks of any size. */
static void
lengths(void **state)
{
	static const char body[] = "a\r\n b  c\r\n", canonical[] = "a\r\n b c\r\n";
	size_t n = sizeof canonical - 1;

	(void)state;
	for (size_t step = 1; step < sizeof body; step++) {
		struct bodyhash *b = bodyhash_new();
		int number[sizeof canonical + 1];

		for (size_t l = 0; l <= n + 1; l++)
			number[n + 1 - l] =
			    bodyhash_want(b, CANON_RELAXED, DIGEST_SHA256, n + 1 - l);
		for (struct str rest = STR(body); rest.n > 0; rest = str_from(rest, step))
			bodyhash_add(b, str_head(rest, step), NULL);
		bodyhash_end(b);
		assert_int_equal(bodyhash_size(b, CANON_RELAXED), n);
		for (size_t l = 0; l <= n + 1; l++) {
			struct hash want = sha256(str_head(STR(canonical), l));

			assert_true(str_eq(bodyhash_get(b, number[l]), hash_str(&want)));
		}
		bodyhash_free(b);
	}
}

/* A long body that is canonical as it is, so that all hashes are of the same bytes; in chunks of any size. */
static void
beside(void **state)
{
	static char body[30000];
	struct hash want, part;

	(void)state;
	for (size_t i = 0; i < sizeof body; i++)
		body[i] = i % 80 < 78 ? (char)('a' + i % 26) : "\r\n"[i % 80 - 78];
	want = sha256(str_bytes(body, sizeof body));
	part = sha256(str_bytes(body, 5000));
	for (size_t step = 1; step < 3 * sizeof body; step = step * 3 + 1) {
		struct bodyhash *b = bodyhash_new();
		struct digest *whole = digest_new(DIGEST_SHA256);
		int relaxed = bodyhash_want(b, CANON_RELAXED, DIGEST_SHA256, BODYHASH_ALL);
		int simple = bodyhash_want(b, CANON_SIMPLE, DIGEST_SHA256, BODYHASH_ALL);
		int first = bodyhash_want(b, CANON_RELAXED, DIGEST_SHA256, 5000);
		uint8_t out[64];

		bodyhash_want(b, CANON_SIMPLE, DIGEST_SHA1, BODYHASH_ALL);
		for (struct str rest = str_bytes(body, sizeof body); rest.n > 0;
		     rest = str_from(rest, step))
			bodyhash_add(b, str_head(rest, step), whole);
		bodyhash_end(b);
		digest_end(whole, out);
		assert_memory_equal(out, want.b, sizeof want.b);
		assert_true(str_eq(bodyhash_get(b, relaxed), hash_str(&want)));
		assert_true(str_eq(bodyhash_get(b, simple), hash_str(&want)));
		assert_true(str_eq(bodyhash_get(b, first), hash_str(&part)));
		digest_free(whole);
		bodyhash_free(b);
	}
}

static void
ceiling(void **state)
{
	struct bodyhash *b = bodyhash_new();

	(void)state;
	for (unsigned i = 0; i < LIMIT_BODY_HASHES; i++)
		assert_int_equal(bodyhash_want(b, CANON_SIMPLE, DIGEST_SHA256, i), (int)i);
	assert_int_equal(bodyhash_want(b, CANON_SIMPLE, DIGEST_SHA256, 3), 3);
	assert_int_equal(bodyhash_want(b, CANON_RELAXED, DIGEST_SHA256, 3), -1);
	bodyhash_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(lengths),
		cmocka_unit_test(beside),
		cmocka_unit_test(ceiling),
	};

	return cmocka_run_group_tests_name("auth/bodyhash", tests, NULL, NULL);
}
