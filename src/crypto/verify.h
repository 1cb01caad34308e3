/* SPDX-License-Identifier: ISC */
#ifndef CRYPTO_VERIFY_H
#define CRYPTO_VERIFY_H

#include "base/err.h"
#include "base/str.h"

/*
 * verify: is this signature by this key over these message bytes?  Message bytes, not a digest,
 * because a browser's WebCrypto takes nothing else; so `struct crypto` is the one door to it.
 * What can be refused by looking (sizes, exponent, ranges, canonical forms, small orders) is
 * refused by our own code before any back end sees it, so that all back ends agree.
 */
enum sig_alg {
	SIG_RSA_SHA1, /* RFC 8017 RSASSA-PKCS1-v1_5 */
	SIG_RSA_SHA256,
	SIG_RSA_SHA512,
	SIG_ECDSA_P256_SHA256, /* signature r || s */
	SIG_ECDSA_P384_SHA384,
	SIG_ED25519, /* RFC 8032 with libsodium's rules: canonical, no small order */
};

enum key_type {
	KEY_RSA,
	KEY_P256,
	KEY_P384,
	KEY_ED25519,
};

/* A public key as views; nothing in it is checked until crypto_verify. */
struct pubkey {
	enum key_type type;
	struct str modulus, exponent; /* RSA: big-endian, no leading zeros */
	struct str point;             /* the others: x || y, or Ed25519's 32 bytes */
};

unsigned pubkey_bits(const struct pubkey *k); /* of the modulus, or of the curve */

/*
 * Read RSA keys in SubjectPublicKeyInfo (RFC 5280 section 4.1) or bare RSAPublicKey (RFC 8017
 * A.1.1): 0 with views into der, or -1 on ERR_SYNTAX.
 */
int pubkey_rsa(struct str der, struct pubkey *k, struct err *e);

enum verify_result {
	VERIFY_BAD, /* the mathematics says no */
	VERIFY_GOOD,
	VERIFY_UNSUPPORTED, /* key or signature of a size or form we do not compute; see *e */
	VERIFY_PENDING,     /* an asynchronous back end has been asked; run again */
};

/* A back end: called only with keys and signatures that passed our checks. */
struct crypto {
	enum verify_result (*verify)(void *ctx, enum sig_alg alg, const struct pubkey *k,
	    struct str message, struct str sig);
	void *ctx;
};

/* OpenSSL for RSA and ECDSA, libsodium for Ed25519; keys parsed once and cached, bounded. */
struct crypto *crypto_native_new(void);
void crypto_native_free(struct crypto *c);

/*
 * What is checked here: key and algorithm belong together; RSA modulus of 512 to LIMIT_RSA_BITS
 * bits, odd; exponent odd, 3 to 2^32+1 (RFC 8017 section 3.1); the hash fits the modulus; else
 * VERIFY_UNSUPPORTED.  RSA signature as long as the modulus and smaller (RFC 8017 section
 * 8.2.2); ECDSA r and s in 1..n-1 (FIPS 186-5 section 6.4.2); Ed25519 S below the group order,
 * key canonical, neither key nor R of small order (RFC 8032 section 5.1.7); else VERIFY_BAD.
 * e says why on both.
 */
enum verify_result crypto_verify(const struct crypto *c, enum sig_alg alg, const struct pubkey *k,
    struct str message, struct str sig, struct err *e);

#endif
