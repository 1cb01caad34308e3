/* SPDX-License-Identifier: ISC */
#include "auth/dkim.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "auth/test_message.h"
#include "base/limits.h"

/* RFC 8463 appendix A.3: signed with both algorithms, relaxed. */
static const char rfc8463[] = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
                              " d=football.example.com; i=@football.example.com;\r\n"
                              " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
                              " subject : date : message-id : from : subject : date;\r\n"
                              " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
                              " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
                              " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
                              "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
                              " d=football.example.com; i=@football.example.com;\r\n"
                              " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
                              " date : message-id : from : subject : date;\r\n"
                              " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
                              " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
                              " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
                              " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
                              "From: Joe SixPack <joe@football.example.com>\r\n"
                              "To: Suzie Q <suzie@shopping.example.net>\r\n"
                              "Subject: Is dinner ready?\r\n"
                              "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
                              "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
                              "\r\n"
                              "Hi.\r\n"
                              "\r\n"
                              "We lost the game.  Are you hungry yet?\r\n"
                              "\r\n"
                              "Joe.\r\n";

#define RSA_KEY                                                                \
	"p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6"   \
	"Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8u" \
	"BsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTI" \
	"KT+l/K4w3QIDAQAB"
#define FOOTBALL(brisbane, test)                                           \
	"brisbane._domainkey.football.example.com. TXT \"" brisbane "\"\n" \
	"test._domainkey.football.example.com. TXT \"" test "\"\n"
#define BRISBANE "brisbane._domainkey.football.example.com. TXT "

/* code/crypto of each signature. */
static void
show(struct buf *out, const struct examination *x)
{
	for (size_t i = 0; i < x->n_dkim; i++)
		buf_printf(out, "%s%s/%s", i > 0 ? " " : "", x->dkim[i].code,
		    result_word(x->dkim[i].crypto));
}

