/* SPDX-License-Identifier: ISC */
#include "crypto/verify.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/test.h"

static struct crypto *native;

/* Bytes of hexadecimal digits, in a ring of buffers good for one row. */
static struct str
unhex(const char *digits)
{
	static uint8_t ring[8][512];
	static unsigned next;
	uint8_t *bytes = ring[next++ % 8];
	size_t n = strlen(digits) / 2;

	assert_int_equal(hex_decode(str_of(digits), bytes, n), 0);
	return str_bytes(bytes, n);
}

/* RFC 8032 section 7.1 (tests 1 to 3), RFC 6979 sections A.2.5 and A.2.6 ("sample"). */
static const struct {
	const char *what;
	enum sig_alg alg;
	enum key_type type;
	const char *point, *message, *sig;
} published[] = {
	{ "ed25519 1", SIG_ED25519, KEY_ED25519,
	    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ "ed25519 2", SIG_ED25519, KEY_ED25519,
	    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
	    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ "ed25519 3", SIG_ED25519, KEY_ED25519,
	    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "\xaf\x82",
	    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
	{ "p-256", SIG_ECDSA_P256_SHA256, KEY_P256,
	    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
	    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
	    "sample",
	    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
	    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8" },
	{ "p-384", SIG_ECDSA_P384_SHA384, KEY_P384,
	    "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
	    "def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c62189"
	    "6708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
	    "sample",
	    "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
	    "81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f"
	    "130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8" },
};

static void
published_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(published); i++) {
		struct str sig = unhex(published[i].sig), message = str_of(published[i].message);
		struct pubkey k = { .type = published[i].type, .point = unhex(published[i].point) };
		char spoilt[96];

		if (crypto_verify(native, published[i].alg, &k, message, sig, NULL) != VERIFY_GOOD)
			fail_msg("%s: refused", published[i].what);
		assert_int_equal(
		    crypto_verify(native, published[i].alg, &k, STR("other"), sig, NULL),
		    VERIFY_BAD);
		memcpy(spoilt, sig.p, sig.n);
		spoilt[sig.n - 2] ^= 1;
		assert_int_equal(crypto_verify(native, published[i].alg, &k, message,
		                     str_bytes(spoilt, sig.n), NULL),
		    VERIFY_BAD);
	}
}

/* A number of n bytes that ends in low, as only its form is looked at. */
static struct str
number(size_t n, uint8_t high, uint8_t low)
{
	static uint8_t ring[4][1024];
	static unsigned next;
	uint8_t *p = ring[next++ % 4];

	memset(p, 0x11, n);
	p[0] = high;
	p[n - 1] = low;
	return str_bytes(p, n);
}

/* A back end that says yes to all it is asked: what is refused here, we refused. */
static enum verify_result
yes(void *ctx, enum sig_alg alg, const struct pubkey *k, struct str message, struct str sig)
{
	(void)ctx, (void)alg, (void)k, (void)message, (void)sig;
	return VERIFY_GOOD;
}

static void
rsa_forms(void **state)
{
	static const struct {
		const char *what;
		size_t modulus_n;
		uint8_t high, low;
		const char *exponent;
		size_t sig_n;
		uint8_t sig_high;
		enum sig_alg alg;
		enum verify_result want;
	} rows[] = {
		{ "sound", 128, 0x80, 1, "010001", 128, 0x7f, SIG_RSA_SHA256, VERIFY_GOOD },
		{ "exponent 3", 128, 0x80, 1, "03", 128, 0, SIG_RSA_SHA256, VERIFY_GOOD },
		{ "exponent 2^32+1", 128, 0x80, 1, "0100000001", 128, 0, SIG_RSA_SHA256,
		    VERIFY_GOOD },
		{ "exponent 2^32+3", 128, 0x80, 1, "0100000003", 128, 0, SIG_RSA_SHA256,
		    VERIFY_UNSUPPORTED },
		{ "exponent 1", 128, 0x80, 1, "01", 128, 0, SIG_RSA_SHA256, VERIFY_UNSUPPORTED },
		{ "exponent even", 128, 0x80, 1, "010000", 128, 0, SIG_RSA_SHA256,
		    VERIFY_UNSUPPORTED },
		{ "exponent padded", 128, 0x80, 1, "0003", 128, 0, SIG_RSA_SHA256,
		    VERIFY_UNSUPPORTED },
		{ "exponent empty", 128, 0x80, 1, "", 128, 0, SIG_RSA_SHA256, VERIFY_UNSUPPORTED },
		{ "exponent of 6 bytes", 128, 0x80, 1, "010000000001", 128, 0, SIG_RSA_SHA256,
		    VERIFY_UNSUPPORTED },
		{ "512 bits", 64, 0x80, 1, "03", 64, 0, SIG_RSA_SHA256, VERIFY_GOOD },
		{ "511 bits", 64, 0x7f, 1, "03", 64, 0, SIG_RSA_SHA256, VERIFY_UNSUPPORTED },
		{ "too short for SHA-512", 64, 0x80, 1, "03", 64, 0, SIG_RSA_SHA512,
		    VERIFY_UNSUPPORTED },
		{ "4096 bits", 512, 0xff, 1, "03", 512, 0, SIG_RSA_SHA1, VERIFY_GOOD },
		{ "4097 bits", 513, 0x01, 1, "03", 513, 0, SIG_RSA_SHA1, VERIFY_UNSUPPORTED },
		{ "even modulus", 128, 0x80, 2, "03", 128, 0, SIG_RSA_SHA256, VERIFY_UNSUPPORTED },
		{ "padded modulus", 129, 0x00, 1, "03", 129, 0, SIG_RSA_SHA256,
		    VERIFY_UNSUPPORTED },
		{ "signature short", 128, 0x80, 1, "03", 127, 0, SIG_RSA_SHA256, VERIFY_BAD },
		{ "signature long", 128, 0x80, 1, "03", 129, 0, SIG_RSA_SHA256, VERIFY_BAD },
		{ "signature equals modulus", 128, 0x80, 1, "03", 128, 0x80, SIG_RSA_SHA256,
		    VERIFY_BAD },
		{ "other key type", 128, 0x80, 1, "03", 128, 0, SIG_ED25519, VERIFY_UNSUPPORTED },
	};
	struct crypto c = { yes, NULL };

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct pubkey k = { .type = KEY_RSA,
			.modulus = number(rows[i].modulus_n, rows[i].high, rows[i].low),
			.exponent = unhex(rows[i].exponent) };
		struct str sig = number(rows[i].sig_n, rows[i].sig_high, 1);

		if (crypto_verify(&c, rows[i].alg, &k, STR("m"), sig, NULL) != rows[i].want)
			fail_msg("%s", rows[i].what);
	}
}

