/* SPDX-License-Identifier: ISC */
#ifndef AUTH_RESULT_H
#define AUTH_RESULT_H

#include "crypto/hash.h"
#include "dns/evidence.h"

/* result: what a message turned out to be.  All data; views live as long as the examination. */

/* The words of RFC 8601 section 2.7. */
enum result {
	RESULT_NONE,
	RESULT_PASS,
	RESULT_FAIL,
	RESULT_SOFTFAIL, /* of SPF alone */
	RESULT_POLICY,
	RESULT_NEUTRAL,
	RESULT_TEMPERROR,
	RESULT_PERMERROR,
};

enum verdict {
	VERDICT_UNKNOWN, /* "not proven" */
	VERDICT_HOLDS,
	VERDICT_FAILS,
};

/* One signature: a DKIM-Signature field, an ARC-Message-Signature or an ARC-Seal. */
struct sig_result {
	struct str domain, selector; /* as written; empty when the field could not be read */
	struct str host;             /* the domain in A-labels, to compare; empty: it is no name */
	struct str algorithm;        /* as in a=, "rsa-sha256" */
	struct str identity;         /* i=, decoded; empty when absent */
	unsigned key_bits;           /* 0: no key was seen */
	enum result result;
	enum result crypto;     /* what mathematics alone says: NONE when not computed */
	const char *code;       /* stable, listed in mailseal-codes(7): "pass", "body-hash" … */
	const char *reason;     /* one sentence with its RFC section */
	bool has_key;           /* key_packet and key_value_hash are set */
	struct hash key_packet; /* the answer the key was read from */
	struct hash key_value;  /* SHA-256 of the joined TXT strings */
	int64_t signed_at, expires;      /* t= and x=, Unix seconds; -1 when absent */
	uint64_t body_signed, body_size; /* canonical bytes; less than all by l=; 0: not hashed */
};

struct arc_set {
	unsigned instance; /* 1 is the oldest */
	struct sig_result ams, seal;
	const char *cv;       /* "none", "pass", "fail" or "-" */
	struct str testimony; /* of its ARC-Authentication-Results, for auth/authres.h; or empty */
};

struct arc_result {
	enum result
	    result; /* RFC 8617 section 5.2: none, pass, fail; temperror: a key is wanting */
	const char *code, *reason;
	const struct arc_set *sets;
	size_t n;
	/* Of the newest message signatures that pass one after the other, the oldest; 0: all pass;
	 * -1: not even the newest. */
	int oldest_pass;
};

/*
 * SPF (RFC 7208): does a domain let that host send in its name?  Evaluated here; but who the host
 * was and what it said is known from the trace of the provider that received the message.
 */
struct spf_result {
	enum result result;
	struct str domain;      /* that was checked: of MAIL FROM, or of HELO when that was empty */
	const char *code;       /* stable, listed in mailseal-codes(7) */
	const char *reason;     /* one sentence with its RFC section */
	struct str mechanism;   /* the directive that matched, as written; empty: none did */
	struct str explanation; /* what the domain says to a fail (exp=); empty: nothing */
	struct str ip, helo, mailfrom; /* the session: client's address, names it gave */
	const char *source; /* the field they are from: "received-spf" …; NULL: asked for so */
};

/* A signature that vouches for a claim. */
struct by {
	enum { BY_DKIM, BY_AMS } kind;
	unsigned index; /* into dkim, or the instance of the ARC set */
};

/* FORMATS section 6: from, to, cc, date, subject, message-id, reply-to, in-reply-to, body. */
struct claim {
	const char *name;
	enum verdict verdict;
	const struct by *by;
	size_t n;
};

struct finding {
	const char *code, *section, *severity; /* severity: "note", "weakens", "breaks" */
};

/* FORMATS section 2: the segments tile the message. */
struct segment {
	uint64_t offset, length; /* bytes */
	const char *kind;        /* "header" (the field), "empty", "mime", "gap", "rest" */
};

/*
 * DMARC: does what was authenticated belong to the domain of From?  Alignment is judged as the
 * record of the domain wants it, relaxed without one.  By RFC 7489, organizational domains are
 * those of a list; by RFC 9989, which replaces it, those that a walk up the DNS tree finds.
 */
struct dmarc_result {
	bool by_walk; /* RFC 9989 */
	enum result result;
	const char *code, *reason; /* code NULL: not judged */
	struct str domain;         /* of From, lower case; empty: there is none to judge by */
	struct str organizational; /* the organizational domain of that; empty: not known */
	struct str suffix_list;    /* the date of the list it is from, "2023-02-09"; or empty */
	struct str record_domain;  /* whose policy it is: one of these two, or by a walk the public
	                            * suffix above; empty: there is none */
	const char *policy;        /* "none", "quarantine", "reject": p= or sp=; "-"; by a walk what
	                            * is to be applied, with np= and t= */
	unsigned pct;              /* of the mail it is for, 0 to 100; of RFC 7489 alone */
	bool strict_dkim, strict_spf;
	const struct by *by; /* the DKIM signatures that pass and are aligned */
	size_t n;
	bool spf_aligned; /* SPF passes, and its domain is aligned */
	bool open;        /* more may be aligned, when it can be verified */
};

struct examination {
	uint64_t size; /* of the message, bytes */
	struct hash sha256;
	struct str sender; /* the domain of From (auth/sender.h); empty: of none, or of several */
	const struct sig_result *dkim;
	size_t n_dkim;
	struct arc_result arc;
	const struct spf_result *spf; /* NULL: the session is not known, nothing was checked */
	struct dmarc_result dmarc, dmarc_walk; /* by RFC 7489, and beside it by RFC 9989 */
	const struct claim *claims;
	size_t n_claims;
	const struct str *unbound; /* names of fields of which no signature binds all */
	size_t n_unbound;
	const struct finding *findings;
	size_t n_findings;
	const struct segment *segments;
	size_t n_segments;
	bool complete; /* nothing is left that a later answer could change */
	uint64_t work; /* bytes of the header that were read, and those hashed for signatures */
};

const char *result_word(enum result r);
const char *verdict_word(enum verdict v);

#endif
