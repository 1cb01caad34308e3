/* SPDX-License-Identifier: ISC */
#include "tlog/note.h"

#include <string.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/hash.h"

#define DASH "\xe2\x80\x94 " /* U+2014 and a space */

enum {
	ID_SIZE = 4,
	ED25519_KEY = 32,
	ED25519_SIG = 64,
	TIME_SIZE = 8,
	ML_DSA_44_KEY = 1312, /* FIPS 204 table 2 */
};

static uint32_t
u32be(const char *bytes)
{
	const uint8_t *p = (const uint8_t *)bytes;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint32_t
note_key_id(struct str name, enum note_type type, struct str pub)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	char head[2] = { '\n', (char)type };
	uint8_t out[64];

	digest_add(d, name);
	digest_add(d, str_bytes(head, sizeof head));
	digest_add(d, pub);
	digest_end(d, out);
	digest_free(d);
	return u32be((const char *)out);
}

/* Unicode's White_Space. */
static bool
is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

bool
note_name_ok(struct str name)
{
	struct str rest = name;
	uint32_t c;

	if (name.n == 0 || name.n > LIMIT_KEY_NAME || !utf8_valid(name))
		return false;
	while (utf8_next(&rest, &c))
		if (is_space(c) || c < 0x20 || c == '+')
			return false;
	return true;
}

/* The public key and its type out of a vkey's third part; *pub is its bytes, in decoded. */
static int
take_key(struct str base64, struct vkey *k, struct buf *decoded, struct str *pub, struct err *e)
{
	if (base64_decode(base64, BASE64_STRICT, decoded, e) == -1)
		return -1;
	if (decoded->n == 0)
		return err_set(e, ERR_SYNTAX, "no key");
	k->type = (enum note_type)(uint8_t)decoded->p[0];
	*pub = str_from(buf_str(decoded), 1);
	switch (k->type) {
	case NOTE_ED25519:
	case NOTE_COSIGNATURE:
		if (pub->n != ED25519_KEY)
			return err_set(e, ERR_SYNTAX, "Ed25519 key of %zu bytes", pub->n);
		memcpy(k->pub, pub->p, ED25519_KEY);
		return 0;
	case NOTE_ML_DSA_44:
		if (pub->n != ML_DSA_44_KEY)
			return err_set(e, ERR_SYNTAX, "ML-DSA-44 key of %zu bytes", pub->n);
		return 0;
	}
	return err_set(e, ERR_SYNTAX, "unknown signature type 0x%02x", (unsigned)k->type);
}

int
vkey_parse(struct str text, struct vkey *k, struct err *e)
{
	struct buf decoded = BUF_MAX(1 + ML_DSA_44_KEY);
	struct str id, rest = text, pub;
	uint8_t id_bytes[ID_SIZE];
	int rc = -1;

	*k = (struct vkey){ 0 };
	if (!str_cut(&rest, '+', &k->name) || !str_cut(&rest, '+', &id) || rest.p == NULL ||
	    !note_name_ok(k->name) || id.n != 2 * ID_SIZE ||
	    hex_decode(id, id_bytes, ID_SIZE) == -1) {
		err_set(e, ERR_SYNTAX, "not name+ID+key");
		goto out;
	}
	k->id = u32be((const char *)id_bytes);
	if (take_key(rest, k, &decoded, &pub, e) == -1)
		goto out;
	if (k->id != note_key_id(k->name, k->type, pub)) {
		err_set(e, ERR_SYNTAX, "ID is not that of the key");
		goto out;
	}
	rc = 0;
out:
	buf_free(&decoded);
	return rc == -1 ? err_at(e, "C2SP signed-note: vkey") : 0;
}

struct vkey
vkey_make(struct str name, enum note_type type, const uint8_t pub[32])
{
	struct vkey k = { .name = name, .type = type };

	k.id = note_key_id(name, type, str_bytes(pub, ED25519_KEY));
	memcpy(k.pub, pub, ED25519_KEY);
	return k;
}

void
vkey_add(struct buf *b, const struct vkey *k)
{
	uint8_t bytes[1 + ED25519_KEY] = { (uint8_t)k->type };

	memcpy(bytes + 1, k->pub, ED25519_KEY);
	buf_add(b, k->name);
	buf_printf(b, "+%08x+", k->id);
	base64_add(b, str_bytes(bytes, sizeof bytes));
}

/* UTF-8 without control characters other than LF. */
static bool
is_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] < 0x20 && s.p[i] != '\n')
			return false;
	return utf8_valid(s);
}

/* The last empty line stands between text and signatures. */
static int
split(struct str bytes, struct note *n)
{
	if (!str_ends(bytes, STR("\n")))
		return -1;
	for (size_t i = bytes.n - 1; i >= 2; i--)
		if (bytes.p[i - 1] == '\n' && bytes.p[i - 2] == '\n') {
			n->text = str_head(bytes, i - 1);
			n->lines = str_from(bytes, i);
			return 0;
		}
	return -1;
}

