/* SPDX-License-Identifier: ISC */
#ifndef NET_OAUTH_H
#define NET_OAUTH_H

#include "conf/conf.h"

/*
 * oauth: getting access tokens (RFC 6749) as an application that a person installed (RFC 8252),
 * with PKCE (RFC 7636): consent once, in a browser, gives a code; the code gives a refresh token;
 * that gives access tokens.
 */
enum {
	OAUTH_RANDOM_MAX = 44,   /* a state or a PKCE verifier: 32 bytes in base64url, and a NUL */
	OAUTH_CODE_MAX = 4096,   /* bytes of a code; Google's have 70 */
	OAUTH_FORM_MAX = 16384,  /* bytes of a question */
	OAUTH_ANSWER_MAX = 65536 /* bytes of an answer; one with several JWTs has 8,000 */
};

void oauth_random(char out[static OAUTH_RANDOM_MAX]);
/* RFC 7636 section 4.2: what the browser shows of the verifier. */
void oauth_challenge(struct str verifier, char out[static OAUTH_RANDOM_MAX]);

/* One consent that is asked for. */
struct oauth_consent {
	char state[OAUTH_RANDOM_MAX], verifier[OAUTH_RANDOM_MAX];
	char redirect_uri[64];
};
/* The address for the browser, added to out. */
void oauth_consent_url(
    const struct conf_mailbox *box, const struct oauth_consent *c, struct buf *out);

/*
 * What the browser brings back: a request target ("/?code=…"), the whole address that a person
 * pasted, or only the code.  Adds the code to out, whose ceiling is OAUTH_CODE_MAX.  0, or -1:
 * ERR_SYNTAX, there is no code in it; ERR_REFUSED, it is an answer to another question (state);
 * ERR_CONFIG, the person or the server said no, and the text has the server's word for it.
 */
int oauth_redirect(struct str text, const char *state, struct buf *out, struct err *e);

/* What a server gave.  oauth_answer_free forgets it. */
struct oauth_answer {
	struct str access_token, refresh_token; /* visible ASCII; the second may be empty */
	uint64_t refresh_expires_in_s;          /* 0: not said */
	struct json_object *object;             /* owns both */
};
/*
 * Read it.  0, or -1: ERR_REFUSED, "invalid_grant", the refresh token or the code is no longer good;
 * ERR_CONFIG, another error that lasts; ERR_RETRY, one that may pass; ERR_SYNTAX, no answer at all.
 */
int oauth_answer_read(int status, struct str body, struct oauth_answer *a, struct err *e);
void oauth_answer_free(struct oauth_answer *a);

/* The three questions; secret is the client's, and may be empty.  Errors as above, and http.h's. */
int oauth_by_code(const struct conf_mailbox *box, struct str secret, const struct oauth_consent *c,
    struct str code, struct oauth_answer *a, struct err *e);
int oauth_by_refresh(const struct conf_mailbox *box, struct str secret, struct str refresh_token,
    struct oauth_answer *a, struct err *e);
int oauth_by_assertion(
    const struct conf_mailbox *box, struct str jwt, struct oauth_answer *a, struct err *e);

#endif
