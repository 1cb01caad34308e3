/* SPDX-License-Identifier: ISC */
#ifndef NET_JWT_H
#define NET_JWT_H

#include "base/buf.h"

/*
 * jwt: what a Google service account says to be somebody of its domain (RFC 7523): its key file,
 * and a JWT (RFC 7519) signed with RS256 (RFC 7518 section 3.3).
 */
enum {
	JWT_KEY_FILE_MAX = 16384, /* bytes; Google's have 2,400 */
	JWT_MAX = 8192,           /* bytes of a JWT, signed with 4,096 bits */
	JWT_LIFE_S = 3600,        /* the longest that Google takes */
};

struct jwt_account;

/* The key file, JSON of type service_account.  NULL on ERR_CONFIG; jwt_account_free wipes it. */
struct jwt_account *jwt_account_read(struct str json, struct err *e);
void jwt_account_free(struct jwt_account *a);

/* A JWT for the mailbox of subject, added to out.  audience: the address of the token's source.
 * 0, or -1 on ERR_CONFIG, ERR_LIMIT. */
int jwt_sign(const struct jwt_account *a, const char *subject, const char *scope,
    const char *audience, int64_t now, struct buf *out, struct err *e);

#endif