/* What the key's owner says of it. */
static void
keys(void **state)
{
	static const struct {
		const char *what, *zone, *want;
	} rows[] = {
		{ "RFC 8463 A.3", FOOTBALL(TEST_KEY, RSA_KEY), "pass/pass pass/pass" },
		{ "no keys", "", "key-missing/none key-missing/none" },
		{ "no TXT",
		    FOOTBALL(TEST_KEY, "") "test._domainkey.football.example.com. A 192.0.2.1\n",
		    "pass/pass key-syntax/none" },
		{ "time-out", ";! brisbane._domainkey.football.example.com. TIMEOUT\n",
		    "key-unavailable/none key-missing/none" },
		{ "revoked", FOOTBALL("k=ed25519; p=", RSA_KEY), "key-revoked/none pass/pass" },
		{ "keys swapped", FOOTBALL(RSA_KEY, TEST_KEY),
		    "key-algorithm/none key-algorithm/none" },
		{ "another hash", FOOTBALL("h=sha1;" RSA_KEY, "h=sha1;" RSA_KEY),
		    "key-algorithm/none key-hash/pass" },
		{ "another service",
		    FOOTBALL("s=tlsrpt;k=ed25519;p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
		        "s=x;" RSA_KEY),
		    "key-service/pass key-service/pass" },
		{ "t=s",
		    FOOTBALL("v=DKIM1;t=s;k=ed25519;p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
		        "t=s;" RSA_KEY),
		    "pass/pass pass/pass" },
		{ "unknown k=", FOOTBALL("k=x;p=AAAA", RSA_KEY), "key-unknown/none pass/pass" },
		{ "through an alias",
		    "test._domainkey.football.example.com. CNAME k.example.net.\n"
		    "k.example.net. TXT \"" RSA_KEY "\"\n",
		    "key-missing/none pass/pass" },
		{ "another record beside it",
		    BRISBANE "\"v=spf1 -all\"\n" BRISBANE "\"" TEST_KEY "\"\n",
		    "pass/pass key-missing/none" },
		{ "a wrong key beside it",
		    BRISBANE
		    "\"k=ed25519; p=O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=\"\n" BRISBANE
		    "\"" TEST_KEY "\"\n",
		    "pass/pass key-missing/none" },
		{ "only a wrong key",
		    BRISBANE "\"k=ed25519; p=O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=\"\n",
		    "signature/fail key-missing/none" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(1000);
		struct test_examined t;

		test_examine(&t, STR(rfc8463), sizeof rfc8463, rows[i].zone, 1600000000);
		show(&got, t.result);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		assert_int_equal(t.asked, 2 + 4); /* DMARC: the organization, three policies */
		assert_int_equal(t.result->complete, strcmp(rows[i].what, "time-out") != 0);
		test_examined_free(&t);
		buf_free(&got);
	}
}

#define HEAD(tags) "dkim-signature:" tags " bh=" ABC_HASH "; b="
#define ABC_HASH   "VSuraGTHp7aaUC7RhUuSRcDhow8AiqoLKB2mJYX9sCU=" /* of "abc\r\n" */
#define ABC_SHA1   "NNQVCtwzR/HdjOGf32W3TZcatgI="
#define FROM       "from:a@example.org\r\n"
#define GOOD       "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s;"
#define PUBLISHED  "s._domainkey.example.org. TXT \"" TEST_KEY "\"\n"
#define U_DOMAIN   "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=bücher.example; s=schlüssel; h=from;"
#define A_DOMAIN \
	"v=1; a=ed25519-sha256; c=relaxed/relaxed; d=xn--bcher-kva.example; s=schlüssel; h=from;"
#define U_PUBLISHED "xn--schlssel-95a._domainkey.xn--bcher-kva.example. TXT \"" TEST_KEY "\"\n"
#define SIGNED(tag) HEAD(GOOD " h=from;" tag)

/* Of very many records at one name only so many are tried. */
static void
many_records(void **state)
{
	static const char other[] = "k=ed25519; p=O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=";

	(void)state;
	for (unsigned n = LIMIT_KEY_RECORDS - 1; n <= LIMIT_KEY_RECORDS; n++) {
		struct buf zone = BUF_MAX(100000);
		struct test_examined t;

		for (unsigned i = 0; i < n; i++)
			buf_printf(&zone, BRISBANE "\"%s; n=%u\"\n", other, i);
		buf_printf(&zone, BRISBANE "\"%s\"\n", TEST_KEY);
		buf_byte(&zone, '\0');
		test_examine(&t, STR(rfc8463), sizeof rfc8463, zone.p, 0);
		test_str("the last record", str_of(t.result->dkim[0].code),
		    n < LIMIT_KEY_RECORDS ? "pass" : "signature");
		test_examined_free(&t);
		buf_free(&zone);
	}
}

#define FIFTY        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define FIVE_HUNDRED FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY

/* What the signature says of itself.  All are mathematically good unless crypto says otherwise. */
static const struct {
	const char *what, *head, *want;
} tag_rows[] = {
	{ "plain", SIGNED(""), "pass/pass" },
	{ "unknown tag", SIGNED(" darn=x;"), "pass/pass" },
	{ "no v=", HEAD("a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from;"),
	    "tag-missing/pass" },
	{ "v=2", HEAD("v=2; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from;"),
	    "version/pass" },
	{ "a= unknown", HEAD("v=1; a=ed25519-sha512; d=example.org; s=s; h=from;"),
	    "algorithm/none" },
	{ "a= in capitals", HEAD("v=1; a=ED25519-SHA256; d=example.org; s=s; h=from;"),
	    "algorithm/none" },
	{ "c= unknown", HEAD("v=1; a=ed25519-sha256; c=nowsp; d=example.org; s=s; h=from;"),
	    "canonicalization/none" },
	{ "no d=", HEAD("v=1; a=ed25519-sha256; s=s; h=from;"), "tag-missing/none" },
	{ "d= of one label", HEAD("v=1; a=ed25519-sha256; d=org; s=s; h=from;"),
	    "tag-invalid/none" },
	{ "d= with an empty label", HEAD("v=1; a=ed25519-sha256; d=example..org; s=s; h=from;"),
	    "tag-invalid/none" },
	{ "no h=", HEAD(GOOD), "tag-missing/none" },
	{ "twice the same tag", SIGNED(" s=s;"), "syntax/none" },
	{ "q= with others", SIGNED(" q=x/y:dns/txt;"), "pass/pass" },
	{ "q= of others", SIGNED(" q=x/y;"), "query/pass" },
	{ "i= the domain", SIGNED(" i=@example.org;"), "pass/pass" },
	{ "i= below", SIGNED(" i=joe@mail.Example.ORG;"), "pass/pass" },
	{ "i= quoted", SIGNED(" i=j=6Fe=40x@example.org;"), "pass/pass" },
	{ "i= ends like it", SIGNED(" i=@badexample.org;"), "identity/pass" },
	{ "i= with an empty label", SIGNED(" i=@.example.org;"), "identity/pass" },
	{ "i= with two dots", SIGNED(" i=@a..example.org;"), "identity/pass" },
	{ "i= above", SIGNED(" i=@org;"), "identity/pass" },
	{ "i= of 300 characters", SIGNED(" i=" FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY "@example.org;"),
	    "pass/pass" },
	{ "i= of 2,500",
	    SIGNED(" i=" FIVE_HUNDRED FIVE_HUNDRED FIVE_HUNDRED FIVE_HUNDRED FIVE_HUNDRED
	           "@example.org;"),
	    "tag-invalid/pass" },
	{ "i= without @", SIGNED(" i=example.org;"), "tag-invalid/pass" },
	{ "d= and s= in U-labels", HEAD(U_DOMAIN), "pass/pass" },
	{ "i= in U-labels", HEAD(U_DOMAIN " i=ärger@post.bücher.example;"), "pass/pass" },
	{ "i= in U-labels, quoted", HEAD(U_DOMAIN " i=@b=C3=BCcher.example;"), "pass/pass" },
	{ "i= in A-labels", HEAD(U_DOMAIN " i=@xn--bcher-kva.example;"), "pass/pass" },
	{ "d= in A-labels, i= in U-labels", HEAD(A_DOMAIN " i=@bücher.example;"), "pass/pass" },
	{ "i= of another", HEAD(U_DOMAIN " i=@bucher.example;"), "identity/pass" },
	{ "i= that is no U-label", HEAD(U_DOMAIN " i=@BÜCHER.bücher.example;"), "identity/pass" },
	{ "d= that is no U-label", HEAD("v=1; a=ed25519-sha256; d=BÜCHER.example; s=s; h=from;"),
	    "tag-invalid/none" },
	{ "d= with a dot that is none",
	    HEAD("v=1; a=ed25519-sha256; d=bücher\u3002example; s=s; h=from;"),
	    "tag-invalid/none" },
	{ "s= that is not UTF-8", HEAD("v=1; a=ed25519-sha256; d=example.org; s=\xfc; h=from;"),
	    "tag-invalid/none" },
	{ "l= all", SIGNED(" l=5;"), "pass/pass" },
	{ "l= all, with zeros", SIGNED(" l=0005;"), "pass/pass" },
	{ "l= more", SIGNED(" l=6;"), "body-length/fail" },
	{ "l= less, wrong hash", SIGNED(" l=4;"), "body-hash/fail" },
	{ "l= of 30 digits", SIGNED(" l=100000000000000000000000000005;"), "body-length/fail" },
	{ "l= not a number", SIGNED(" l=-5;"), "tag-invalid/none" },
	{ "x= later", SIGNED(" t=1000; x=1600000000;"), "pass/pass" },
	{ "x= past", SIGNED(" t=1000; x=1599999999;"), "expired/pass" },
	{ "x= not after t=", SIGNED(" t=1000; x=1000;"), "times/pass" },
	{ "x= of 13 digits", SIGNED(" x=1000000000000;"), "tag-invalid/pass" },
	{ "t= not a number", SIGNED(" t=now;"), "tag-invalid/pass" },
};

static void
tags(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(tag_rows); i++) {
		struct buf message = BUF_MAX(10000), got = BUF_MAX(1000);
		struct test_examined t;

		test_sign(&message, tag_rows[i].head, FROM);
		buf_add(&message, STR(FROM "\r\nabc\r\n"));
		test_examine(&t, buf_str(&message), message.n, PUBLISHED U_PUBLISHED, 1600000000);
		show(&got, t.result);
		test_str(tag_rows[i].what, buf_str(&got), tag_rows[i].want);
		test_examined_free(&t);
		buf_free(&message);
		buf_free(&got);
	}
}

