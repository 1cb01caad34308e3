/* SPDX-License-Identifier: ISC */
#include "net/oauth.h"

#include <sodium.h>
#include <string.h>

#include "base/base64.h"
#include "crypto/hash.h"
#include "net/http.h"
#include "net/url.h"

/* ---- the consent ---- */

static void
random_text(struct str bytes, char out[static OAUTH_RANDOM_MAX])
{
	struct buf text = BUF_MAX(OAUTH_RANDOM_MAX);

	base64url_add(&text, bytes);
	buf_byte(&text, '\0');
	memcpy(out, text.p, text.n);
	sodium_memzero(text.p, text.cap);
	buf_free(&text);
}

void
oauth_random(char out[static OAUTH_RANDOM_MAX])
{
	struct hash h;

	randombytes_buf(h.b, sizeof h.b);
	random_text(hash_str(&h), out);
	sodium_memzero(&h, sizeof h);
}

void
oauth_challenge(struct str verifier, char out[static OAUTH_RANDOM_MAX])
{
	struct hash h = sha256(verifier);

	random_text(hash_str(&h), out);
}

void
oauth_consent_url(const struct conf_mailbox *box, const struct oauth_consent *c, struct buf *out)
{
	struct str url = str_of(box->oauth_authorization_url);
	char challenge[OAUTH_RANDOM_MAX];

	oauth_challenge(str_of(c->verifier), challenge);
	buf_add(out, url);
	if (str_chr(url, '?') == -1)
		buf_byte(out, '?');
	url_field(out, "response_type", STR("code"));
	url_field(out, "client_id", str_of(box->oauth_client_id));
	url_field(out, "redirect_uri", str_of(c->redirect_uri));
	url_field(out, "scope", str_of(box->oauth_scope));
	url_field(out, "state", str_of(c->state));
	url_field(out, "code_challenge", str_of(challenge));
	url_field(out, "code_challenge_method", STR("S256"));
	/* Google gives a refresh token only when asked so; others pass over what they do not know. */
	url_field(out, "access_type", STR("offline"));
	url_field(out, "prompt", STR("consent"));
	url_field(out, "login_hint", str_of(box->user));
}

/* ---- questions ---- */

static int
ask(const struct conf_mailbox *box, struct buf *form, struct oauth_answer *a, struct err *e)
{
	struct buf body = BUF_MAX(OAUTH_ANSWER_MAX);
	int status, rc = buf_check(form, "question", e);

	buf_room(&body, OAUTH_ANSWER_MAX); /* it holds secrets: grown, it would leave copies */
	buf_clear(&body);
	if (rc == 0)
		rc = http_post_form(
		    box->oauth_token_url, box->oauth_ca_file, buf_str(form), &status, &body, e);
	if (rc == 0) {
		rc = oauth_answer_read(status, buf_str(&body), a, e);
		if (rc == -1)
			err_at(e, "%s", box->oauth_token_url);
	}
	sodium_memzero(body.p, body.cap);
	sodium_memzero(form->p, form->cap);
	buf_free(&body);
	buf_free(form);
	return rc;
}

/* As `ask`: room for all of it at once. */
static void
begin(struct buf *form, const char *grant_type)
{
	buf_room(form, form->max);
	buf_clear(form);
	url_field(form, "grant_type", str_of(grant_type));
}

static void
add_client(struct buf *form, const struct conf_mailbox *box, struct str secret)
{
	url_field(form, "client_id", str_of(box->oauth_client_id));
	if (secret.n > 0)
		url_field(form, "client_secret", secret);
}

int
oauth_by_code(const struct conf_mailbox *box, struct str secret, const struct oauth_consent *c,
    struct str code, struct oauth_answer *a, struct err *e)
{
	struct buf form = BUF_MAX(OAUTH_FORM_MAX);

	begin(&form, "authorization_code");
	add_client(&form, box, secret);
	url_field(&form, "code", code);
	url_field(&form, "redirect_uri", str_of(c->redirect_uri));
	url_field(&form, "code_verifier", str_of(c->verifier));
	return ask(box, &form, a, e);
}

int
oauth_by_refresh(const struct conf_mailbox *box, struct str secret, struct str refresh_token,
    struct oauth_answer *a, struct err *e)
{
	struct buf form = BUF_MAX(OAUTH_FORM_MAX);

	begin(&form, "refresh_token");
	add_client(&form, box, secret);
	url_field(&form, "refresh_token", refresh_token);
	return ask(box, &form, a, e);
}

int
oauth_by_assertion(
    const struct conf_mailbox *box, struct str jwt, struct oauth_answer *a, struct err *e)
{
	struct buf form = BUF_MAX(OAUTH_FORM_MAX);

	begin(&form, "urn:ietf:params:oauth:grant-type:jwt-bearer"); /* RFC 7523 section 2.1 */
	url_field(&form, "assertion", jwt);
	return ask(box, &form, a, e);
}
