/* SPDX-License-Identifier: ISC */
#include "net/jwt.h"

#include <json-c/json_object.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "base/test.h"

/* A key file as Google writes them, with a fresh key. */
static struct buf
key_file(EVP_PKEY *key, const char *type)
{
	struct buf out = BUF_MAX(JWT_KEY_FILE_MAX);
	struct json_object *o = json_object_new_object();
	BIO *pem = BIO_new(BIO_s_mem());
	char *text;
	long n;

	PEM_write_bio_PKCS8PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL);
	n = BIO_get_mem_data(pem, &text);
	json_object_object_add(o, "type", json_object_new_string(type));
	json_object_object_add(o, "private_key_id", json_object_new_string("k\"1"));
	json_object_object_add(o, "private_key", json_object_new_string_len(text, (int)n));
	json_object_object_add(o, "client_email", json_object_new_string("a@p.example"));
	buf_add(&out, str_of(json_object_to_json_string(o)));
	json_object_put(o);
	BIO_free(pem);
	return out;
}

/* base64url, as a JWT has it. */
static void
decode(struct str text, struct buf *out)
{
	struct buf plain = BUF_MAX(JWT_MAX);

	for (size_t i = 0; i < text.n; i++)
		buf_byte(&plain, text.p[i] == '-' ? '+' : text.p[i] == '_' ? '/' : text.p[i]);
	while (plain.n % 4 != 0)
		buf_byte(&plain, '=');
	assert_int_equal(base64_decode(buf_str(&plain), BASE64_STRICT, out, NULL), 0);
	buf_free(&plain);
}

/* The three parts say what they should, and the last one is a signature of the others. */
static void
signed_jwt(void **state)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct buf file = key_file(key, "service_account"), jwt = BUF_MAX(JWT_MAX),
	           part = BUF_MAX(JWT_MAX);
	struct jwt_account *a = jwt_account_read(buf_str(&file), NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct str rest, text, whole;

	(void)state;
	assert_non_null(a);
	assert_int_equal(jwt_sign(a, "u@d.example", "s/", "https://t/", 1764039838, &jwt, NULL), 0);
	whole = rest = buf_str(&jwt);
	str_cut(&rest, '.', &text);
	decode(text, &part);
	test_str(
	    "header", buf_str(&part), "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k\\\"1\"}");
	str_cut(&rest, '.', &text);
	buf_clear(&part);
	decode(text, &part);
	test_str("claims", buf_str(&part),
	    "{\"iss\":\"a@p.example\",\"sub\":\"u@d.example\",\"scope\":\"s/\",\"aud\":\"https://t/"
	    "\","
	    "\"iat\":1764039838,\"exp\":1764043438}");
	buf_clear(&part);
	decode(rest, &part);
	EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL);
	assert_int_equal(EVP_DigestVerify(ctx, (uint8_t *)part.p, part.n, (const uint8_t *)whole.p,
	                     whole.n - rest.n - 1),
	    1);
	EVP_MD_CTX_free(ctx);
	jwt_account_free(a);
	buf_free(&file);
	buf_free(&jwt);
	buf_free(&part);
	EVP_PKEY_free(key);
}

static void
refused(const char *what, EVP_PKEY *key, const char *type, const char *want)
{
	struct buf file = key_file(key, type);
	struct err e = { 0 };

	assert_null(jwt_account_read(buf_str(&file), &e));
	if (strstr(e.text, want) == NULL)
		fail_msg("%s: %s", what, e.text);
	buf_free(&file);
	EVP_PKEY_free(key);
}

static void
no_key_file(void **state)
{
	(void)state;
	refused("a user's", EVP_RSA_gen(2048), "authorized_user", "service_account");
	refused("small", EVP_RSA_gen(1024), "service_account", "RFC 7518");
	refused("another kind", EVP_EC_gen("P-256"), "service_account", "RFC 7518");
	assert_null(jwt_account_read(STR("{\"type\":\"service_account\"}"), NULL));
	assert_null(jwt_account_read(STR("-----BEGIN PRIVATE KEY-----"), NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signed_jwt),
		cmocka_unit_test(no_key_file),
	};

	return cmocka_run_group_tests_name("jwt", tests, NULL, NULL);
}