/* t=s (RFC 6376 section 3.6.1) wants the very domain. */
static void
strict_key(void **state)
{
	static const struct {
		const char *tag, *want;
	} rows[] = {
		{ "", "pass/pass" },
		{ " i=@example.org;", "pass/pass" },
		{ " i=joe@EXAMPLE.org;", "pass/pass" },
		{ " i=@mail.example.org;", "key-domain/pass" },
		{ " i=@bücher.example.org;", "key-domain/pass" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf message = BUF_MAX(10000), head = BUF_MAX(1000), got = BUF_MAX(1000);
		struct test_examined t;

		buf_printf(&head, HEAD(GOOD " h=from;%s"), rows[i].tag);
		buf_byte(&head, '\0');
		test_sign(&message, head.p, FROM);
		buf_add(&message, STR(FROM "\r\nabc\r\n"));
		test_examine(&t, buf_str(&message), message.n,
		    "s._domainkey.example.org. TXT \"t=y:s; k=ed25519; "
		    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n",
		    0);
		show(&got, t.result);
		test_str(rows[i].tag, buf_str(&got), rows[i].want);
		test_examined_free(&t);
		buf_free(&message);
		buf_free(&head);
		buf_free(&got);
	}
}

/* What the validator calls bogus is no answer (RFC 4035 section 5.5). */
static void
bogus_answer(void **state)
{
	struct crypto *crypto = crypto_native_new();
	struct examine *x = examine_new(crypto);
	struct zone *zone = zone_parse(STR(PUBLISHED), "zone", NULL);
	struct arena *a = arena_new(1 << 20);
	struct dns_answer answer;
	struct evidence ev = { &answer, 1 };
	struct buf message = BUF_MAX(10000);
	const struct examination *r;
	struct needs needs;

	(void)state;
	test_sign(&message, SIGNED(""), FROM);
	examine_add(x, buf_str(&message));
	examine_end(x);
	assert_int_equal(
	    zone_answer(zone, a, STR("s._domainkey.example.org"), DNS_TXT, &answer, NULL), 0);
	answer.security = DNS_BOGUS;
	r = examine_run(x, &ev, 0, &needs);
	test_str("bogus", str_of(r->dkim[0].code), "key-unavailable");
	assert_false(r->complete);
	assert_int_equal(needs.n, 0);
	arena_free(a);
	zone_free(zone);
	examine_free(x);
	crypto_native_free(crypto);
	buf_free(&message);
}

/* Which fields h= means (RFC 6376 section 5.4.2). */
static void
fields(void **state)
{
	static const struct {
		const char *what, *h, *header, *hashed, *want;
	} rows[] = {
		{ "bottom up", "from:to:to", "to:1\r\nto:2\r\n" FROM, FROM "to:2\r\nto:1\r\n",
		    "pass" },
		{ "the lowest", "from:to", "to:1\r\nto:2\r\n" FROM, FROM "to:2\r\n", "pass" },
		{ "not the highest", "from:to", "to:1\r\nto:2\r\n" FROM, FROM "to:1\r\n",
		    "signature" },
		{ "more than there are", "from:from:cc", FROM, FROM, "pass" },
		{ "one was added", "from:from", FROM FROM, FROM, "signature" },
		{ "names in capitals", "FROM", FROM, FROM, "pass" },
		{ "an empty name", "from::to", FROM, FROM, "pass" },
		{ "itself is not meant", "from:dkim-signature", FROM, FROM, "pass" },
		{ "another signature is", "from:dkim-signature", "dkim-signature:x\r\n" FROM,
		    FROM "dkim-signature:x\r\n", "pass" },
		{ "From is wanted", "to", "to:1\r\n", "to:1\r\n", "from-unsigned" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf message = BUF_MAX(10000), head = BUF_MAX(1000);
		struct test_examined t;

		buf_printf(&head, HEAD(GOOD " h=%s;"), rows[i].h);
		buf_byte(&head, '\0');
		test_sign(&message, head.p, rows[i].hashed);
		buf_printf(&message, "%s\r\nabc\r\n", rows[i].header);
		test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
		test_str(rows[i].what, str_of(t.result->dkim[0].code), rows[i].want);
		test_examined_free(&t);
		buf_free(&message);
		buf_free(&head);
	}
}

/* A message signed with a new RSA key, and the zone that has the key. */
static void
sign_rsa(struct buf *message, struct buf *zone, size_t bits, const char *alg, const EVP_MD *md)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
	uint8_t sig[1024], *der = NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf head = BUF_MAX(1000);
	size_t n = sizeof sig;
	int der_n;

	buf_printf(&head,
	    FROM
	    "dkim-signature:v=1; a=%s; c=relaxed/relaxed; d=example.org; s=s; h=from; bh=%s; b=",
	    alg, md == EVP_sha1() ? ABC_SHA1 : ABC_HASH);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, md, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, sig, &n, (const uint8_t *)head.p, head.n), 1);
	buf_add(message, str_from(buf_str(&head), strlen(FROM)));
	base64_add(message, str_bytes(sig, n));
	buf_add(message, STR("\r\n" FROM "\r\nabc\r\n"));
	der_n = i2d_PUBKEY(key, &der);
	buf_add(zone, STR("s._domainkey.example.org. TXT \"p="));
	base64_add(zone, str_bytes(der, (size_t)der_n));
	buf_add(zone, STR("\"\n"));
	buf_byte(zone, '\0');
	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	buf_free(&head);
}

