/* SPDX-License-Identifier: ISC */
#include "auth/verifier.h"

#include "base/limits.h"
#include "dns/packet.h"

enum {
	RSA_BITS_MIN = 1024, /* RFC 8301 section 3.2 */
};

static enum code
weightier(enum code a, enum code b)
{
	return a < b ? a : b;
}

static struct str
told(struct str value)
{
	return str_head(value, LIMIT_SIGNATURE_NAME);
}

void
verifier_say(const struct signature *s, enum code code, struct sig_result *r)
{
	const struct code_row *row = &code_rows[code];

	*r = (struct sig_result){
		.domain = told(s->domain),
		.selector = told(s->selector),
		.host = s->host,
		.algorithm = told(s->algorithm),
		.identity = told(s->identity),
		.signed_at = s->signed_at,
		.expires = s->expires,
		.result = row->result,
		.code = row->code,
		.reason = row->reason,
	};
}

/* Which of the records are keys?  Those that are none are passed over (RFC 6376 6.1.2). */
static void
read_records(struct verifier *v, const struct str *text, size_t n, struct keys *keys)
{
	static const enum code why_not[] = {
		[KEYRECORD_REVOKED] = CODE_KEY_REVOKED,
		[KEYRECORD_UNKNOWN] = CODE_KEY_UNKNOWN,
		[KEYRECORD_BROKEN] = CODE_KEY_SYNTAX,
	};

	if (n > LIMIT_KEY_RECORDS)
		n = LIMIT_KEY_RECORDS;
	keys->code = CODE_KEY_UNAVAILABLE;
	keys->key = arena_array(v->keys, n, sizeof *keys->key);
	for (size_t i = 0; i < n && keys->key != NULL; i++) {
		struct known_key *k = &keys->key[keys->n];

		keycache_read(v->keycache, v->keys, text[i], k);
		if (k->record.kind == KEYRECORD_KEY) {
			keys->n++;
		} else if (!keys->has_none || why_not[k->record.kind] < keys->code) {
			keys->code = why_not[k->record.kind];
			keys->none = *k;
			keys->has_none = true;
		}
	}
}

/* The code is CODE_KEY_… when there is no key, else CODE_PASS. */
static enum code
find_keys(struct verifier *v, const struct signature *s, struct keys *keys)
{
	const struct dns_answer *answer = evidence_find(v->evidence, s->key_name, DNS_TXT);
	struct str *text;
	size_t n;

	if (answer == NULL)
		needs_add(v->needs, s->key_name, DNS_TXT);
	if (answer == NULL || answer->outcome == DNS_FAILED || answer->security == DNS_BOGUS)
		return CODE_KEY_UNAVAILABLE;
	keys->packet = answer->packet_hash;
	switch (packet_txt(v->keys, answer->packet, s->key_name, &text, &n, NULL)) {
	case PACKET_FOUND:
		read_records(v, text, n, keys);
		return keys->n > 0 ? CODE_PASS : keys->code;
	case PACKET_NXDOMAIN:
	case PACKET_NODATA:
		return CODE_KEY_MISSING;
	case PACKET_MALFORMED:
		break;
	}
	return CODE_KEY_UNAVAILABLE;
}

static void
set_key(struct sig_result *r, const struct keys *keys, const struct known_key *k)
{
	r->has_key = true;
	r->key_packet = keys->packet;
	r->key_value = k->hash;
}

bool
verifier_keys(
    struct verifier *v, const struct signature *s, struct keys *keys, struct sig_result *r)
{
	enum code code;

	*keys = (struct keys){ 0 };
	arena_clear(v->keys);
	if (!s->computable) {
		verifier_say(s, s->code, r);
		return false;
	}
	code = find_keys(v, s, keys);
	if (code == CODE_PASS && v->waiting)
		code = CODE_PENDING;
	if (code == CODE_PASS && v->spent < LIMIT_SIGNED_BYTES)
		return true;
	if (code == CODE_PASS) {
		v->over = true;
		code = CODE_LIMIT_SIGNATURES;
	}
	v->incomplete = v->incomplete || code == CODE_KEY_UNAVAILABLE || code == CODE_PENDING;
	verifier_say(s, weightier(s->code, code), r);
	if (keys->has_none)
		set_key(r, keys, &keys->none);
	return false;
}

