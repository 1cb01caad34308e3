/* SPDX-License-Identifier: ISC */
#include "seal/merkle.h"

#include <assert.h>
#include <string.h>

/* out may be one of the inputs. */
static size_t
hash_of(enum digest_alg alg, struct str tag, struct str left, struct str right, uint8_t out[64])
{
	struct digest *d = digest_new(alg);
	size_t n;

	digest_add(d, tag);
	digest_add(d, left);
	digest_add(d, right);
	n = digest_end(d, out);
	digest_free(d);
	return n;
}

static size_t
join(const struct merkle *t, const uint8_t *left, const uint8_t *right, uint8_t out[64])
{
	return hash_of(
	    t->alg, str_bytes("\1", 1), str_bytes(left, t->width), str_bytes(right, t->width), out);
}

/* Adding a leaf is adding 1 to a binary number: each carry joins two equal subtrees. */
void
merkle_add(struct merkle *t, struct str leaf)
{
	uint8_t node[64];
	unsigned i;

	assert(t->n < LIMIT_SEGMENTS);
	t->width = hash_of(t->alg, str_bytes("\0", 1), leaf, (struct str){ 0 }, node);
	for (i = 0; t->n >> i & 1; i++)
		join(t, t->peak[i], node, node);
	memcpy(t->peak[i], node, sizeof node);
	t->n++;
}

size_t
merkle_root(const struct merkle *t, uint8_t out[64])
{
	const struct str none = { 0 };
	bool some = false;

	if (t->n == 0)
		return hash_of(t->alg, none, none, none, out);
	for (unsigned i = 0; i < MERKLE_PEAKS; i++) {
		if (!(t->n >> i & 1))
			continue;
		if (some)
			join(t, t->peak[i], out, out);
		else
			memcpy(out, t->peak[i], t->width);
		some = true;
	}
	return t->width;
}
