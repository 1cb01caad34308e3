/* SPDX-License-Identifier: ISC */
#include "imap/sasl.h"

#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"

enum {
	CHALLENGE_MAX = 4096, /* bytes looked at; Gmail's refusal has 100 */
};

#define KVSEP "\x01" /* RFC 7628 section 3.1 */

static const struct mechanism {
	const char *name, *yield;
} mechanisms[] = {
	[SASL_PLAIN] = { "PLAIN", "*" }, /* RFC 3501 section 6.2.2: cancelled */
	[SASL_XOAUTH2] = { "XOAUTH2", "" },
	[SASL_OAUTHBEARER] = { "OAUTHBEARER", "AQ==" }, /* RFC 7628 section 3.2.3: one KVSEP */
};

const char *
sasl_name(enum sasl how)
{
	return mechanisms[how].name;
}

const char *
sasl_yield(enum sasl how)
{
	return mechanisms[how].yield;
}

/* RFC 6750 section 2.1 in short: visible ASCII. */
static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

/* RFC 5801 section 4: the two characters that stand for themselves nowhere in a GS2 header. */
static void
add_saslname(struct buf *out, const char *user)
{
	for (const char *p = user; *p != '\0'; p++) {
		if (*p == '=')
			buf_add(out, STR("=3D"));
		else if (*p == ',')
			buf_add(out, STR("=2C"));
		else
			buf_byte(out, *p);
	}
}

static int
add_plain(const char *user, struct str secret, struct buf *out, struct err *e)
{
	if (memchr(secret.p, '\0', secret.n) != NULL)
		return err_set(e, ERR_CONFIG, "RFC 4616 2: a password cannot hold NUL");
	buf_byte(out, '\0'); /* no identity but his own */
	buf_add(out, str_of(user));
	buf_byte(out, '\0');
	buf_add(out, secret);
	return 0;
}

int
sasl_message(enum sasl how, const char *user, struct str secret, struct buf *out, struct err *e)
{
	if (how == SASL_PLAIN) {
		if (add_plain(user, secret, out, e) == -1)
			return -1;
		return buf_check(out, "user and password", e);
	}
	if (!is_token(secret))
		return err_set(e, ERR_CONFIG,
		    "RFC 6750 2.1: this is no access token: one line of visible ASCII is wanted");
	if (how == SASL_XOAUTH2) {
		buf_add(out, STR("user="));
		buf_add(out, str_of(user));
	} else {
		buf_add(out, STR("n,a="));
		add_saslname(out, user);
		buf_byte(out, ',');
	}
	buf_add(out, STR(KVSEP "auth=Bearer "));
	buf_add(out, secret);
	buf_add(out, STR(KVSEP KVSEP));
	return buf_check(out, "user and token", e);
}

void
sasl_refusal(struct str challenge, struct buf *out)
{
	struct buf text = BUF_MAX(CHALLENGE_MAX);
	struct str rest;
	uint32_t c;

	if (base64_decode(challenge, BASE64_LOOSE, &text, NULL) == 0) {
		rest = buf_str(&text);
		for (size_t n = 0; n < SASL_REFUSAL_MAX && utf8_next(&rest, &c); n++)
			utf8_add(out, utf8_is_control(c) ? '?' : c == '"' ? '\'' : c);
	} else {
		buf_add(out, STR("not base64"));
	}
	buf_free(&text);
}
