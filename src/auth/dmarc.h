/* SPDX-License-Identifier: ISC */
#ifndef AUTH_DMARC_H
#define AUTH_DMARC_H

#include "auth/verifier.h"

/*
 * dmarc: the policy of the domain in From, and whether what passed is aligned with it: by RFC 7489,
 * whose organizational domains come as evidence (dns/orgdom.h), and beside it by RFC 9989, which
 * finds them by a walk (auth/treewalk.h).
 *
 * RFC 7489 section 6.6.1 leaves open what to do without exactly one domain in exactly one From;
 * such messages "are typically rejected": permerror.  No domain that has a policy: none.
 */

/* What was authenticated. */
struct authenticated {
	const struct sig_result *dkim;
	size_t n_dkim;
	const struct spf_result *spf; /* NULL: not known */
};

/* What *r and *walk point to lives as long as v's arena and evidence. */
void dmarc_judge(struct verifier *v, const struct authenticated *by, struct dmarc_result *r,
    struct dmarc_result *walk);

/* Are the verdicts others, or what passes by them?  Not as long as one of them is not known. */
bool dmarc_differ(const struct dmarc_result *a, const struct dmarc_result *b);

#endif
