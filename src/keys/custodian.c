/* SPDX-License-Identifier: ISC */
#include "keys/custodian.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "keys/keyfile.h"
#include "keys/sheet.h"

#define FORMAT        "mailseal-custodian/1"
#define FORMAT_SECRET "mailseal-custodian-secret/1"

_Static_assert(CUSTODIAN_SLOT == sizeof(struct slot) + crypto_box_SEALBYTES, "FORMATS section 3");

enum {
	ARGON_OPS = 3,
	ARGON_MEM = 256 << 20,
	/* A file that asks for more is not believed: it would stall whoever opens it. */
	ARGON_OPS_MAX = 16,
};

#define ARGON_MEM_MAX (UINT64_C(2) << 30)

const char *const custodian_methods[CUSTODIAN_METHODS] = {
	[CUSTODIAN_FILE] = "file",
	[CUSTODIAN_PASSPHRASE] = "passphrase",
	[CUSTODIAN_SHEET] = "sheet",
};

static int
set_name(struct custodian *c, struct str name, struct err *e)
{
	bool good = name.n > 0 && name.n <= CUSTODIAN_NAME_MAX;

	for (size_t i = 0; good && i < name.n; i++)
		good = char_is_alpha(name.p[i]) || char_is_digit(name.p[i]) || name.p[i] == '-' ||
		       name.p[i] == '_';
	if (!good)
		return err_set(e, ERR_CONFIG,
		    "custodian: a name of up to %d letters, digits, \"-\" and \"_\" is wanted",
		    CUSTODIAN_NAME_MAX);
	memcpy(c->name, name.p, name.n);
	c->name[name.n] = '\0';
	return 0;
}

static int
derive(const struct custodian *c, struct str passphrase, struct custodian_secret *secret,
    struct err *e)
{
	if (crypto_pwhash(secret->b, sizeof secret->b, passphrase.p, passphrase.n, c->salt, c->ops,
	        (size_t)c->mem, crypto_pwhash_ALG_ARGON2ID13) == -1)
		return err_set(e, ERR_SYSTEM, "Argon2id: %llu MB of memory are needed",
		    (unsigned long long)(c->mem >> 20));
	return 0;
}

int
custodian_by_passphrase(struct custodian *c, struct str name, struct str passphrase, struct err *e)
{
	struct custodian_secret secret;

	*c = (struct custodian){
		.method = CUSTODIAN_PASSPHRASE, .ops = ARGON_OPS, .mem = ARGON_MEM
	};
	if (set_name(c, name, e) == -1)
		return -1;
	if (passphrase.n < CUSTODIAN_PASSPHRASE_MIN)
		return err_set(e, ERR_CONFIG, "passphrase: at least %d bytes are wanted",
		    CUSTODIAN_PASSPHRASE_MIN);
	randombytes_buf(c->salt, sizeof c->salt);
	if (derive(c, passphrase, &secret, e) == -1)
		return -1;
	crypto_scalarmult_base(c->pub, secret.b);
	custodian_forget(&secret);
	return 0;
}

int
custodian_by_file(struct custodian *c, struct str name, const char *path, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct custodian_secret secret;
	int rc;

	*c = (struct custodian){ .method = CUSTODIAN_FILE };
	if (set_name(c, name, e) == -1)
		return -1;
	crypto_box_keypair(c->pub, secret.b);
	keyfile_reserve(&text);
	buf_printf(&text, FORMAT_SECRET "\nname %s\nsecret ", c->name);
	hex_add(&text, str_bytes(secret.b, sizeof secret.b));
	buf_byte(&text, '\n');
	rc = keyfile_save(AT_FDCWD, path, 0600, buf_str(&text), e);
	custodian_forget(&secret);
	keyfile_wipe(&text);
	return rc;
}

int
custodian_by_sheet(
    struct custodian *c, struct str name, struct custodian_secret *secret, struct err *e)
{
	*c = (struct custodian){ .method = CUSTODIAN_SHEET };
	if (set_name(c, name, e) == -1)
		return -1;
	crypto_box_keypair(c->pub, secret->b);
	return 0;
}

/* "<name>.pub" */
static void
file_name(char out[CUSTODIAN_NAME_MAX + 8], const char *name)
{
	snprintf(out, CUSTODIAN_NAME_MAX + 8, "%.*s.pub", CUSTODIAN_NAME_MAX, name);
}

void
custodian_write(struct buf *text, const struct custodian *c)
{
	buf_printf(
	    text, FORMAT "\nname %s\nmethod %s\npublic ", c->name, custodian_methods[c->method]);
	hex_add(text, str_bytes(c->pub, sizeof c->pub));
	if (c->method == CUSTODIAN_PASSPHRASE) {
		buf_add(text, STR("\nsalt "));
		hex_add(text, str_bytes(c->salt, sizeof c->salt));
		buf_printf(text, "\nargon2id-passes %llu\nargon2id-bytes %llu",
		    (unsigned long long)c->ops, (unsigned long long)c->mem);
	}
	buf_byte(text, '\n');
}

int
custodian_save(int dir, const struct custodian *c, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	char file[CUSTODIAN_NAME_MAX + 8];
	int rc;

	custodian_write(&text, c);
	file_name(file, c->name);
	rc = keyfile_save(dir, file, 0600, buf_str(&text), e);
	buf_free(&text);
	return rc;
}

