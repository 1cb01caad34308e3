/* SPDX-License-Identifier: ISC */
#ifndef IMAP_SASL_H
#define IMAP_SASL_H

#include "base/buf.h"

/*
 * sasl: what a client says to prove who it is (RFC 4422): one message a mechanism, and what it
 * answers when the server then says more: only a refusal can follow.
 */
enum sasl {
	SASL_PLAIN,       /* RFC 4616: a password */
	SASL_XOAUTH2,     /* Google's and Microsoft's own: an access token */
	SASL_OAUTHBEARER, /* RFC 7628: an access token */
};

enum {
	SASL_MAX = 16384,       /* bytes of a message; the longest tokens seen have 4 KB */
	SASL_REFUSAL_MAX = 200, /* characters shown of a server's refusal */
};

const char *sasl_name(enum sasl how);  /* "PLAIN" */
const char *sasl_yield(enum sasl how); /* the answer to a refusal, as it goes over the wire */

/*
 * The message, not yet in base64, added to out, which has the ceiling SASL_MAX and is the caller's
 * to wipe.  0, or -1: ERR_CONFIG when user or secret holds a byte that the mechanism cannot carry,
 * ERR_LIMIT.
 */
int sasl_message(
    enum sasl how, const char *user, struct str secret, struct buf *out, struct err *e);

/*
 * A refusal that a server gave as a challenge in base64, in general JSON (RFC 7628 section 3.2.2),
 * added to out as one line of SASL_REFUSAL_MAX characters at most: a control becomes "?", a double
 * quote a single one.  What is not base64 gives "not base64".
 */
void sasl_refusal(struct str challenge, struct buf *out);

#endif
