/* SPDX-License-Identifier: ISC */
#include "seal/commit.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"

/* The NUL of a literal ends the tag that keeps one use of a hash from another. */
#define TAG(literal) str_bytes(literal, sizeof(literal))

static struct hash
ended(struct digest *d)
{
	uint8_t out[64];
	struct hash h;

	digest_end(d, out);
	digest_free(d);
	memcpy(h.b, out, sizeof h.b);
	return h;
}

struct hash
commit_salt(const struct seed *seed, struct str label)
{
	struct buf b = BUF_MAX(65536 + 32);
	struct hash salt;

	buf_add(&b, TAG("mailseal/salt/v1"));
	buf_add(&b, label);
	assert(!b.over);
	salt = hmac_sha256(str_bytes(seed->b, sizeof seed->b), buf_str(&b));
	buf_free(&b);
	return salt;
}

void
commit_start(struct digest *d, struct str label, struct hash salt, uint64_t length)
{
	struct buf b = BUF_MAX(16);

	assert(label.n <= UINT16_MAX);
	digest_add(d, TAG("mailseal/commit/v1"));
	buf_u16be(&b, (uint16_t)label.n);
	digest_add(d, buf_str(&b));
	digest_add(d, label);
	digest_add(d, hash_str(&salt));
	buf_clear(&b);
	buf_u64be(&b, length);
	digest_add(d, buf_str(&b));
	buf_free(&b);
}

struct hash
commit_with_salt(struct str label, struct hash salt, struct str bytes)
{
	struct digest *d = digest_new(DIGEST_SHA256);

	commit_start(d, label, salt, bytes.n);
	digest_add(d, bytes);
	return ended(d);
}

struct hash
commit_value(const struct seed *seed, struct str label, struct str bytes)
{
	return commit_with_salt(label, commit_salt(seed, label), bytes);
}

struct hash
ers_join(struct hash a, struct hash b)
{
	bool ascending = str_cmp(hash_str(&a), hash_str(&b)) <= 0;
	struct digest *d = digest_new(DIGEST_SHA256);

	digest_add(d, hash_str(ascending ? &a : &b));
	digest_add(d, hash_str(ascending ? &b : &a));
	return ended(d);
}

struct hash
ers_m(struct hash message, struct hash salt)
{
	return ers_join(message, salt);
}
