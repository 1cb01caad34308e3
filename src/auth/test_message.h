/* SPDX-License-Identifier: ISC */
#ifndef AUTH_TEST_MESSAGE_H
#define AUTH_TEST_MESSAGE_H

#include <sodium.h>

#include "auth/examine.h"
#include "base/base64.h"
#include "base/test.h"
#include "dns/orgdom.h"
#include "dns/zone.h"

/*
 * test_message: what the tests of this folder share: examining one message with a zone, and
 * signing with the Ed25519 key of RFC 8463 appendix A.
 */
#define TEST_KEY "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

struct test_examined {
	struct crypto *crypto;
	struct zone *zone;
	struct arena *arena;
	struct examine *x;
	const struct examination *result;
	struct dns_answer answer[4 * NEEDS_MAX];
	struct evidence evidence; /* of these */
	size_t asked;
};

/* As from a list on which every top-level domain stands, and nothing else. */
static inline void
test_orgdom(struct arena *a, struct str name, struct dns_answer *answer)
{
	struct orgdom o = { name, STR("2023-02-09") };
	struct buf line = BUF_MAX(1000);
	struct str rest = name, label;

	while (str_cut(&rest, '.', &label) && str_chr(rest, '.') != -1)
		o.domain = rest;
	orgdom_write(&line, &o);
	*answer = (struct dns_answer){ .name = arena_str(a, name),
		.type = DNS_ORGDOM,
		.packet = arena_str(a, buf_str(&line)),
		.packet_hash = sha256(buf_str(&line)) };
	buf_free(&line);
}

static inline void
test_answer(
    const struct zone *zone, struct arena *a, const struct need *need, struct dns_answer *answer)
{
	if (need->type == DNS_ORGDOM)
		test_orgdom(a, need->name, answer);
	else
		assert_int_equal(zone_answer(zone, a, need->name, need->type, answer, NULL), 0);
}

static inline void
test_examine(struct test_examined *t, struct str message, size_t step, const char *zone, int64_t at)
{
	struct needs needs;

	*t = (struct test_examined){ .crypto = crypto_native_new(), .arena = arena_new(1 << 24) };
	t->zone = zone_parse(str_of(zone), "zone", NULL);
	assert_non_null(t->zone);
	t->x = examine_new(t->crypto);
	for (struct str rest = message; rest.n > 0; rest = str_from(rest, step))
		examine_add(t->x, str_head(rest, step));
	examine_end(t->x);
	t->evidence.answers = t->answer;
	t->result = examine_run(t->x, &t->evidence, at, &needs);
	while (needs.n > 0) {
		for (size_t i = 0; i < needs.n; i++)
			test_answer(t->zone, t->arena, &needs.need[i], &t->answer[t->evidence.n++]);
		t->asked = t->evidence.n;
		t->result = examine_run(t->x, &t->evidence, at, &needs);
	}
}

static inline void
test_examined_free(struct test_examined *t)
{
	examine_free(t->x);
	arena_free(t->arena);
	zone_free(t->zone);
	crypto_native_free(t->crypto);
}

/*
 * Adds head, the signature and CR LF.  head is a signature field up to its `b=`, and signed_fields
 * are the fields it names, both as they are after canonicalisation.
 */
static inline void
test_sign(struct buf *out, const char *head, const char *signed_fields)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES] = { 0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd,
		0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69,
		0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60 };
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	uint8_t sig[crypto_sign_BYTES];
	struct buf text = BUF_MAX(1 << 20);
	struct hash hash;

	buf_add(&text, str_of(signed_fields));
	buf_add(&text, str_of(head));
	hash = sha256(buf_str(&text));
	crypto_sign_seed_keypair(public, secret, seed);
	crypto_sign_detached(sig, NULL, hash.b, sizeof hash.b, secret);
	buf_add(out, str_of(head));
	base64_add(out, str_bytes(sig, sizeof sig));
	buf_add(out, STR("\r\n"));
	buf_free(&text);
}

#endif
