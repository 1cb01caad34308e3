/* SPDX-License-Identifier: ISC */
#ifndef DNS_KEYRECORD_H
#define DNS_KEYRECORD_H

#include "base/arena.h"
#include "crypto/verify.h"

/*
 * keyrecord: a DKIM public key as its owner publishes it (RFC 6376 section 3.6.1, RFC 8301,
 * RFC 8463).  One TXT record, its strings joined without spaces.
 */
enum keyrecord_kind {
	KEYRECORD_KEY,
	KEYRECORD_REVOKED, /* p= is empty */
	KEYRECORD_UNKNOWN, /* another v= or k=, perhaps of a later RFC */
	KEYRECORD_BROKEN,  /* no key record, or a key that cannot be read */
};

struct keyrecord {
	enum keyrecord_kind kind;
	struct pubkey key;   /* KEYRECORD_KEY only; views into the arena */
	struct str hashes;   /* h=; .p NULL: any */
	struct str services; /* s=; .p NULL: any */
	bool testing;        /* t=y */
	bool strict;         /* t=s: i= must have the very domain of d= */
};

/* Never fails: what it is no key for is in k->kind.  Views into text and the arena. */
void keyrecord_parse(struct arena *a, struct str text, struct keyrecord *k);

bool keyrecord_takes_hash(const struct keyrecord *k, struct str hash); /* "sha256" */
bool keyrecord_takes_mail(const struct keyrecord *k);                  /* s=email or s=* */

#endif