int
note_parse(struct str bytes, struct note *n, struct err *e)
{
	struct note_line l;
	struct str rest;
	unsigned count = 0;
	int rc;

	if (bytes.n > LIMIT_NOTE)
		return err_set(e, ERR_LIMIT, "note of more than %u bytes", LIMIT_NOTE);
	if (!is_text(bytes))
		return err_set(e, ERR_SYNTAX, "C2SP signed-note: not UTF-8, or control characters");
	if (split(bytes, n) == -1)
		return err_set(e, ERR_SYNTAX, "C2SP signed-note: no signatures after the text");
	rest = n->lines;
	while ((rc = note_next(&rest, &l, e)) == 1)
		if (++count > LIMIT_NOTE_SIGNATURES)
			return err_set(e, ERR_LIMIT, "note with more than %u signatures",
			    LIMIT_NOTE_SIGNATURES);
	return rc;
}

/* The key ID and what follows it, decoded into out. */
static int
decode_line(struct str base64, uint32_t *id, struct buf *out, struct err *e)
{
	if (base64_decode(base64, BASE64_STRICT, out, e) == -1)
		return -1;
	if (out->n <= ID_SIZE)
		return err_set(e, ERR_SYNTAX, "no signature after the key ID");
	*id = u32be(out->p);
	return 0;
}

int
note_next(struct str *lines, struct note_line *l, struct err *e)
{
	struct buf decoded = BUF_MAX(LIMIT_NOTE);
	struct str line;
	int rc = 0;

	if (!str_line(lines, &line))
		return 0;
	if (!str_starts(line, STR(DASH)))
		return err_set(e, ERR_SYNTAX, "C2SP signed-note: line is no signature");
	line = str_from(line, sizeof DASH - 1);
	if (!str_cut(&line, ' ', &l->name) || !note_name_ok(l->name) || line.p == NULL)
		return err_set(e, ERR_SYNTAX, "C2SP signed-note: line without name or signature");
	l->base64 = line;
	rc = decode_line(line, &l->id, &decoded, e);
	buf_free(&decoded);
	return rc == -1 ? err_at(e, "C2SP signed-note: line") : 1;
}

void
note_add_signed(struct buf *b, enum note_type type, int64_t time_s, struct str text)
{
	if (type == NOTE_COSIGNATURE)
		buf_printf(b, "cosignature/v1\ntime %lld\n", (long long)time_s);
	buf_add(b, text);
}

/* The cosigner's time off the front of the signature (C2SP tlog-cosignature). */
static int
take_time(struct str *sig, int64_t *time_s)
{
	uint64_t t;

	if (sig->n != TIME_SIZE + ED25519_SIG)
		return -1;
	t = (uint64_t)u32be(sig->p) << 32 | u32be(sig->p + 4);
	if (t > INT64_MAX)
		return -1;
	*time_s = (int64_t)t;
	*sig = str_from(*sig, TIME_SIZE);
	return 0;
}

static int
verify_line(const struct note_line *l, const struct vkey *k, struct str text,
    const struct crypto *c, int64_t *time_s, struct err *e)
{
	struct pubkey key = { .type = KEY_ED25519, .point = str_bytes(k->pub, ED25519_KEY) };
	struct buf decoded = BUF_MAX(LIMIT_NOTE), message = BUF_MAX(LIMIT_NOTE + 64);
	enum verify_result r = VERIFY_BAD;
	uint32_t id;
	struct str sig;

	*time_s = 0;
	if (decode_line(l->base64, &id, &decoded, e) == 0) {
		sig = str_from(buf_str(&decoded), ID_SIZE);
		if (k->type != NOTE_COSIGNATURE || take_time(&sig, time_s) == 0) {
			note_add_signed(&message, k->type, *time_s, text);
			r = crypto_verify(c, SIG_ED25519, &key, buf_str(&message), sig, NULL);
		}
	}
	buf_free(&decoded);
	buf_free(&message);
	if (r == VERIFY_PENDING)
		return err_set(e, ERR_RETRY, "signature is being verified");
	if (r != VERIFY_GOOD)
		return err_set(
		    e, ERR_REFUSED, "C2SP signed-note: a known key's signature is false");
	return 1;
}

int
note_signed_by(const struct note *n, const struct vkey *k, const struct crypto *c, int64_t *time_s,
    struct err *e)
{
	struct str rest = n->lines;
	struct note_line l;
	int64_t time, *at = time_s == NULL ? &time : time_s;
	int rc, found = 0;

	if (k->type == NOTE_ML_DSA_44)
		return 0;
	while ((rc = note_next(&rest, &l, e)) == 1) {
		if (l.id != k->id || !str_eq(l.name, k->name))
			continue;
		if (verify_line(&l, k, n->text, c, at, e) == -1)
			return -1;
		found = 1;
	}
	return rc == -1 ? -1 : found;
}

void
note_add_line(struct buf *b, const struct vkey *k, struct str sig)
{
	struct buf bytes = BUF_MAX(ID_SIZE + TIME_SIZE + ED25519_SIG);

	buf_u32be(&bytes, k->id);
	buf_add(&bytes, sig);
	buf_add(b, STR(DASH));
	buf_add(b, k->name);
	buf_byte(b, ' ');
	base64_add(b, buf_str(&bytes));
	buf_byte(b, '\n');
	buf_free(&bytes);
}
