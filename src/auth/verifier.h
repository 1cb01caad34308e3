/* SPDX-License-Identifier: ISC */
#ifndef AUTH_VERIFIER_H
#define AUTH_VERIFIER_H

#include "auth/fields.h"
#include "auth/signature.h"
#include "dns/keycache.h"

/*
 * verifier: one signature against its key (RFC 6376 section 6.1).  What is wrong is gathered
 * while going on, so that `crypto` says what mathematics alone says even of a signature that
 * no one should accept.
 */
struct verifier {
	const struct crypto *crypto;
	struct keycache *keycache; /* may be NULL */
	const struct evidence *evidence;
	struct needs *needs;
	int64_t now;         /* Unix seconds, for x= */
	struct arena *arena; /* of the run */
	struct arena *keys;  /* of the signature at hand: a sender can publish many */
	struct fields *fields;
	const struct bodyhash *bodies;
	struct buf signed_bytes; /* scratch */
	uint64_t spent;  /* bytes that were hashed for signatures; up to LIMIT_SIGNED_BYTES */
	bool waiting;    /* this is not the last run: nothing is computed, keys are asked for */
	bool over;       /* some were not computed for that */
	bool incomplete; /* a later answer could change something */
};

/* The keys that came for one signature, until the next is looked at. */
struct keys {
	struct known_key *key;
	size_t n;
	enum code code;        /* why there is none, when n is 0 */
	struct known_key none; /* the record that is none, when there was one */
	bool has_none;
	struct hash packet;
};

/* Fills r with what the field says, and code. */
void verifier_say(const struct signature *s, enum code code, struct sig_result *r);

/*
 * Look the keys up.  True when there are some, and it is worth building the signed bytes; else r
 * says why not, and a question may have been added to the needs.
 */
bool verifier_keys(
    struct verifier *v, const struct signature *s, struct keys *keys, struct sig_result *r);

/* Try each key on v->signed_bytes; r is the best of it. */
void verifier_judge(
    struct verifier *v, const struct signature *s, const struct keys *keys, struct sig_result *r);

#endif
