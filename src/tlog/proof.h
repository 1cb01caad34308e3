/* SPDX-License-Identifier: ISC */
#ifndef TLOG_PROOF_H
#define TLOG_PROOF_H

#include "base/buf.h"
#include "tlog/tree.h"

/*
 * proof: that an entry is in a log, in one file (C2SP tlog-proof): its index, the inclusion proof,
 * the checkpoint it leads to.  It proves nothing until checkpoint_open and tlog_check_inclusion
 * say so.
 */
struct tlog_proof {
	struct str extra; /* base64, strict; .p NULL when there is no such line; nobody signs it */
	uint64_t index;
	struct hash hash[TLOG_PROOF_MAX];
	size_t n;
	struct str checkpoint; /* the signed note */
};

/* Views into bytes, or -1: ERR_SYNTAX; ERR_LIMIT past LIMIT_PROOF or TLOG_PROOF_MAX hashes. */
int proof_parse(struct str bytes, struct tlog_proof *p, struct err *e);
void proof_add(struct buf *b, const struct tlog_proof *p);

#endif
