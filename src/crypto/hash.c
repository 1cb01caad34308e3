/* SPDX-License-Identifier: ISC */
#include "crypto/hash.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "crypto/sha256_step.h"

struct digest {
	EVP_MD_CTX *ctx; /* NULL: it is the other */
	struct sha256_step step;
};

/* Fetching an algorithm costs more than hashing a kilobyte: once per process. */
static const EVP_MD *
algorithm(enum digest_alg alg)
{
	static const char *const name[] = { "SHA1", "SHA256", "SHA512" };
	static EVP_MD *fetched[3];

	if (fetched[alg] == NULL)
		fetched[alg] = EVP_MD_fetch(NULL, name[alg], NULL);
	if (fetched[alg] == NULL)
		abort();
	return fetched[alg];
}

static void
must(int ok)
{
	if (ok != 1)
		abort();
}

bool
hash_eq(struct hash a, struct hash b)
{
	return memcmp(a.b, b.b, sizeof a.b) == 0;
}

struct str
hash_str(const struct hash *h)
{
	return str_bytes(h->b, sizeof h->b);
}

struct hash
sha256(struct str bytes)
{
	struct hash h;

	must(EVP_Digest(bytes.p, bytes.n, h.b, NULL, algorithm(DIGEST_SHA256), NULL));
	return h;
}

struct hash512
sha512(struct str bytes)
{
	struct hash512 h;

	must(EVP_Digest(bytes.p, bytes.n, h.b, NULL, algorithm(DIGEST_SHA512), NULL));
	return h;
}

/* One pass of RFC 2104 section 2: SHA-256(key xor pad || bytes). */
static struct hash
hmac_pass(const uint8_t key[64], uint8_t pad, struct str bytes)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	uint8_t block[64], out[64];
	struct hash h;

	for (size_t i = 0; i < sizeof block; i++)
		block[i] = key[i] ^ pad;
	digest_add(d, str_bytes(block, sizeof block));
	digest_add(d, bytes);
	digest_end(d, out);
	digest_free(d);
	memcpy(h.b, out, sizeof h.b);
	OPENSSL_cleanse(block, sizeof block);
	return h;
}

struct hash
hmac_sha256(struct str key, struct str bytes)
{
	uint8_t block[64] = { 0 };
	struct hash inner, outer;

	if (key.n > sizeof block) {
		inner = sha256(key);
		key = hash_str(&inner);
	}
	if (key.n > 0)
		memcpy(block, key.p, key.n);
	inner = hmac_pass(block, 0x36, bytes);
	outer = hmac_pass(block, 0x5c, hash_str(&inner));
	OPENSSL_cleanse(block, sizeof block);
	return outer;
}

struct digest *
digest_new(enum digest_alg alg)
{
	struct digest *d = malloc(sizeof *d);

	if (d == NULL)
		abort();
	*d = (struct digest){ .step = SHA256_STEP };
	if (alg == DIGEST_SHA256 && sha256_step_can())
		return d;
	d->ctx = EVP_MD_CTX_new();
	if (d->ctx == NULL)
		abort();
	must(EVP_DigestInit_ex2(d->ctx, algorithm(alg), NULL));
	return d;
}

struct digest *
digest_copy(const struct digest *d)
{
	struct digest *copy = malloc(sizeof *copy);

	if (copy == NULL)
		abort();
	*copy = *d;
	if (d->ctx == NULL)
		return copy;
	copy->ctx = EVP_MD_CTX_new();
	if (copy->ctx == NULL)
		abort();
	must(EVP_MD_CTX_copy_ex(copy->ctx, d->ctx));
	return copy;
}

void
digest_add(struct digest *d, struct str bytes)
{
	if (d->ctx == NULL)
		sha256_step_add(&d->step, bytes);
	else
		must(EVP_DigestUpdate(d->ctx, bytes.p, bytes.n));
}

void
digest_add_two(struct digest *a, struct str x, struct digest *b, struct str y)
{
	if (a->ctx == NULL && b->ctx == NULL) {
		sha256_step_add_two(&a->step, x, &b->step, y);
		return;
	}
	digest_add(a, x);
	digest_add(b, y);
}

size_t
digest_end(struct digest *d, uint8_t out[64])
{
	unsigned n = sizeof((struct hash *)0)->b;

	if (d->ctx == NULL)
		sha256_step_end(&d->step, out);
	else
		must(EVP_DigestFinal_ex(d->ctx, out, &n));
	return n;
}

void
digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	EVP_MD_CTX_free(d->ctx);
	OPENSSL_cleanse(d, sizeof *d); /* of an HMAC it holds what its key became */
	free(d);
}
