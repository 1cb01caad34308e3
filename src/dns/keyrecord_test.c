/* SPDX-License-Identifier: ISC */
#include "dns/keyrecord.h"

#include "base/test.h"

/* The keys of RFC 8463 appendix A.2, and of RFC 6376 appendix C as an RSAPublicKey alone. */
#define ED25519 "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define RSA_SPKI                                                               \
	"p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6"   \
	"Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8u" \
	"BsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTI" \
	"KT+l/K4w3QIDAQAB"
#define RSA_BARE                                                               \
	"p=MIGJAoGBAOQeU5CgFPNZGIazlXo2k/eJ1jpaTTxrmqF1HrDLlt04pvaMtCJj8nXo"   \
	"liLRC/H9vJjMI1vdb3XLcW60AIN/PBD8EL97/y4GwJH7LPUvGP48vqUe+owqszesbiGy" \
	"1PlCO8c70/OjFnJVgvMF87YR4Lcincb7aSvI5MgpP6X8rjDdAgMBAAE="

static void
kinds(void **state)
{
	static const struct {
		const char *what, *text;
		enum keyrecord_kind kind;
		unsigned bits;
	} rows[] = {
		{ "ed25519", "v=DKIM1; k=ed25519; " ED25519, KEYRECORD_KEY, 256 },
		{ "rsa, SubjectPublicKeyInfo", "v=DKIM1; k=rsa; " RSA_SPKI, KEYRECORD_KEY, 1024 },
		{ "rsa, RSAPublicKey", "v=DKIM1; " RSA_BARE, KEYRECORD_KEY, 1024 },
		{ "no v=", RSA_SPKI, KEYRECORD_KEY, 1024 },
		{ "blanks inside p=", "k=ed25519; p=11qYAYKxCrfVS/7TyWQH Og7hcvPapiMlrwIa aPcHURo=",
		    KEYRECORD_KEY, 256 },
		{ "unknown tag", "v=DKIM1; zz=1; " RSA_SPKI, KEYRECORD_KEY, 1024 },
		{ "revoked", "v=DKIM1; p=", KEYRECORD_REVOKED, 0 },
		{ "revoked, with a blank", "v=DKIM1; k=ed25519; p= ;", KEYRECORD_REVOKED, 0 },
		{ "no p=", "v=DKIM1; k=rsa", KEYRECORD_BROKEN, 0 },
		{ "v= not first", "k=ed25519; v=DKIM1; " ED25519, KEYRECORD_BROKEN, 0 },
		{ "another v=", "v=DKIM2; " RSA_SPKI, KEYRECORD_UNKNOWN, 0 },
		{ "v= in small letters", "v=dkim1; " RSA_SPKI, KEYRECORD_UNKNOWN, 0 },
		{ "another k=", "v=DKIM1; k=mldsa44; p=AAAA", KEYRECORD_UNKNOWN, 0 },
		{ "not base64", "v=DKIM1; p=!", KEYRECORD_BROKEN, 0 },
		{ "not a key", "v=DKIM1; p=BARF", KEYRECORD_BROKEN, 0 },
		{ "ed25519, too short", "k=ed25519; p=11qYAYKx", KEYRECORD_BROKEN, 0 },
		{ "ed25519 as rsa", ED25519, KEYRECORD_BROKEN, 0 },
		{ "a tag twice", RSA_SPKI "; p=", KEYRECORD_BROKEN, 0 },
		{ "something else", "v=spf1 -all", KEYRECORD_UNKNOWN, 0 },
		{ "nothing", "", KEYRECORD_BROKEN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct keyrecord k;

		keyrecord_parse(a, str_of(rows[i].text), &k);
		if (k.kind != rows[i].kind)
			fail_msg("%s: kind %d", rows[i].what, k.kind);
		if (k.kind == KEYRECORD_KEY && pubkey_bits(&k.key) != rows[i].bits)
			fail_msg("%s: %u bits", rows[i].what, pubkey_bits(&k.key));
		arena_free(a);
	}
}

static void
restrictions(void **state)
{
	static const struct {
		const char *text;
		bool sha256, mail, strict, testing;
	} rows[] = {
		{ RSA_SPKI, true, true, false, false },
		{ "h=sha1:sha256; " RSA_SPKI, true, true, false, false },
		{ "h=sha1; " RSA_SPKI, false, true, false, false },
		{ "h=; " RSA_SPKI, false, true, false, false },
		{ "s=*; " RSA_SPKI, true, true, false, false },
		{ "s=other : email; " RSA_SPKI, true, true, false, false },
		{ "s=other; " RSA_SPKI, true, false, false, false },
		{ "t=s; " RSA_SPKI, true, true, true, false },
		{ "t=y:s; " RSA_SPKI, true, true, true, true },
		{ "t=ys; " RSA_SPKI, true, true, false, false },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct keyrecord k;

		keyrecord_parse(a, str_of(rows[i].text), &k);
		if (keyrecord_takes_hash(&k, STR("sha256")) != rows[i].sha256 ||
		    keyrecord_takes_mail(&k) != rows[i].mail || k.strict != rows[i].strict ||
		    k.testing != rows[i].testing)
			fail_msg("%.20s", rows[i].text);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(restrictions),
	};

	return cmocka_run_group_tests_name("dns/keyrecord", tests, NULL, NULL);
}
