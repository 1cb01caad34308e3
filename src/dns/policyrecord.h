/* SPDX-License-Identifier: ISC */
#ifndef DNS_POLICYRECORD_H
#define DNS_POLICYRECORD_H

#include "base/err.h"
#include "base/str.h"

/*
 * policyrecord: what a domain wants done with mail that is not from it (RFC 7489 section 6.3, and
 * of RFC 9989 section 4.7 the tags np=, psd= and t=).
 * One TXT record at _dmarc.DOMAIN, its strings joined without spaces.  Names of tags have a case
 * (RFC 6376 section 3.2), their words have none (RFC 7489 section 6.4).  Tags that are not looked
 * at (fo=, rf=, ri=, ruf= and unknown ones) are in the text.
 */
enum policy {           /* each but the first is one level above the one before */
	POLICY_INVALID, /* there, but no word of RFC 7489 section 6.3 */
	POLICY_NONE,
	POLICY_QUARANTINE,
	POLICY_REJECT,
};

enum psd {
	PSD_UNSAID, /* psd=u, or no such word */
	PSD_YES,    /* names below belong to others */
	PSD_NO,     /* an organizational domain */
};

struct policyrecord {
	enum policy p, sp; /* sp: that of p when absent */
	enum policy np;    /* that of sp when absent; RFC 7489 does not know it: may be invalid */
	enum psd psd;
	bool strict_dkim; /* adkim=s */
	bool strict_spf;  /* aspf=s */
	bool testing;     /* t=y */
	unsigned pct;     /* 0 to 100 */
	bool reports;     /* rua= names somewhere to send them */
};

/* Does the text say it is such a record of this version (section 6.6.3, step 2)? */
bool policyrecord_is(struct str text);

/*
 * Read one that says so.  Tags after v= that are written wrong, or twice, count as absent
 * (section 6.3).  0; or -1 with ERR_SYNTAX when no policy can be had of it (section 6.6.3, step
 * 6): p= is absent or invalid, or sp= is invalid, and there is no rua= either; r->p is
 * POLICY_INVALID then, and the rest is read all the same.  With one, p=none and neither sp= nor np=
 * are taken as said.
 */
int policyrecord_parse(struct str text, struct policyrecord *r, struct err *e);

const char *policy_word(enum policy p); /* "none", "quarantine", "reject"; "-" */

#endif
