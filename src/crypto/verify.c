/* SPDX-License-Identifier: ISC */
#include "crypto/verify.h"

#include <string.h>

#include "base/der.h"
#include "base/limits.h"

/* What an algorithm asks of its key and signature. */
static const struct scheme {
	enum key_type key;
	size_t min_modulus; /* RSA, bytes: the DigestInfo and 11 more (RFC 8017 section 9.2) */
} schemes[] = {
	[SIG_RSA_SHA1] = { KEY_RSA, 15 + 20 + 11 },
	[SIG_RSA_SHA256] = { KEY_RSA, 19 + 32 + 11 },
	[SIG_RSA_SHA512] = { KEY_RSA, 19 + 64 + 11 },
	[SIG_ECDSA_P256_SHA256] = { KEY_P256, 0 },
	[SIG_ECDSA_P384_SHA384] = { KEY_P384, 0 },
	[SIG_ED25519] = { KEY_ED25519, 0 },
};

/* Orders of the curves' groups, big-endian (FIPS 186-5, SP 800-186 section 3.2.1). */
static const uint8_t order_p256[] = { 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3,
	0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
static const uint8_t order_p384[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7,
	0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a,
	0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73 };

/* L = 2^252 + 27742317777372353535851937790883648493, big-endian (RFC 8032 section 5.1). */
static const uint8_t order_ed25519[32] = { 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6,
	0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed };

/* p = 2^255 - 19, big-endian. */
static const uint8_t prime_ed25519[32] = { 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xed };

/*
 * The y coordinates, below p and little-endian as encoded, of the eight points of small order:
 * 0 (order 4), 1 (order 1), p-1 (order 2), and the roots of d y^4 + 2 y^2 = 1 (order 8).
 */
static const uint8_t small_order[][32] = {
	{ 0 },
	{ 1 },
	{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0x7f },
	{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
	    0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d,
	    0x53, 0xfc, 0x05 },
	{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
	    0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92,
	    0xac, 0x03, 0x7a },
};

unsigned
pubkey_bits(const struct pubkey *k)
{
	struct str m = k->modulus;
	unsigned bits;

	switch (k->type) {
	case KEY_P256:
		return 256;
	case KEY_P384:
		return 384;
	case KEY_ED25519:
		return 256;
	case KEY_RSA:
		break;
	}
	while (m.n > 0 && m.p[0] == 0)
		m = str_from(m, 1);
	if (m.n == 0 || m.n > UINT32_MAX / 8)
		return 0;
	bits = 8 * (unsigned)m.n;
	for (unsigned top = 0x80; ((uint8_t)m.p[0] & top) == 0; top >>= 1)
		bits--;
	return bits;
}

/* RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }, its content. */
static int
rsa_public_key(struct str body, struct pubkey *k, struct err *e)
{
	struct der n, exponent;

	k->type = KEY_RSA;
	k->point = (struct str){ 0 };
	if (der_want(&body, DER_INTEGER, &n, e) == -1 ||
	    der_want(&body, DER_INTEGER, &exponent, e) == -1 ||
	    der_magnitude(n.body, &k->modulus, e) == -1 ||
	    der_magnitude(exponent.body, &k->exponent, e) == -1)
		return err_at(e, "RFC 8017 A.1.1");
	if (body.n > 0)
		return err_set(e, ERR_SYNTAX, "RFC 8017 A.1.1: bytes after the exponent");
	return 0;
}

/* The RSAPublicKey inside a SubjectPublicKeyInfo, whose content is body. */
static int
unwrap_spki(struct str body, struct der *inner, struct err *e)
{
	static const char rsa_encryption[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
	struct der algorithm, oid, parameters, bits;
	struct str key;

	if (der_want(&body, DER_SEQUENCE, &algorithm, e) == -1 ||
	    der_want(&body, DER_BIT_STRING, &bits, e) == -1 ||
	    der_want(&algorithm.body, DER_OID, &oid, e) == -1)
		return err_at(e, "RFC 5280 4.1.2.7");
	if (!str_eq(oid.body, STR(rsa_encryption)))
		return err_set(e, ERR_SYNTAX, "RFC 3279 2.3.1: key is not rsaEncryption");
	if (algorithm.body.n > 0 && (der_want(&algorithm.body, DER_NULL, &parameters, e) == -1 ||
	                                parameters.body.n > 0 || algorithm.body.n > 0))
		return err_set(e, ERR_SYNTAX, "RFC 3279 2.3.1: parameters are not NULL");
	if (body.n > 0 || bits.body.n == 0 || bits.body.p[0] != 0)
		return err_set(e, ERR_SYNTAX, "RFC 5280 4.1.2.7: not a key alone");
	key = str_from(bits.body, 1);
	if (der_want(&key, DER_SEQUENCE, inner, e) == -1)
		return err_at(e, "RFC 8017 A.1.1");
	if (key.n > 0)
		return err_set(e, ERR_SYNTAX, "RFC 8017 A.1.1: bytes after the key");
	return 0;
}

int
pubkey_rsa(struct str der, struct pubkey *k, struct err *e)
{
	struct der d;

	if (der_want(&der, DER_SEQUENCE, &d, e) == -1)
		return err_at(e, "RSA key");
	if (der.n > 0)
		return err_set(e, ERR_SYNTAX, "RSA key: bytes after it");
	if (d.body.n > 0 && d.body.p[0] == DER_SEQUENCE && unwrap_spki(d.body, &d, e) == -1)
		return -1;
	return rsa_public_key(d.body, k, e);
}

static enum verify_result
refuse(struct err *e, enum verify_result why, const char *text)
{
	err_set_text(e, why == VERIFY_BAD ? ERR_REFUSED : ERR_SYNTAX, "%s", text);
	return why;
}

static bool
is_odd(struct str number)
{
	return number.n > 0 && (number.p[number.n - 1] & 1) != 0;
}

static bool
is_zero(struct str number)
{
	for (size_t i = 0; i < number.n; i++)
		if (number.p[i] != 0)
			return false;
	return true;
}

/* 3 to 2^32+1, odd, without leading zeros. */
static bool
exponent_is_sound(struct str exponent)
{
	uint64_t value = 0;

	if (exponent.n == 0 || exponent.n > 5 || exponent.p[0] == 0)
		return false;
	for (size_t i = 0; i < exponent.n; i++)
		value = value << 8 | (uint8_t)exponent.p[i];
	return is_odd(exponent) && value >= 3 && value <= (UINT64_C(1) << 32) + 1;
}

static enum verify_result
check_rsa(const struct scheme *s, const struct pubkey *k, struct str sig, struct err *e)
{
	unsigned bits = pubkey_bits(k);

	if (bits < 512 || bits > LIMIT_RSA_BITS)
		return refuse(e, VERIFY_UNSUPPORTED, "RSA modulus is not of 512 to 4096 bits");
	if (k->modulus.p[0] == 0 || !is_odd(k->modulus))
		return refuse(e, VERIFY_UNSUPPORTED, "RFC 8017 3.1: RSA modulus is malformed");
	if (!exponent_is_sound(k->exponent))
		return refuse(e, VERIFY_UNSUPPORTED, "RFC 8017 3.1: RSA exponent out of range");
	if (k->modulus.n < s->min_modulus)
		return refuse(e, VERIFY_UNSUPPORTED, "RFC 8017 9.2: RSA modulus too short");
	if (sig.n != k->modulus.n || str_cmp(sig, k->modulus) >= 0)
		return refuse(e, VERIFY_BAD, "RFC 8017 8.2.2: RSA signature out of range");
	return VERIFY_GOOD;
}

static enum verify_result
check_ecdsa(struct str order, const struct pubkey *k, struct str sig, struct err *e)
{
	struct str r = str_head(sig, order.n), s = str_from(sig, r.n);

	if (k->point.n != 2 * order.n)
		return refuse(e, VERIFY_UNSUPPORTED, "ECDSA key is not x || y");
	if (sig.n != 2 * order.n)
		return refuse(e, VERIFY_BAD, "ECDSA signature is not r || s");
	if (is_zero(r) || is_zero(s) || str_cmp(r, order) >= 0 || str_cmp(s, order) >= 0)
		return refuse(e, VERIFY_BAD, "FIPS 186-5 6.4.2: ECDSA signature out of range");
	return VERIFY_GOOD;
}

/* Is the little-endian number, its top bits masked, below the big-endian bound? */
static bool
is_below(struct str little, uint8_t top_mask, const uint8_t bound[32])
{
	for (size_t i = 0; i < 32; i++) {
		uint8_t digit = (uint8_t)little.p[31 - i] & (i == 0 ? top_mask : 0xff);

		if (digit != bound[i])
			return digit < bound[i];
	}
	return false;
}

/* Only for encodings of a y below p; an R above p never equals the R that is computed. */
static bool
has_small_order(struct str point)
{
	uint8_t y[32];

	memcpy(y, point.p, sizeof y);
	y[31] &= 0x7f;
	for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++)
		if (memcmp(y, small_order[i], sizeof y) == 0)
			return true;
	return false;
}

static enum verify_result
check_ed25519(const struct pubkey *k, struct str sig, struct err *e)
{
	if (k->point.n != 32)
		return refuse(e, VERIFY_UNSUPPORTED, "RFC 8032 5.1.5: Ed25519 key is not 32 bytes");
	if (sig.n != 64)
		return refuse(e, VERIFY_BAD, "RFC 8032 5.1.6: Ed25519 signature is not 64 bytes");
	if (!is_below(str_from(sig, 32), 0xff, order_ed25519))
		return refuse(e, VERIFY_BAD, "RFC 8032 5.1.7: S is not below the group order");
	if (!is_below(k->point, 0x7f, prime_ed25519) || !is_below(sig, 0x7f, prime_ed25519))
		return refuse(e, VERIFY_BAD, "RFC 8032 5.1.3: point is not canonical");
	if (has_small_order(k->point) || has_small_order(sig))
		return refuse(e, VERIFY_BAD, "Ed25519 point of small order");
	return VERIFY_GOOD;
}

static enum verify_result
check(const struct scheme *s, const struct pubkey *k, struct str sig, struct err *e)
{
	switch (k->type) {
	case KEY_RSA:
		return check_rsa(s, k, sig, e);
	case KEY_P256:
		return check_ecdsa(str_bytes(order_p256, sizeof order_p256), k, sig, e);
	case KEY_P384:
		return check_ecdsa(str_bytes(order_p384, sizeof order_p384), k, sig, e);
	case KEY_ED25519:
		return check_ed25519(k, sig, e);
	}
	return refuse(e, VERIFY_UNSUPPORTED, "unknown key type");
}

enum verify_result
crypto_verify(const struct crypto *c, enum sig_alg alg, const struct pubkey *k, struct str message,
    struct str sig, struct err *e)
{
	const struct scheme *s = &schemes[alg];
	enum verify_result r;

	if (s->key != k->type)
		return refuse(e, VERIFY_UNSUPPORTED, "key and algorithm do not belong together");
	r = check(s, k, sig, e);
	if (r != VERIFY_GOOD)
		return r;
	r = c->verify(c->ctx, alg, k, message, sig);
	if (r == VERIFY_BAD)
		return refuse(e, r, "signature does not verify");
	if (r == VERIFY_UNSUPPORTED)
		return refuse(e, r, "key is not a point of its curve");
	return r;
}
