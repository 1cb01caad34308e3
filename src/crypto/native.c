/* SPDX-License-Identifier: ISC */
#include "crypto/verify.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "base/limits.h"
#include "crypto/hash.h"

/*
 * The native back end.  Making an OpenSSL key ready for an algorithm takes as long as verifying
 * with it, so the last KEYS of them are kept, each found by the bytes of (algorithm, key).
 */
enum {
	KEYS = 64,
	ALGS = SIG_ED25519 + 1,
	EXPONENT_BYTES = 5, /* what passed the checks of verify.c */
	POINT_BYTES = 2 * 48,
	ID_BYTES = 3 + LIMIT_RSA_BITS / 8 + EXPONENT_BYTES + POINT_BYTES,
};

struct ready {
	uint8_t id[ID_BYTES];
	size_t id_n;
	EVP_PKEY_CTX *ctx; /* for verifying, again and again */
};

struct native {
	struct crypto crypto;
	struct ready ready[KEYS];
	size_t n, next; /* next is overwritten when all are taken */
	EVP_MD *digest[ALGS];
	EVP_MD_CTX *hashing; /* begun anew with each message */
};

static const char *
digest_name(enum sig_alg alg)
{
	switch (alg) {
	case SIG_RSA_SHA1:
		return "SHA1";
	case SIG_RSA_SHA256:
	case SIG_ECDSA_P256_SHA256:
		return "SHA256";
	case SIG_ECDSA_P384_SHA384:
		return "SHA384";
	case SIG_RSA_SHA512:
		return "SHA512";
	case SIG_ED25519:
		break;
	}
	abort();
}

/* Fetched once: it costs as much as hashing a kilobyte. */
static const EVP_MD *
fetched(struct native *c, enum sig_alg alg)
{
	if (c->digest[alg] == NULL)
		c->digest[alg] = EVP_MD_fetch(NULL, digest_name(alg), NULL);
	if (c->digest[alg] == NULL)
		abort();
	return c->digest[alg];
}

static size_t
put(uint8_t *out, struct str bytes)
{
	if (bytes.n > 0)
		memcpy(out, bytes.p, bytes.n);
	return bytes.n;
}

static void
set_id(struct ready *r, enum sig_alg alg, const struct pubkey *k)
{
	size_t n = 3;

	assert(n + k->modulus.n + k->exponent.n + k->point.n <= sizeof r->id);
	r->id[0] = (uint8_t)alg;
	r->id[1] = (uint8_t)(k->modulus.n >> 8);
	r->id[2] = (uint8_t)k->modulus.n;
	n += put(r->id + n, k->modulus);
	n += put(r->id + n, k->exponent);
	n += put(r->id + n, k->point);
	r->id_n = n;
}

static BIGNUM *
push_number(OSSL_PARAM_BLD *build, const char *name, struct str number)
{
	BIGNUM *bn = BN_bin2bn((const uint8_t *)number.p, (int)number.n, NULL);

	if (bn == NULL || OSSL_PARAM_BLD_push_BN(build, name, bn) != 1)
		abort();
	return bn;
}

static EVP_PKEY *
pkey_from(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1)
		abort();
	if (EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
pkey_rsa(const struct pubkey *k)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params;
	BIGNUM *n, *exponent;
	EVP_PKEY *key;

	if (build == NULL)
		abort();
	n = push_number(build, OSSL_PKEY_PARAM_RSA_N, k->modulus);
	exponent = push_number(build, OSSL_PKEY_PARAM_RSA_E, k->exponent);
	params = OSSL_PARAM_BLD_to_param(build);
	if (params == NULL)
		abort();
	key = pkey_from("RSA", params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(exponent);
	return key;
}

static EVP_PKEY *
pkey_ec(const struct pubkey *k)
{
	char group[] = "P-256";
	uint8_t point[1 + 2 * 48] = { 0x04 }; /* uncompressed (SEC 1 section 2.3.3) */
	OSSL_PARAM params[3];

	if (k->type == KEY_P384)
		memcpy(group, "P-384", sizeof group);
	memcpy(point + 1, k->point.p, k->point.n);
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] =
	    OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + k->point.n);
	params[2] = OSSL_PARAM_construct_end();
	return pkey_from("EC", params);
}

