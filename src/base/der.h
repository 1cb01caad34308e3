/* SPDX-License-Identifier: ISC */
#ifndef BASE_DER_H
#define BASE_DER_H

#include "base/err.h"
#include "base/str.h"

/* der: definite-length, minimal DER elements as views (X.690 section 10.1). */
enum {
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

struct der {
	uint8_t tag;     /* one byte; high tag numbers are refused */
	struct str raw;  /* tag, length and content */
	struct str body; /* content */
};

/* Take the next element off *rest.  1 with *d set, 0 at the end, -1 on ERR_SYNTAX. */
int der_next(struct str *rest, struct der *d, struct err *e);
/* The same, but the element must be there and have this tag: 0 or -1. */
int der_want(struct str *rest, uint8_t tag, struct der *d, struct err *e);
/* The magnitude of a non-negative, minimal INTEGER, without its leading zero: 0 or -1. */
int der_magnitude(struct str body, struct str *magnitude, struct err *e);

#endif