/* Does the key allow this signature (RFC 6376 sections 3.6.1 and 6.1.2)? */
static enum code
key_allows(const struct signature *s, const struct keyrecord *k)
{
	struct str hash = s->digest == DIGEST_SHA1 ? STR("sha1") : STR("sha256");

	if (!keyrecord_takes_hash(k, hash))
		return CODE_KEY_HASH;
	if (!keyrecord_takes_mail(k))
		return CODE_KEY_SERVICE;
	if (k->strict && s->identity.n > 0 && !str_eq(s->identity_host, s->host))
		return CODE_KEY_DOMAIN;
	return CODE_PASS;
}

static enum code
body_matches(const struct verifier *v, const struct signature *s)
{
	if (s->kind == SIGNATURE_SEAL)
		return CODE_PASS;
	if (s->body_limit != BODYHASH_ALL &&
	    s->body_limit > bodyhash_size(v->bodies, s->body_canon))
		return CODE_BODY_LENGTH;
	if (!str_eq(bodyhash_get(v->bodies, s->body_hash_number), s->body_hash))
		return CODE_BODY_HASH;
	return CODE_PASS;
}

/* RFC 8463 3: what Ed25519 signs is the SHA-256 of the bytes. */
static enum verify_result
compute(const struct verifier *v, const struct signature *s, const struct keyrecord *k)
{
	struct str bytes = buf_str(&v->signed_bytes);
	struct hash hash;

	if (s->alg == SIG_ED25519) {
		hash = sha256(bytes);
		bytes = hash_str(&hash);
	}
	return crypto_verify(v->crypto, s->alg, &k->key, bytes, s->bytes, NULL);
}

static enum code
unsupported(const struct pubkey *k)
{
	if (k->type == KEY_RSA && pubkey_bits(k) > LIMIT_RSA_BITS)
		return CODE_KEY_TOO_LARGE;
	if (k->type == KEY_RSA && pubkey_bits(k) < RSA_BITS_MIN)
		return CODE_WEAK_KEY;
	return CODE_KEY_UNUSABLE;
}

/* What is known of a good signature's strength and age. */
static enum code
reservation(const struct verifier *v, const struct signature *s, const struct pubkey *k)
{
	if (k->type == KEY_RSA && pubkey_bits(k) < RSA_BITS_MIN)
		return CODE_WEAK_KEY;
	if (s->digest == DIGEST_SHA1)
		return CODE_WEAK_HASH;
	if (s->expires != -1 && s->expires < v->now)
		return CODE_EXPIRED;
	return CODE_PASS;
}

/* Returns the code that r carries. */
static enum code
try_key(
    struct verifier *v, const struct signature *s, const struct keyrecord *k, struct sig_result *r)
{
	enum code body = body_matches(v, s), code = weightier(s->code, key_allows(s, k));
	enum result crypto = RESULT_NONE;

	if ((s->alg == SIG_ED25519) != (k->key.type == KEY_ED25519)) {
		code = weightier(code, CODE_KEY_ALGORITHM);
		verifier_say(s, code, r);
		return code;
	}
	switch (compute(v, s, k)) {
	case VERIFY_GOOD:
		crypto = body == CODE_PASS ? RESULT_PASS : RESULT_FAIL;
		code = weightier(code, weightier(body, reservation(v, s, &k->key)));
		break;
	case VERIFY_BAD:
		crypto = RESULT_FAIL;
		code = weightier(code, weightier(body, CODE_SIGNATURE));
		break;
	case VERIFY_UNSUPPORTED:
		code = weightier(code, unsupported(&k->key));
		break;
	case VERIFY_PENDING:
		v->incomplete = true;
		code = weightier(code, CODE_PENDING);
		break;
	}
	verifier_say(s, code, r);
	r->crypto = crypto;
	r->key_bits = pubkey_bits(&k->key);
	return code;
}

/* Of several keys: mathematics first, then what weighs least against it. */
void
verifier_judge(
    struct verifier *v, const struct signature *s, const struct keys *keys, struct sig_result *r)
{
	enum code best = CODE_ABSENT;

	*r = (struct sig_result){ 0 };
	v->spent += v->signed_bytes.n * keys->n;
	for (size_t i = 0; i < keys->n; i++) {
		struct sig_result one;
		enum code code = try_key(v, s, &keys->key[i].record, &one);
		bool good = one.crypto == RESULT_PASS, had_good = r->crypto == RESULT_PASS;

		if (good == had_good ? code <= best : had_good)
			continue;
		best = code;
		*r = one;
		set_key(r, keys, &keys->key[i]);
	}
}
