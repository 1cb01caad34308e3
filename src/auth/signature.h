/* SPDX-License-Identifier: ISC */
#ifndef AUTH_SIGNATURE_H
#define AUTH_SIGNATURE_H

#include "auth/bodyhash.h"
#include "auth/code.h"
#include "base/arena.h"
#include "crypto/verify.h"

/* signature: what a signature field says of itself, before any key is asked for. */
enum signature_kind {
	SIGNATURE_DKIM = 1, /* DKIM-Signature (RFC 6376 section 3.5) */
	SIGNATURE_AMS = 2,  /* ARC-Message-Signature (RFC 8617 section 4.1.2) */
	SIGNATURE_SEAL = 4, /* ARC-Seal (RFC 8617 section 4.1.3) */
};

struct signature {
	enum signature_kind kind;
	const struct header *field;
	enum code code;  /* the weightiest thing wrong with it, or CODE_PASS */
	bool computable; /* in spite of code, there is enough to compute with */

	struct str algorithm; /* a= as written */
	enum sig_alg alg;
	enum digest_alg digest;
	enum canon header_canon, body_canon;
	struct str domain, selector; /* as written */
	struct str host, key_name;   /* d=, and what to ask the DNS for: in A-labels */
	struct str identity;         /* i= decoded; empty when absent */
	struct str identity_host;    /* its domain in A-labels */
	struct str fields;           /* h= */
	struct str bytes, body_hash; /* b= and bh= decoded */
	uint64_t body_limit;         /* l=, or BODYHASH_ALL */
	int body_hash_number;        /* of a bodyhash; -1: was not asked for */
	int64_t signed_at, expires;  /* t= and x=, Unix seconds; -1 when absent */
	unsigned instance;           /* i= of ARC; 0 when it cannot be read */
	const char *cv;              /* "none", "pass", "fail", or "-" */
};

/* Never fails: what is wrong is in s->code.  Views into the field and the arena. */
void signature_parse(
    struct arena *a, enum signature_kind kind, const struct header *field, struct signature *s);

/* 1 to LIMIT_ARC_SETS, or 0 when it is not that (RFC 8617 section 4.2.1). */
unsigned signature_instance(struct str value);

#endif
