/* SPDX-License-Identifier: ISC */
#include "tlog/check.h"

/*
 * Where a walk up the tree stands: the node at hand is number `at` of its level, and the last
 * node there is number `last`.  0, 0 is the root.
 */
struct place {
	uint64_t at, last;
};

static void
up(struct place *p)
{
	p->at >>= 1;
	p->last >>= 1;
}

/* Is the sibling at hand on the left?  Then a last node without sibling first moves up to it. */
static bool
sibling_is_left(struct place *p)
{
	if ((p->at & 1) == 0 && p->at != p->last)
		return false;
	while ((p->at & 1) == 0 && p->at != 0)
		up(p);
	return true;
}

int
tlog_check_inclusion(struct hash leaf, uint64_t index, uint64_t size, struct hash root,
    const struct hash *proof, size_t n, struct err *e)
{
	struct place p = { index, size - 1 };

	if (index >= size)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.3.2: no such leaf in that tree");
	for (size_t i = 0; i < n; i++) {
		if (p.last == 0)
			return err_set(e, ERR_REFUSED, "RFC 9162 2.1.3.2: proof is too long");
		leaf = sibling_is_left(&p) ? hash_node(proof[i], leaf) : hash_node(leaf, proof[i]);
		up(&p);
	}
	if (p.last != 0)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.3.2: proof is too short");
	if (!hash_eq(leaf, root))
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.3.2: proof leads to another root");
	return 0;
}

static int
check_equal(struct tlog_head older, struct tlog_head newer, size_t n, struct err *e)
{
	if (n > 0)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.2: equal sizes want no proof");
	if (!hash_eq(older.root, newer.root))
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.2: equal sizes, other roots");
	return 0;
}

/*
 * Both roots are computed at once, from the largest subtree that ends where the older tree ends.
 * Left siblings belong to both trees, right ones to the newer alone.
 */
int
tlog_check_consistency(struct tlog_head older, struct tlog_head newer, const struct hash *proof,
    size_t n, struct err *e)
{
	struct place p = { older.size - 1, newer.size - 1 };
	struct hash old_root, new_root;
	size_t i = 0;

	if (older.size == 0 || older.size > newer.size)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.2: no such beginning of that tree");
	if (older.size == newer.size)
		return check_equal(older, newer, n, e);
	if (n == 0)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.2: proof is empty");
	while ((p.at & 1) != 0)
		up(&p);
	/* A size that is a power of two: its tree is that subtree. */
	old_root = (older.size & (older.size - 1)) == 0 ? older.root : proof[i++];
	for (new_root = old_root; i < n; i++) {
		if (p.last == 0)
			return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.2: proof is too long");
		if (sibling_is_left(&p)) {
			old_root = hash_node(proof[i], old_root);
			new_root = hash_node(proof[i], new_root);
		} else {
			new_root = hash_node(new_root, proof[i]);
		}
		up(&p);
	}
	if (p.last != 0)
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.2: proof is too short");
	if (!hash_eq(old_root, older.root) || !hash_eq(new_root, newer.root))
		return err_set(e, ERR_REFUSED, "RFC 9162 2.1.4.2: proof leads to another root");
	return 0;
}