static void
ecdsa_forms(void **state)
{
	/* The order of P-256 (SP 800-186 section 3.2.1.3). */
	const char *n = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
	const char *below = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
	const char *zero = "0000000000000000000000000000000000000000000000000000000000000000";
	const struct {
		const char *r, *s;
		enum verify_result want;
	} rows[] = {
		{ below, below, VERIFY_GOOD },
		{ n, below, VERIFY_BAD },
		{ below, n, VERIFY_BAD },
		{ zero, below, VERIFY_BAD },
		{ below, zero, VERIFY_BAD },
		{ below, "01", VERIFY_BAD },
	};
	struct pubkey k = { .type = KEY_P256, .point = number(64, 1, 1) };
	struct crypto c = { yes, NULL };
	char sig[129];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		snprintf(sig, sizeof sig, "%s%s", rows[i].r, rows[i].s);
		if (crypto_verify(&c, SIG_ECDSA_P256_SHA256, &k, STR("m"), unhex(sig), NULL) !=
		    rows[i].want)
			fail_msg("row %zu", i);
	}
	snprintf(sig, sizeof sig, "%s%s", below, below);
	assert_int_equal(
	    crypto_verify(native, SIG_ECDSA_P256_SHA256, &k, STR("m"), unhex(sig), NULL),
	    VERIFY_UNSUPPORTED); /* a point that is not on the curve */
	k.point.n = 63;
	assert_int_equal(crypto_verify(&c, SIG_ECDSA_P256_SHA256, &k, STR("m"), unhex(sig), NULL),
	    VERIFY_UNSUPPORTED);
}

static struct str
rsa_number(EVP_PKEY *key, const char *name, uint8_t *out)
{
	BIGNUM *bn = NULL;
	int n;

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &bn), 1);
	n = BN_bn2bin(bn, out);
	BN_free(bn);
	return str_bytes(out, (size_t)n);
}

/* More keys than the cache holds, each twice, so that all are made, kept, dropped, made again. */
static void
rsa_keys(void **state)
{
	enum {
		KEYS = 70,
	};
	static uint8_t modulus[KEYS][64], exponent[KEYS][8], sig[KEYS][64];
	struct pubkey k[KEYS];

	(void)state;
	for (size_t i = 0; i < KEYS; i++) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)512);
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();
		size_t n = sizeof sig[i];

		assert_int_equal(
		    EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL), 1);
		assert_int_equal(EVP_DigestSign(ctx, sig[i], &n, (const uint8_t *)"mail", 4), 1);
		k[i] = (struct pubkey){ .type = KEY_RSA,
			.modulus = rsa_number(key, OSSL_PKEY_PARAM_RSA_N, modulus[i]),
			.exponent = rsa_number(key, OSSL_PKEY_PARAM_RSA_E, exponent[i]) };
		EVP_MD_CTX_free(ctx);
		EVP_PKEY_free(key);
	}
	for (size_t i = 0; i < 2 * KEYS; i++) {
		struct str s = str_bytes(sig[i % KEYS], 64);
		const struct pubkey *own = &k[i % KEYS], *other = &k[(i + 1) % KEYS];
		enum sig_alg alg = SIG_RSA_SHA256;

		assert_int_equal(
		    crypto_verify(native, alg, own, STR("mail"), s, NULL), VERIFY_GOOD);
		assert_int_equal(crypto_verify(native, alg, own, STR("Mail"), s, NULL), VERIFY_BAD);
		assert_int_equal(
		    crypto_verify(native, alg, other, STR("mail"), s, NULL), VERIFY_BAD);
		assert_int_equal(
		    crypto_verify(native, SIG_RSA_SHA1, own, STR("mail"), s, NULL), VERIFY_BAD);
	}
}

