/* SPDX-License-Identifier: ISC */
#include "keys/logkey.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "keys/keyfile.h"
#include "tlog/note.h"

#define FORMAT "mailseal-log-key/1"

enum {
	NAME_MAX_BYTES = 255,
};

struct logkey {
	char name[NAME_MAX_BYTES + 1];
	uint8_t pub[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
};

/* Guarded memory: not swapped, not dumped, overruns trapped. */
static struct logkey *
allocate(void)
{
	struct logkey *k = sodium_malloc(sizeof *k);

	if (k == NULL)
		abort();
	sodium_memzero(k, sizeof *k);
	return k;
}

static int
set_name(struct logkey *k, struct str name, struct err *e)
{
	if (name.n > NAME_MAX_BYTES || !note_name_ok(name))
		return err_set(e, ERR_CONFIG,
		    "origin: up to 255 bytes without blanks and \"+\" are wanted, like "
		    "example.com/mail (C2SP signed-note)");
	memcpy(k->name, name.p, name.n);
	return 0;
}

struct logkey *
logkey_new(struct str origin, struct err *e)
{
	struct logkey *k = allocate();

	if (set_name(k, origin, e) == -1) {
		logkey_free(k);
		return NULL;
	}
	crypto_sign_keypair(k->pub, k->secret);
	return k;
}

int
logkey_save(const struct logkey *k, int dir, const char *path, struct err *e)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	struct buf text = BUF_MAX(KEYFILE_MAX);
	int rc;

	crypto_sign_ed25519_sk_to_seed(seed, k->secret);
	keyfile_reserve(&text);
	buf_printf(&text, FORMAT "\nname %s\nseed ", k->name);
	hex_add(&text, str_bytes(seed, sizeof seed));
	buf_byte(&text, '\n');
	rc = keyfile_save(dir, path, 0600, buf_str(&text), e);
	sodium_memzero(seed, sizeof seed);
	keyfile_wipe(&text);
	return rc;
}

static int
read_key(struct logkey *k, struct str text, struct err *e)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	struct str name;
	int rc = -1;

	if (keyfile_format(text, FORMAT, e) == -1 || keyfile_value(text, "name", &name, e) == -1 ||
	    set_name(k, name, e) == -1 || keyfile_hex(text, "seed", seed, sizeof seed, e) == -1)
		goto out;
	if (sodium_is_zero(seed, sizeof seed)) {
		err_set(e, ERR_DAMAGED, "seed: all zeros");
		goto out;
	}
	crypto_sign_seed_keypair(k->pub, k->secret, seed);
	rc = 0;
out:
	sodium_memzero(seed, sizeof seed);
	return rc;
}

struct logkey *
logkey_load(int dir, const char *path, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct logkey *k = allocate();
	int rc = keyfile_read(dir, path, &text, e);

	if (rc == 0) {
		rc = read_key(k, buf_str(&text), e);
		if (rc == -1)
			err_at(e, "%s", path);
	}
	keyfile_wipe(&text);
	if (rc == 0)
		return k;
	logkey_free(k);
	return NULL;
}

void
logkey_free(struct logkey *k)
{
	sodium_free(k); /* wipes */
}

void
logkey_vkey(const struct logkey *k, struct buf *out)
{
	struct vkey v = vkey_make(str_of(k->name), NOTE_ED25519, k->pub);

	vkey_add(out, &v);
}

void
logkey_sign(const struct logkey *k, struct str text, struct buf *note)
{
	struct vkey v = vkey_make(str_of(k->name), NOTE_ED25519, k->pub);
	uint8_t sig[crypto_sign_BYTES];

	crypto_sign_detached(sig, NULL, (const uint8_t *)text.p, text.n, k->secret);
	buf_add(note, text);
	buf_byte(note, '\n');
	note_add_line(note, &v, str_bytes(sig, sizeof sig));
}
