/* SPDX-License-Identifier: ISC */
#include "dns/keyrecord.h"

#include "base/base64.h"
#include "base/limits.h"
#include "msg/taglist.h"

enum {
	ED25519_BYTES = 32,
};

static struct str
decoded(struct arena *a, struct str text)
{
	struct buf bytes = BUF_MAX(LIMIT_DNS_PACKET);
	struct str out = { NULL, 0 };

	if (base64_decode(text, BASE64_LOOSE, &bytes, NULL) == 0)
		out = arena_str(a, buf_str(&bytes));
	buf_free(&bytes);
	return out;
}

/* RFC 6376 3.6.1 for rsa, the default; RFC 8463 section 4 for ed25519. */
static enum keyrecord_kind
read_key(struct arena *a, struct str type, struct str value, struct pubkey *key)
{
	bool ed25519 = str_eq(type, STR("ed25519"));
	struct str bytes;

	if (!ed25519 && type.p != NULL && !str_eq(type, STR("rsa")))
		return KEYRECORD_UNKNOWN;
	if (value.p != NULL && value.n == 0)
		return KEYRECORD_REVOKED;
	if (value.p == NULL)
		return KEYRECORD_BROKEN;
	bytes = decoded(a, value);
	if (bytes.p == NULL)
		return KEYRECORD_BROKEN;
	if (!ed25519)
		return pubkey_rsa(bytes, key, NULL) == 0 ? KEYRECORD_KEY : KEYRECORD_BROKEN;
	*key = (struct pubkey){ .type = KEY_ED25519, .point = bytes };
	return bytes.n == ED25519_BYTES ? KEYRECORD_KEY : KEYRECORD_BROKEN;
}

void
keyrecord_parse(struct arena *a, struct str text, struct keyrecord *k)
{
	struct taglist tags;
	struct str version, flags;

	*k = (struct keyrecord){ .kind = KEYRECORD_BROKEN };
	if (taglist_parse(text, &tags, NULL) == -1)
		return;
	version = taglist_get(&tags, "v");
	flags = taglist_get(&tags, "t");
	k->hashes = taglist_get(&tags, "h");
	k->services = taglist_get(&tags, "s");
	k->testing = taglist_has(flags, STR("y"));
	k->strict = taglist_has(flags, STR("s"));
	k->kind = read_key(a, taglist_get(&tags, "k"), taglist_get(&tags, "p"), &k->key);
	if (version.p == NULL)
		return;
	if (!str_eq(version, STR("DKIM1")))
		k->kind = KEYRECORD_UNKNOWN;
	else if (!str_eq(tags.tag[0].name, STR("v"))) /* MUST be the first tag */
		k->kind = KEYRECORD_BROKEN;
}

bool
keyrecord_takes_hash(const struct keyrecord *k, struct str hash)
{
	return k->hashes.p == NULL || taglist_has(k->hashes, hash);
}

bool
keyrecord_takes_mail(const struct keyrecord *k)
{
	return k->services.p == NULL || taglist_has(k->services, STR("*")) ||
	       taglist_has(k->services, STR("email"));
}
