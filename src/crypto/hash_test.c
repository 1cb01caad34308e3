/* SPDX-License-Identifier: ISC */
#include "crypto/hash.h"

#include "base/hex.h"
#include "base/test.h"

#define HEX(h) str_of(hex_encode((char[129]){ 0 }, (h).b, sizeof(h).b))

/* FIPS 180-4's examples (NIST, "Secure Hashing" example values). */
static void
fips_180(void **state)
{
	(void)state;
	test_str("empty", HEX(sha256(STR(""))),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	test_str("abc", HEX(sha256(STR("abc"))),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	test_str("two blocks",
	    HEX(sha256(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	test_str("512", HEX(sha512(STR("abc"))),
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

/* RFC 4231 sections 4.2, 4.3 and 4.7. */
static void
hmac(void **state)
{
	char key[131];

	(void)state;
	memset(key, 0x0b, 20);
	test_str("case 1", HEX(hmac_sha256(str_bytes(key, 20), STR("Hi There"))),
	    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	test_str("case 2", HEX(hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"))),
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, 131);
	test_str("case 6",
	    HEX(hmac_sha256(str_bytes(key, 131),
	        STR("Test Using Larger Than Block-Size Key - Hash Key First"))),
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
running(void **state)
{
	static const struct {
		enum digest_alg alg;
		const char *want;
	} rows[] = {
		{ DIGEST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ DIGEST_SHA256,
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ DIGEST_SHA512,
		    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct digest *d = digest_new(rows[i].alg), *copy;
		uint8_t out[64];
		char hex[129];

		digest_add(d, STR("a"));
		copy = digest_copy(d);
		digest_add(d, STR("other"));
		digest_add(copy, STR("b"));
		digest_add(copy, STR(""));
		digest_add(copy, STR("c"));
		hex_encode(hex, out, digest_end(copy, out));
		test_str("a copy goes on apart", str_of(hex), rows[i].want);
		digest_free(copy);
		digest_free(d);
	}
	digest_free(NULL);
}

/* A stream's next bytes: all lengths around whole blocks come, and places that are not aligned. */
static struct str
next_part(const char *bytes, size_t n, size_t *at, unsigned *seed)
{
	struct str rest = str_from(str_bytes(bytes, n), *at), part;

	*seed = *seed * 1103515245 + 12345;
	part = str_head(rest, (*seed >> 16) % 7 == 0 ? (*seed >> 8) % 700 : (*seed >> 16) % 90);
	*at += part.n;
	return part;
}

/* Two streams in parts of any lengths, in step and alone, against the library's hash of the whole. */
static void
in_step(void **state)
{
	static char bytes[2][5000];
	unsigned seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i / 5000][i % 5000] = (char)(i * i >> 3 ^ i);
	for (size_t n = 0; n < 5000; n += n < 300 ? 1 : 97) {
		struct digest *a = digest_new(DIGEST_SHA256), *b = digest_new(DIGEST_SHA256);
		size_t at_a = 0, at_b = 0, m = n * 7 % 5000;
		uint8_t out[64];

		while (at_a < n || at_b < m) {
			digest_add_two(a, next_part(bytes[0], n, &at_a, &seed), b,
			    next_part(bytes[1], m, &at_b, &seed));
			digest_add(b, next_part(bytes[1], m, &at_b, &seed));
		}
		assert_int_equal(digest_end(a, out), 32);
		assert_memory_equal(out, sha256(str_bytes(bytes[0], n)).b, 32);
		assert_int_equal(digest_end(b, out), 32);
		assert_memory_equal(out, sha256(str_bytes(bytes[1], m)).b, 32);
		digest_free(a);
		digest_free(b);
	}
}

/* One of them of another kind. */
static void
not_in_step(void **state)
{
	struct digest *a = digest_new(DIGEST_SHA256), *b = digest_new(DIGEST_SHA512);
	uint8_t out[64];

	(void)state;
	digest_add_two(a, STR("abc"), b, STR("abc"));
	digest_end(a, out);
	assert_memory_equal(out, sha256(STR("abc")).b, 32);
	digest_end(b, out);
	assert_memory_equal(out, sha512(STR("abc")).b, 64);
	digest_free(a);
	digest_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fips_180),
		cmocka_unit_test(hmac),
		cmocka_unit_test(running),
		cmocka_unit_test(in_step),
		cmocka_unit_test(not_in_step),
	};

	return cmocka_run_group_tests_name("crypto/hash", tests, NULL, NULL);
}