static int
read_costs(struct str text, struct custodian *c, struct err *e)
{
	struct str ops, mem;

	if (keyfile_hex(text, "salt", c->salt, sizeof c->salt, e) == -1 ||
	    keyfile_value(text, "argon2id-passes", &ops, e) == -1 ||
	    keyfile_value(text, "argon2id-bytes", &mem, e) == -1)
		return -1;
	if (str_u64(ops, ARGON_OPS_MAX, &c->ops) == -1 ||
	    str_u64(mem, ARGON_MEM_MAX, &c->mem) == -1)
		return err_set(
		    e, ERR_DAMAGED, "Argon2id: costs past %d passes or 2 GB", ARGON_OPS_MAX);
	return 0;
}

/* To a point of small order nobody seals; libsodium would leave the slot empty. */
static bool
is_sound(const uint8_t pub[32])
{
	static const uint8_t scalar[32] = { 8 };
	uint8_t shared[32];

	return crypto_scalarmult(shared, scalar, pub) == 0;
}

static int
read_method(struct str word, enum custodian_method *method, struct err *e)
{
	for (unsigned i = 0; i < CUSTODIAN_METHODS; i++)
		if (str_eq(word, str_of(custodian_methods[i]))) {
			*method = (enum custodian_method)i;
			return 0;
		}
	return err_set(e, ERR_DAMAGED, "method: neither file, passphrase nor sheet");
}

int
custodian_read(struct str text, struct custodian *c, struct err *e)
{
	struct str name, method;

	*c = (struct custodian){ 0 };
	if (keyfile_format(text, FORMAT, e) == -1 || keyfile_value(text, "name", &name, e) == -1 ||
	    keyfile_value(text, "method", &method, e) == -1 ||
	    keyfile_hex(text, "public", c->pub, sizeof c->pub, e) == -1 ||
	    set_name(c, name, e) == -1)
		return -1;
	if (!is_sound(c->pub))
		return err_set(e, ERR_DAMAGED, "public: no key (RFC 7748 section 6.1)");
	if (read_method(method, &c->method, e) == -1)
		return -1;
	return c->method == CUSTODIAN_PASSPHRASE ? read_costs(text, c, e) : 0;
}

int
custodian_load(int dir, const char *name, struct custodian *c, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	char file[CUSTODIAN_NAME_MAX + 8];
	int rc;

	file_name(file, name);
	rc = keyfile_read(dir, file, &text, e);
	if (rc == 0 && custodian_read(buf_str(&text), c, e) == -1)
		rc = err_at(e, "%s", file);
	buf_free(&text);
	return rc;
}

struct hash
custodian_fingerprint(const struct custodian *c)
{
	return sha256(str_bytes(c->pub, sizeof c->pub));
}

int
custodian_secret_check(const struct custodian *c, struct custodian_secret *secret, struct err *e)
{
	static const char *const what[CUSTODIAN_METHODS] = { "key file", "passphrase", "sheet" };
	uint8_t pub[32];

	crypto_scalarmult_base(pub, secret->b);
	if (sodium_memcmp(pub, c->pub, sizeof pub) == 0)
		return 0;
	custodian_forget(secret);
	return err_set(
	    e, ERR_REFUSED, "this is not the %s of the custodian \"%s\"", what[c->method], c->name);
}

int
custodian_secret_passphrase(const struct custodian *c, struct str passphrase,
    struct custodian_secret *secret, struct err *e)
{
	if (c->method != CUSTODIAN_PASSPHRASE)
		return err_set(e, ERR_CONFIG, "the custodian \"%s\" has no passphrase but a %s",
		    c->name, custodian_methods[c->method]);
	if (derive(c, passphrase, secret, e) == -1)
		return -1;
	return custodian_secret_check(c, secret, e);
}

static int
read_secret(
    const struct custodian *c, struct str text, struct custodian_secret *secret, struct err *e)
{
	if (c->method == CUSTODIAN_SHEET)
		return sheet_read(text, secret, e);
	if (keyfile_format(text, FORMAT_SECRET, e) == -1)
		return -1;
	return keyfile_hex(text, "secret", secret->b, sizeof secret->b, e);
}

int
custodian_secret_file(
    const struct custodian *c, const char *path, struct custodian_secret *secret, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	int rc;

	if (c->method == CUSTODIAN_PASSPHRASE)
		return err_set(e, ERR_CONFIG, "the custodian \"%s\" has a passphrase", c->name);
	rc = keyfile_read(AT_FDCWD, path, &text, e);
	if (rc == 0 && read_secret(c, buf_str(&text), secret, e) == -1)
		rc = err_at(e, "%s", path);
	keyfile_wipe(&text);
	if (rc == 0)
		return custodian_secret_check(c, secret, e);
	custodian_forget(secret);
	if (e != NULL && e->kind == ERR_DAMAGED)
		e->kind = ERR_SYNTAX; /* it is not ours that is damaged */
	return -1;
}

void
custodian_forget(struct custodian_secret *secret)
{
	sodium_memzero(secret, sizeof *secret);
}

void
slot_seal(const struct custodian *c, const struct slot *plain, uint8_t out[CUSTODIAN_SLOT])
{
	/* A record whose slot is not sealed could never be read. */
	if (crypto_box_seal(out, (const uint8_t *)plain, sizeof *plain, c->pub) == -1)
		abort();
}

int
slot_open(const struct custodian *c, const struct custodian_secret *secret,
    const uint8_t sealed[CUSTODIAN_SLOT], struct slot *plain, struct err *e)
{
	if (crypto_box_seal_open((uint8_t *)plain, sealed, CUSTODIAN_SLOT, c->pub, secret->b) == -1)
		return err_set(
		    e, ERR_REFUSED, "the slot was not sealed to \"%s\", or is damaged", c->name);
	return 0;
}

void
slot_wipe(struct slot *plain)
{
	sodium_memzero(plain, sizeof *plain);
}