/* RFC 8301: good mathematics that counts no more. */
static void
weak(void **state)
{
	const struct {
		const char *what;
		size_t bits;
		const char *alg;
		const EVP_MD *md;
		const char *want;
	} rows[] = {
		{ "512 bits", 512, "rsa-sha256", EVP_sha256(), "weak-key/pass" },
		{ "1023 bits", 1023, "rsa-sha256", EVP_sha256(), "weak-key/pass" },
		{ "1024 bits", 1024, "rsa-sha256", EVP_sha256(), "pass/pass" },
		{ "SHA-1", 1024, "rsa-sha1", EVP_sha1(), "weak-hash/pass" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf message = BUF_MAX(10000), zone = BUF_MAX(10000), got = BUF_MAX(1000);
		struct test_examined t;

		sign_rsa(&message, &zone, rows[i].bits, rows[i].alg, rows[i].md);
		test_examine(&t, buf_str(&message), message.n, zone.p, 0);
		show(&got, t.result);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		test_examined_free(&t);
		buf_free(&message);
		buf_free(&zone);
		buf_free(&got);
	}
}

/* Those past the ceilings are listed, or not, but never judged. */
static void
many(void **state)
{
	struct buf message = BUF_MAX(1 << 20);
	struct test_examined t;
	unsigned passed = 0, limited = 0;

	(void)state;
	for (unsigned i = 0; i < LIMIT_SIGNATURES_LISTED + 10; i++)
		test_sign(&message, SIGNED(""), FROM);
	buf_add(&message, STR(FROM "\r\nabc\r\n"));
	test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
	assert_int_equal(t.result->n_dkim, LIMIT_SIGNATURES_LISTED);
	for (size_t i = 0; i < t.result->n_dkim; i++) {
		passed += t.result->dkim[i].result == RESULT_PASS;
		limited += strcmp(t.result->dkim[i].code, "limit-signatures") == 0;
	}
	assert_int_equal(passed, LIMIT_SIGNATURES_VERIFIED);
	assert_int_equal(limited, LIMIT_SIGNATURES_LISTED - LIMIT_SIGNATURES_VERIFIED);
	test_examined_free(&t);
	buf_free(&message);
}

/* However many others stand on top, the sender's own is verified. */
static void
hidden(void **state)
{
	static const char other[] = "dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; "
	                            "d=%s; s=s; h=from; bh=eA==; b=";
	static const struct {
		const char *what, *domain, *want;
	} rows[] = {
		{ "of strangers", "other.example", "pass" },
		{ "of a name that ends alike", "notexample.org", "pass" },
		{ "of the sender", "mail.example.org", "limit-signatures" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf message = BUF_MAX(1 << 20);
		struct test_examined t;

		for (unsigned k = 0; k < LIMIT_SIGNATURES_VERIFIED; k++) {
			buf_printf(&message, other, rows[i].domain);
			buf_add(&message, STR("eA==\r\n"));
		}
		test_sign(&message, SIGNED(""), FROM);
		buf_add(&message, STR(FROM "\r\nabc\r\n"));
		test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
		test_str(
		    rows[i].what, str_of(t.result->dkim[t.result->n_dkim - 1].code), rows[i].want);
		test_examined_free(&t);
		buf_free(&message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(many_records),
		cmocka_unit_test(tags),
		cmocka_unit_test(strict_key),
		cmocka_unit_test(bogus_answer),
		cmocka_unit_test(fields),
		cmocka_unit_test(weak),
		cmocka_unit_test(many),
		cmocka_unit_test(hidden),
	};

	return cmocka_run_group_tests_name("auth/dkim", tests, NULL, NULL);
}
