/* SPDX-License-Identifier: ISC */
/* A proof that is taken, written again, is the same bytes; and no hostile proof is believed. */
#include "tlog/proof.h"

#include <stdlib.h>

#include "base/limits.h"
#include "tlog/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Only hashes that SHA-256 gave lead to this root; nobody finds others. */
static void
never_believed(const struct tlog_proof *p)
{
	struct hash leaf = hash_leaf(STR("leaf")), root = sha256(STR("root"));
	struct tlog_head older = { p->index, leaf }, newer = { p->index + 1, root };

	for (unsigned bits = 0; bits < 63; bits++)
		if (tlog_check_inclusion(
		        leaf, p->index, (uint64_t)1 << bits, root, p->hash, p->n, NULL) == 0)
			abort();
	if (tlog_check_consistency(older, newer, p->hash, p->n, NULL) == 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_MAX(LIMIT_PROOF);
	struct str bytes = str_bytes(data, size);
	struct tlog_proof p;

	if (proof_parse(bytes, &p, NULL) == 0) {
		proof_add(&again, &p);
		if (!str_eq(buf_str(&again), bytes))
			abort();
		never_believed(&p);
	}
	buf_free(&again);
	return 0;
}
