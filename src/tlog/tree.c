/* SPDX-License-Identifier: ISC */
#include "tlog/tree.h"

#include <string.h>

#include "base/limits.h"

struct hash
hash_leaf(struct str entry)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	uint8_t out[64];
	struct hash h;

	digest_add(d, str_bytes("\x00", 1));
	digest_add(d, entry);
	digest_end(d, out);
	digest_free(d);
	memcpy(h.b, out, sizeof h.b);
	return h;
}

struct hash
hash_node(struct hash left, struct hash right)
{
	uint8_t bytes[1 + 2 * sizeof left.b] = { 0x01 };

	memcpy(bytes + 1, left.b, sizeof left.b);
	memcpy(bytes + 1 + sizeof left.b, right.b, sizeof right.b);
	return sha256(str_bytes(bytes, sizeof bytes));
}

/* Adding a leaf is adding 1 to a binary number: each carry joins two equal subtrees. */
void
tlog_append(struct tlog_tree *t, struct hash leaf)
{
	unsigned i;

	for (i = 0; t->size >> i & 1; i++)
		leaf = hash_node(t->peak[i], leaf);
	t->peak[i] = leaf;
	t->size++;
}

/* The root joins the peaks, smallest first: each is the right child of what stands left of it. */
struct hash
tlog_root(const struct tlog_tree *t)
{
	struct hash root = sha256(STR(""));
	bool any = false;

	for (unsigned i = 0; i < 64; i++)
		if (t->size >> i & 1) {
			root = any ? hash_node(t->peak[i], root) : t->peak[i];
			any = true;
		}
	return root;
}

int
tlog_load(struct tlog_tree *t, uint64_t size, const struct tlog_reader *r, struct err *e)
{
	uint64_t end = size;

	t->size = size;
	for (unsigned i = 0; i < 64; i++) {
		if ((size >> i & 1) == 0)
			continue;
		end -= UINT64_C(1) << i;
		if (r->node(r->ctx, i, end >> i, &t->peak[i], e) == -1)
			return -1;
	}
	return 0;
}

/* The leaves [start, end), which are a subtree: start is a multiple of a power of two >= their
 * number. */
struct range {
	uint64_t start, end;
};

static int
range_root(const struct tlog_reader *r, struct range leaves, struct hash *root, struct err *e)
{
	uint64_t n = leaves.end - leaves.start, at = leaves.end;
	struct hash left;
	bool any = false;

	for (unsigned i = 0; i < 64 && n >> i != 0; i++) {
		if ((n >> i & 1) == 0)
			continue;
		at -= UINT64_C(1) << i;
		if (r->node(r->ctx, i, at >> i, &left, e) == -1)
			return -1;
		*root = any ? hash_node(left, *root) : left;
		any = true;
	}
	return 0;
}

/* Where a subtree of more than one leaf splits: the largest power of two below its number. */
static uint64_t
middle(struct range leaves)
{
	uint64_t below = leaves.end - leaves.start - 1;

	return leaves.start + (UINT64_C(1) << (63 - __builtin_clzll(below)));
}

/* A walk goes down, a proof goes up. */
static void
reverse(struct hash *proof, int n)
{
	for (int i = 0; i < n / 2; i++) {
		struct hash h = proof[i];

		proof[i] = proof[n - 1 - i];
		proof[n - 1 - i] = h;
	}
}

int
tlog_inclusion(const struct tlog_reader *r, uint64_t index, uint64_t size,
    struct hash proof[TLOG_PROOF_MAX], struct err *e)
{
	struct range leaves = { 0, size }, sibling;
	int n = 0;

	if (index >= size || size > LIMIT_TREE)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.3.1: the tree has no such leaf");
	while (leaves.end - leaves.start > 1) {
		uint64_t m = middle(leaves);

		sibling =
		    index < m ? (struct range){ m, leaves.end } : (struct range){ leaves.start, m };
		leaves =
		    index < m ? (struct range){ leaves.start, m } : (struct range){ m, leaves.end };
		if (range_root(r, sibling, &proof[n++], e) == -1)
			return -1;
	}
	reverse(proof, n);
	return n;
}

/*
 * Down along the edge of the older tree: what lies right of it is told, what lies left, too.
 * Where the edge ends, the older subtree itself is told, unless it is the whole older tree, whose
 * root the reader has.
 */
int
tlog_consistency(const struct tlog_reader *r, uint64_t from, uint64_t size,
    struct hash proof[TLOG_PROOF_MAX], struct err *e)
{
	struct range leaves = { 0, size }, sibling;
	int n = 0;

	if (from == 0 || from > size || size > LIMIT_TREE)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.1: the tree has no such beginning");
	while (leaves.end != from) {
		uint64_t m = middle(leaves);

		sibling =
		    from <= m ? (struct range){ m, leaves.end } : (struct range){ leaves.start, m };
		leaves =
		    from <= m ? (struct range){ leaves.start, m } : (struct range){ m, leaves.end };
		if (range_root(r, sibling, &proof[n++], e) == -1)
			return -1;
	}
	if (leaves.start > 0 && range_root(r, leaves, &proof[n++], e) == -1)
		return -1;
	reverse(proof, n);
	return n;
}