/* The key of RFC 6376 appendix C.2, wrapped and bare, then spoilt. */
static void
rsa_der(void **state)
{
	static const char spki[] =
	    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkM"
	    "oGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/R"
	    "tdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToI"
	    "MmPSPDdQPNUYckcQ2QIDAQAB";
	struct buf der = BUF_MAX(1000);
	struct pubkey k, bare;
	struct str all;

	(void)state;
	assert_int_equal(base64_decode(STR(spki), BASE64_STRICT, &der, NULL), 0);
	all = buf_str(&der);
	assert_int_equal(pubkey_rsa(all, &k, NULL), 0);
	assert_int_equal(pubkey_bits(&k), 1024);
	assert_int_equal(k.exponent.n, 3);
	assert_int_equal(pubkey_rsa(str_from(all, 22), &bare, NULL), 0);
	assert_true(str_eq(bare.modulus, k.modulus));
	for (size_t n = 0; n < all.n; n++)
		assert_int_equal(pubkey_rsa(str_head(all, n), &k, NULL), -1);
	buf_byte(&der, 0);
	assert_int_equal(pubkey_rsa(buf_str(&der), &k, NULL), -1);
	der.n--;
	der.p[15] ^= 1; /* the last byte of the OID */
	assert_int_equal(pubkey_rsa(buf_str(&der), &k, NULL), -1);
	buf_free(&der);
}

/* OpenSSL's Ed25519 takes 208 of the corpus' signatures alone; behind our checks, the same 43. */
static enum verify_result
openssl_ed25519(
    void *ctx, enum sig_alg alg, const struct pubkey *k, struct str message, struct str sig)
{
	EVP_PKEY *key =
	    EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, (const uint8_t *)k->point.p, 32);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int ok = -1;

	(void)ctx, (void)alg;
	if (key != NULL && EVP_DigestVerifyInit_ex(md, NULL, NULL, NULL, NULL, key, NULL) == 1)
		ok = EVP_DigestVerify(
		    md, (const uint8_t *)sig.p, sig.n, (const uint8_t *)message.p, message.n);
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	return ok == 1 ? VERIFY_GOOD : VERIFY_BAD;
}

/* C2SP/CCTV ed25519vectors: number, key, signature, message, flags. */
static void
ed25519_edges(void **state)
{
	struct crypto other = { openssl_ed25519, NULL };
	struct buf file = BUF_MAX(1 << 20);
	struct str rest, line, field[5];
	size_t rows = 0, good = 0, low_order = 0, differ = 0;

	(void)state;
	test_corpus("tlog/ed25519/vectors.tsv", &file);
	rest = buf_str(&file);
	while (str_line(&rest, &line)) {
		uint8_t key[32], sig[64];
		struct pubkey k = { .type = KEY_ED25519, .point = str_bytes(key, 32) };
		enum verify_result r, r2;

		if (str_starts(line, STR("#")))
			continue;
		for (size_t i = 0; i < 5; i++)
			assert_true(str_cut(&line, '\t', &field[i]));
		assert_int_equal(hex_decode(field[1], key, 32), 0);
		assert_int_equal(hex_decode(field[2], sig, 64), 0);
		r = crypto_verify(native, SIG_ED25519, &k, field[3], str_bytes(sig, 64), NULL);
		r2 = crypto_verify(&other, SIG_ED25519, &k, field[3], str_bytes(sig, 64), NULL);
		rows++;
		good += r == VERIFY_GOOD;
		differ += r != r2;
		low_order += r == VERIFY_GOOD && str_find(field[4], STR("low_order_A")) != -1;
	}
	buf_free(&file);
	assert_int_equal(rows, 457);
	assert_int_equal(good, 7); /* as libsodium 1.0.18 alone over this file */
	assert_int_equal(low_order, 0);
	assert_int_equal(differ, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(rsa_forms),
		cmocka_unit_test(ecdsa_forms),
		cmocka_unit_test(rsa_keys),
		cmocka_unit_test(rsa_der),
		cmocka_unit_test(ed25519_edges),
	};
	int failed;

	native = crypto_native_new();
	failed = cmocka_run_group_tests_name("crypto/verify", tests, NULL, NULL);
	crypto_native_free(native);
	return failed;
}
