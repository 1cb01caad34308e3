/* SPDX-License-Identifier: ISC */
#ifndef AUTH_EXAMINE_H
#define AUTH_EXAMINE_H

#include "auth/result.h"
#include "crypto/verify.h"
#include "dns/evidence.h"
#include "dns/keycache.h"

/*
 * examine: one message, from its bytes to what can be said of it.  Two phases: the bytes go
 * through once, and everything that depends on them alone is computed (fields, segments, body
 * hashes); then examine_run is called with the evidence at hand, as often as it still has needs.
 *
 *	x = examine_new(crypto);
 *	for each chunk: examine_add(x, chunk);
 *	examine_end(x);
 *	do r = examine_run(x, &evidence, now, &needs); while (fill(&evidence, &needs));
 */
struct examine;

/*
 * The version of the rules by which an examination comes out as it does.  Raised when a program
 * finds something else in the same bytes, with the same evidence, than the one before it: then
 * what was sealed under other rules is not held against these.
 */
enum {
	EXAMINE_RULES = 1,
};

struct examine *examine_new(const struct crypto *crypto);
void examine_free(struct examine *x);

/* The message in order, in chunks of any size.  Never fails: odd bytes are findings. */
void examine_add(struct examine *x, struct str chunk);
void examine_end(struct examine *x);

/* It was in a filing mailbox, and the `now` of each run is when the provider says it received it:
 * what is odd about that is found, too. */
void examine_filed(struct examine *x);

/* Key records that were read for earlier messages.  It stays the caller's. */
void examine_keycache(struct examine *x, struct keycache *c);

/* The SMTP session by which it came is known: the trace in the message is not asked.  It stays the
 * caller's. */
struct spf_session;
void examine_session(struct examine *x, const struct spf_session *session);

/*
 * now: Unix seconds, the time of arrival as of which x= is judged (FORMATS, Time).
 * The result belongs to x and lives until the next run or examine_free.
 */
const struct examination *examine_run(
    struct examine *x, const struct evidence *ev, int64_t now, struct needs *needs);

#endif
