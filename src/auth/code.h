/* SPDX-License-Identifier: ISC */
#ifndef AUTH_CODE_H
#define AUTH_CODE_H

#include "auth/result.h"

/*
 * code: everything that can be said of a signature or a chain, one row each.  The words are
 * stable: they stand in records, in JSON and in mailseal-codes(7).  The order is the order of
 * weight: of two things that are wrong, the earlier row is reported.
 */
enum code {
	CODE_ABSENT,
	/* how the field is written */
	CODE_SYNTAX,
	CODE_TAG_MISSING,
	CODE_TAG_INVALID,
	CODE_VERSION,
	CODE_ALGORITHM,
	CODE_CANONICALIZATION,
	CODE_QUERY,
	CODE_INSTANCE,
	CODE_FROM_UNSIGNED,
	CODE_IDENTITY,
	CODE_TIMES,
	CODE_SEAL_SIGNS_FIELDS,
	CODE_SIGNS_SEAL,
	CODE_BODY_LENGTH,
	/* what we do not look at */
	CODE_LIMIT_HEADER,
	CODE_LIMIT_SIGNATURES,
	/* the key */
	CODE_KEY_UNAVAILABLE,
	CODE_PENDING,
	CODE_KEY_MISSING,
	CODE_KEY_REVOKED,
	CODE_KEY_UNKNOWN,
	CODE_KEY_SYNTAX,
	CODE_KEY_ALGORITHM,
	CODE_KEY_HASH,
	CODE_KEY_SERVICE,
	CODE_KEY_DOMAIN,
	CODE_KEY_TOO_LARGE,
	CODE_KEY_UNUSABLE,
	/* the mathematics */
	CODE_BODY_HASH,
	CODE_SIGNATURE,
	/* good, but */
	CODE_WEAK_KEY,
	CODE_WEAK_HASH,
	CODE_EXPIRED,
	CODE_PASS,
	/* the chain (RFC 8617 section 5.2) */
	CODE_ARC_NONE,
	CODE_ARC_FIELD,
	CODE_ARC_SETS,
	CODE_ARC_CV,
	CODE_ARC_CV_FAIL,
	CODE_ARC_MESSAGE_SIGNATURE,
	CODE_ARC_SEAL,
	CODE_ARC_KEY_UNAVAILABLE,
	CODE_ARC_PASS,
	CODES,
};

struct code_row {
	const char *code;
	enum result result;
	const char *reason;
};

extern const struct code_row code_rows[CODES];

#endif
