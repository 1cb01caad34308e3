/* SPDX-License-Identifier: ISC */
#include "auth/code.h"

const struct code_row code_rows[CODES] = {
	[CODE_ABSENT] = { "absent", RESULT_NONE, "RFC 8617 section 4.2: the set lacks this field" },

	[CODE_SYNTAX] = { "syntax", RESULT_PERMERROR,
	    "RFC 6376 section 3.2: the tag list cannot be read" },
	[CODE_TAG_MISSING] = { "tag-missing", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.1: a required tag is missing" },
	[CODE_TAG_INVALID] = { "tag-invalid", RESULT_PERMERROR,
	    "RFC 6376 section 3.5: a tag's value is not of its form" },
	[CODE_VERSION] = { "version", RESULT_PERMERROR, "RFC 6376 section 3.5: v= is not 1" },
	[CODE_ALGORITHM] = { "algorithm", RESULT_PERMERROR,
	    "RFC 6376 section 3.3: a= names no algorithm of RFC 8301 or RFC 8463" },
	[CODE_CANONICALIZATION] = { "canonicalization", RESULT_PERMERROR,
	    "RFC 6376 section 3.4: c= names no canonicalization" },
	[CODE_QUERY] = { "query", RESULT_PERMERROR, "RFC 6376 section 3.5: q= lacks dns/txt" },
	[CODE_INSTANCE] = { "instance", RESULT_PERMERROR,
	    "RFC 8617 section 4.2.1: i= is not a number from 1 to 50" },
	[CODE_FROM_UNSIGNED] = { "from-unsigned", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.1: h= does not name From" },
	[CODE_IDENTITY] = { "identity", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.1: the domain of i= is not within d=" },
	[CODE_TIMES] = { "times", RESULT_PERMERROR,
	    "RFC 6376 section 3.5: x= is not later than t=" },
	[CODE_SEAL_SIGNS_FIELDS] = { "seal-signs-fields", RESULT_PERMERROR,
	    "RFC 8617 section 4.1.3: an ARC-Seal must not have h=" },
	[CODE_SIGNS_SEAL] = { "signs-seal", RESULT_PERMERROR,
	    "RFC 8617 section 4.1.2: h= must not name ARC-Seal" },
	[CODE_BODY_LENGTH] = { "body-length", RESULT_PERMERROR,
	    "RFC 6376 section 3.5: l= is larger than the body" },

	[CODE_LIMIT_HEADER] = { "limit-header", RESULT_POLICY,
	    "RFC 6376 section 6.1: not verified, the header is larger than we read" },
	[CODE_LIMIT_SIGNATURES] = { "limit-signatures", RESULT_POLICY,
	    "RFC 6376 section 6.1: not verified, more signatures than we compute" },

	[CODE_KEY_UNAVAILABLE] = { "key-unavailable", RESULT_TEMPERROR,
	    "RFC 6376 section 6.1.2: the DNS did not answer" },
	[CODE_PENDING] = { "pending", RESULT_TEMPERROR,
	    "RFC 6376 section 6.1.3: the computation is still under way" },
	[CODE_KEY_MISSING] = { "key-missing", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.2: there is no key record" },
	[CODE_KEY_REVOKED] = { "key-revoked", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.2: the key was revoked" },
	[CODE_KEY_UNKNOWN] = { "key-unknown", RESULT_PERMERROR,
	    "RFC 6376 section 3.6.1: a key record of a kind we do not know" },
	[CODE_KEY_SYNTAX] = { "key-syntax", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.2: the key record cannot be read" },
	[CODE_KEY_ALGORITHM] = { "key-algorithm", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.2: a= and the k= of the key disagree" },
	[CODE_KEY_HASH] = { "key-hash", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.2: the h= of the key lacks this hash" },
	[CODE_KEY_SERVICE] = { "key-service", RESULT_PERMERROR,
	    "RFC 6376 section 3.6.1: the s= of the key lacks email" },
	[CODE_KEY_DOMAIN] = { "key-domain", RESULT_PERMERROR,
	    "RFC 6376 section 3.6.1: t=s wants i= in the very domain of d=" },
	[CODE_KEY_TOO_LARGE] = { "key-too-large", RESULT_POLICY,
	    "RFC 8301 section 3.2: not computed, an RSA key of more than 4096 bits" },
	[CODE_KEY_UNUSABLE] = { "key-unusable", RESULT_PERMERROR,
	    "RFC 6376 section 6.1.2: a key that no one can compute with" },

	[CODE_BODY_HASH] = { "body-hash", RESULT_FAIL,
	    "RFC 6376 section 6.1.3: the body is not the one that was signed" },
	[CODE_SIGNATURE] = { "signature", RESULT_FAIL,
	    "RFC 6376 section 6.1.3: the fields or the key are not those of the signing" },

	[CODE_WEAK_KEY] = { "weak-key", RESULT_POLICY,
	    "RFC 8301 section 3.2: an RSA key of less than 1024 bits" },
	[CODE_WEAK_HASH] = { "weak-hash", RESULT_POLICY,
	    "RFC 8301 section 3.1: rsa-sha1 counts no more" },
	[CODE_EXPIRED] = { "expired", RESULT_POLICY,
	    "RFC 6376 section 6.1.1: x= had passed when the message arrived" },
	[CODE_PASS] = { "pass", RESULT_PASS, "RFC 6376 section 6.1.3: verified" },

	[CODE_ARC_NONE] = { "none", RESULT_NONE, "RFC 8617 section 5.2: no ARC set" },
	[CODE_ARC_FIELD] = { "arc-field", RESULT_FAIL,
	    "RFC 8617 section 4.1: a field whose instance is no number from 1 to 50" },
	[CODE_ARC_SETS] = { "arc-sets", RESULT_FAIL,
	    "RFC 8617 section 5.2: a field of a set is missing or there twice" },
	[CODE_ARC_CV] = { "arc-cv", RESULT_FAIL,
	    "RFC 8617 section 5.2: cv= is not none in the first set and pass in the others" },
	[CODE_ARC_CV_FAIL] = { "arc-cv-fail", RESULT_FAIL,
	    "RFC 8617 section 5.2: the newest seal says that the chain had failed" },
	[CODE_ARC_MESSAGE_SIGNATURE] = { "arc-message-signature", RESULT_FAIL,
	    "RFC 8617 section 5.2: the newest ARC-Message-Signature does not verify" },
	[CODE_ARC_SEAL] = { "arc-seal", RESULT_FAIL,
	    "RFC 8617 section 5.2: an ARC-Seal does not verify" },
	[CODE_ARC_KEY_UNAVAILABLE] = { "arc-key-unavailable", RESULT_TEMPERROR,
	    "RFC 8617 section 5.2: the DNS did not answer for a key of the chain" },
	[CODE_ARC_PASS] = { "pass", RESULT_PASS, "RFC 8617 section 5.2: the chain verifies" },
};

const char *
result_word(enum result r)
{
	static const char *const words[] = {
		[RESULT_NONE] = "none",
		[RESULT_PASS] = "pass",
		[RESULT_FAIL] = "fail",
		[RESULT_SOFTFAIL] = "softfail",
		[RESULT_POLICY] = "policy",
		[RESULT_NEUTRAL] = "neutral",
		[RESULT_TEMPERROR] = "temperror",
		[RESULT_PERMERROR] = "permerror",
	};

	return words[r];
}

const char *
verdict_word(enum verdict v)
{
	static const char *const words[] = {
		[VERDICT_UNKNOWN] = "not proven",
		[VERDICT_HOLDS] = "holds",
		[VERDICT_FAILS] = "fails",
	};

	return words[v];
}
