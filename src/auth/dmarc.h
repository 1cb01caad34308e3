/* SPDX-License-Identifier: ISC */
#ifndef AUTH_DMARC_H
#define AUTH_DMARC_H

#include "auth/verifier.h"

/*
 * dmarc: the policy of the domain in From, and whether what passed is aligned with it (RFC 7489).
 * The organizational domains come as evidence (dns/orgdom.h).
 *
 * RFC 7489 section 6.6.1 leaves open what to do without exactly one domain in exactly one From;
 * such messages "are typically rejected": permerror.  No domain that has a policy: none.
 */

/* dkim: the results of the signatures; spf: NULL when SPF is not known.  What r points to lives as
 * long as v's arena and evidence. */
void dmarc_judge(struct verifier *v, const struct sig_result *dkim, size_t n_dkim,
    const struct spf_result *spf, struct dmarc_result *r);

#endif