/* NULL when the key is none: a point that is not on its curve. */
static EVP_PKEY_CTX *
make_ready(struct native *c, enum sig_alg alg, const struct pubkey *k)
{
	EVP_PKEY *key = k->type == KEY_RSA ? pkey_rsa(k) : pkey_ec(k);
	EVP_PKEY_CTX *ctx = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	if (ctx != NULL && (EVP_PKEY_verify_init(ctx) != 1 ||
	                       EVP_PKEY_CTX_set_signature_md(ctx, fetched(c, alg)) != 1)) {
		EVP_PKEY_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_PKEY_free(key);
	return ctx;
}

static EVP_PKEY_CTX *
find_ready(struct native *c, enum sig_alg alg, const struct pubkey *k)
{
	struct ready fresh;

	set_id(&fresh, alg, k);
	for (size_t i = 0; i < c->n; i++)
		if (c->ready[i].id_n == fresh.id_n &&
		    memcmp(c->ready[i].id, fresh.id, fresh.id_n) == 0)
			return c->ready[i].ctx;
	fresh.ctx = make_ready(c, alg, k);
	if (fresh.ctx == NULL)
		return NULL;
	EVP_PKEY_CTX_free(c->ready[c->next].ctx);
	c->ready[c->next] = fresh;
	c->next = (c->next + 1) % KEYS;
	if (c->n < KEYS)
		c->n++;
	return fresh.ctx;
}

/* A positive INTEGER in DER at out; returns its length, n + 3 at most. */
static size_t
der_integer(uint8_t *out, struct str number)
{
	size_t pad;

	while (number.n > 1 && number.p[0] == 0)
		number = str_from(number, 1);
	pad = (number.p[0] & 0x80) != 0;
	out[0] = 0x02;
	out[1] = (uint8_t)(pad + number.n);
	out[2] = 0;
	memcpy(out + 2 + pad, number.p, number.n);
	return 2 + pad + number.n;
}

/* Ecdsa-Sig-Value (RFC 3279 section 2.2.3) of r || s: at most 104 bytes, so short lengths. */
static size_t
der_signature(uint8_t out[2 + 2 * (48 + 3)], struct str sig)
{
	size_t n = der_integer(out + 2, str_head(sig, sig.n / 2));

	n += der_integer(out + 2 + n, str_from(sig, sig.n / 2));
	out[0] = 0x30;
	out[1] = (uint8_t)n;
	return 2 + n;
}

/* Into digest, EVP_MAX_MD_SIZE bytes of which are used as many as returned. */
static unsigned
hash_message(struct native *c, enum sig_alg alg, struct str message, uint8_t *digest)
{
	unsigned n;

	if (EVP_DigestInit_ex2(c->hashing, fetched(c, alg), NULL) != 1 ||
	    EVP_DigestUpdate(c->hashing, message.p, message.n) != 1 ||
	    EVP_DigestFinal_ex(c->hashing, digest, &n) != 1)
		abort();
	return n;
}

static enum verify_result
verify_openssl(
    struct native *c, enum sig_alg alg, const struct pubkey *k, struct str message, struct str sig)
{
	EVP_PKEY_CTX *ready = find_ready(c, alg, k);
	uint8_t der[2 + 2 * (48 + 3)], digest[EVP_MAX_MD_SIZE];
	unsigned n;

	if (ready == NULL)
		return VERIFY_UNSUPPORTED;
	n = hash_message(c, alg, message, digest);
	if (k->type != KEY_RSA)
		sig = str_bytes(der, der_signature(der, sig));
	if (EVP_PKEY_verify(ready, (const uint8_t *)sig.p, sig.n, digest, n) != 1)
		return VERIFY_BAD;
	return VERIFY_GOOD;
}

static enum verify_result
verify_sodium(const struct pubkey *k, struct str message, struct str sig)
{
	int rc = crypto_sign_verify_detached((const uint8_t *)sig.p, (const uint8_t *)message.p,
	    message.n, (const uint8_t *)k->point.p);

	return rc == 0 ? VERIFY_GOOD : VERIFY_BAD;
}

static enum verify_result
native_verify(
    void *ctx, enum sig_alg alg, const struct pubkey *k, struct str message, struct str sig)
{
	enum verify_result r;

	if (alg == SIG_ED25519)
		return verify_sodium(k, message, sig);
	r = verify_openssl(ctx, alg, k, message, sig);
	if (r != VERIFY_GOOD)
		ERR_clear_error();
	return r;
}

struct crypto *
crypto_native_new(void)
{
	struct native *c = calloc(1, sizeof *c);

	if (c == NULL || sodium_init() == -1)
		abort();
	c->hashing = EVP_MD_CTX_new();
	if (c->hashing == NULL)
		abort();
	c->crypto.verify = native_verify;
	c->crypto.ctx = c;
	return &c->crypto;
}

void
crypto_native_free(struct crypto *crypto)
{
	struct native *c = crypto == NULL ? NULL : crypto->ctx;

	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		EVP_PKEY_CTX_free(c->ready[i].ctx);
	for (size_t i = 0; i < ALGS; i++)
		EVP_MD_free(c->digest[i]);
	EVP_MD_CTX_free(c->hashing);
	free(c);
}
