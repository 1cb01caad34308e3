/* SPDX-License-Identifier: ISC */
#ifndef AUTH_TREEWALK_H
#define AUTH_TREEWALK_H

#include "auth/verifier.h"
#include "dns/policyrecord.h"

/*
 * treewalk: the policy records of DMARC up the tree of the DNS, and the organizational domain that
 * they tell (RFC 9989 section 4.10).  No list is needed: the evidence is the TXT records.
 * Each function adds to the needs what was not asked yet.
 */

/*
 * The policy record at _dmarc.DOMAIN: 1 with *record, its p POLICY_INVALID when no policy can be had
 * of it; 0 when there is none, 2 when there are several, -1 when the DNS did not say, or not yet.
 */
int treewalk_record(struct verifier *v, struct str domain, struct policyrecord *record);

/* Is there such a domain (section 3.2.13)?  1, 0, or -1 as above. */
int treewalk_exists(struct verifier *v, struct str domain);

/* What a walk from a name found (section 4.10.2); views of that name. */
struct treewalk {
	struct str organizational;
	struct str suffix; /* the domain above it that says psd=y; empty: none does */
};

/* Walk: LIMIT_TREE_WALK questions at most.  0, or -1 as above with *w empty. */
int treewalk(struct verifier *v, struct str name, struct treewalk *w);

#endif
