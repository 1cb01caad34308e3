/* SPDX-License-Identifier: ISC */
#include "net/jwt.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "net/jsonc.h"

enum {
	RSA_BITS_MIN = 2048, /* RFC 7518 section 3.3 */
	SIGNATURE_MAX = 1024 /* bytes: RSA of 8,192 bits */
};

struct jwt_account {
	struct json_object *file; /* owns the views */
	struct str email, key_id;
	EVP_PKEY *key;
};

/* Asked for a passphrase: there is none to give. */
static int
no_passphrase(char *out, int size, int rw, void *who)
{
	(void)out, (void)size, (void)rw, (void)who;
	return -1;
}

static EVP_PKEY *
read_key(struct str pem)
{
	BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *key;

	if (in == NULL)
		abort();
	key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);
	BIO_free(in);
	return key;
}

static int
read_file(struct jwt_account *a, struct err *e)
{
	struct str type, pem;

	if (!jsonc_text(a->file, "type", &type) || !str_eq(type, STR("service_account")))
		return err_set(e, ERR_CONFIG, "its type is not \"service_account\"");
	if (!jsonc_text(a->file, "client_email", &a->email) ||
	    !jsonc_text(a->file, "private_key_id", &a->key_id) ||
	    !jsonc_text(a->file, "private_key", &pem))
		return err_set(
		    e, ERR_CONFIG, "client_email, private_key_id and private_key are wanted");
	a->key = read_key(pem);
	if (a->key == NULL || !EVP_PKEY_is_a(a->key, "RSA") ||
	    EVP_PKEY_get_bits(a->key) < RSA_BITS_MIN)
		return err_set(e, ERR_CONFIG,
		    "RFC 7518 3.3: private_key is no RSA key of 2,048 bits or more, in PEM");
	return 0;
}

struct jwt_account *
jwt_account_read(struct str json, struct err *e)
{
	struct jwt_account *a = calloc(1, sizeof *a);

	if (a == NULL)
		abort();
	a->file = jsonc_read(json, e);
	if (a->file != NULL && read_file(a, e) == 0)
		return a;
	jwt_account_free(a);
	return NULL;
}

void
jwt_account_free(struct jwt_account *a)
{
	if (a == NULL)
		return;
	EVP_PKEY_free(a->key);
	json_object_put(a->file);
	free(a);
}

static void
put_text(struct json_object *o, const char *name, struct str value)
{
	json_object_object_add(o, name, json_object_new_string_len(value.p, (int)value.n));
}

/* Adds the object as base64url and forgets it. */
static void
add_object(struct buf *out, struct json_object *o)
{
	base64url_add(out, str_of(json_object_to_json_string_ext(
	                       o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)));
	json_object_put(o);
}

static int
add_signature(struct buf *out, EVP_PKEY *key, struct str signed_bytes)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[SIGNATURE_MAX];
	size_t n = sizeof signature;
	int rc;

	if (ctx == NULL)
		abort();
	rc = EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
	             EVP_DigestSign(
	                 ctx, signature, &n, (const uint8_t *)signed_bytes.p, signed_bytes.n) == 1
	         ? 0
	         : -1;
	EVP_MD_CTX_free(ctx);
	if (rc == 0) {
		buf_byte(out, '.');
		base64url_add(out, str_bytes(signature, n));
	}
	return rc;
}

int
jwt_sign(const struct jwt_account *a, const char *subject, const char *scope, const char *audience,
    int64_t now, struct buf *out, struct err *e)
{
	struct json_object *header = json_object_new_object(), *claims = json_object_new_object();
	size_t begin = out->n;

	put_text(header, "alg", STR("RS256"));
	put_text(header, "typ", STR("JWT"));
	put_text(header, "kid", a->key_id);
	put_text(claims, "iss", a->email);
	put_text(claims, "sub", str_of(subject));
	put_text(claims, "scope", str_of(scope));
	put_text(claims, "aud", str_of(audience));
	json_object_object_add(claims, "iat", json_object_new_int64(now));
	json_object_object_add(claims, "exp", json_object_new_int64(now + JWT_LIFE_S));
	add_object(out, header);
	buf_byte(out, '.');
	add_object(out, claims);
	if (add_signature(out, a->key, str_from(buf_str(out), begin)) == -1)
		return err_set(e, ERR_CONFIG, "OpenSSL does not sign with private_key");
	return buf_check(out, "JWT", e);
}
