/* SPDX-License-Identifier: ISC */
#ifndef AUTH_SPF_H
#define AUTH_SPF_H

#include "auth/result.h"
#include "base/arena.h"
#include "dns/ip.h"

/*
 * spf: check_host() of RFC 7208, against the evidence at hand.  It asks one thing after another, as
 * the RFC goes: what is not known yet is in the needs, the result is temperror until then, and who
 * calls fills them and calls again, at most SPF_ROUNDS times.
 */
struct spf_session {
	struct ip ip;
	struct str helo;
	struct str mailfrom; /* empty: the HELO identity is checked (RFC 7208 section 2.4) */
};

enum {
	/* The record, two for each of the ten terms (mx and ptr have names and their addresses), two
	 * for %{p}, the explanation. */
	SPF_ROUNDS = 24,
};

/* now: Unix seconds, for %{t}.  What r points to lives as long as the arena, session and evidence. */
void spf_check(struct arena *a, const struct spf_session *session, const struct evidence *ev,
    int64_t now, struct needs *needs, struct spf_result *r);

#endif
