/* SPDX-License-Identifier: ISC */
#ifndef SEAL_VERIFY_H
#define SEAL_VERIFY_H

#include "auth/result.h"
#include "crypto/verify.h"
#include "seal/bundle.h"
#include "seal/words.h"

/*
 * verify: what a bundle proves (FORMATS section 7).  The rules are the rows of one table in
 * verify.c, in the order in which they are applied; each says holds, fails or not proven, who
 * vouches, and one sentence.  Nothing is believed because the file says so.
 */
struct verify_line {
	const char *name; /* "container", "record" … , or of a claim: "from", "body" … */
	const char *section;
	enum verdict verdict;
	enum word sentence;
	struct str detail;   /* what stands in the sentence's {} */
	struct str vouchers; /* words with a space between; empty when nobody does */
};

enum {
	VERIFY_LINES_MAX = 32, /* a dozen rules, nine claims */
};

struct verification {
	struct verify_line line[VERIFY_LINES_MAX];
	size_t n;
	/* about the message; present when the records can be read */
	const struct bundle_part *letter;
	struct record_message message;
	struct str examination; /* body of the last one's record, done again; .p NULL: none */
};

struct verify_in {
	struct str bytes; /* the file */
	struct str vkey;  /* the log's, from elsewhere; .p NULL: as the file says */
	const struct crypto *crypto;
};

/* Everything in *out lives as long as the arena (verify_arena) and the bytes.  Never fails. */
void verify(struct arena *a, const struct verify_in *in, struct verification *out);

struct arena *verify_arena(void);

/*
 * 0 when every item of the comma-separated list holds and nothing fails, 1 when something fails,
 * 2 when an item is not proven.
 */
int verify_exit(const struct verification *v, struct str required);
#define VERIFY_REQUIRED "record,inclusion,T2" /* the default */
/* Is each item of the list one that there can be? */
bool verify_can_require(struct str required);

#endif
