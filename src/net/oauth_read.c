/* SPDX-License-Identifier: ISC */
/* oauth_read: what comes from outside: a browser's address, a server's answer. */
#include <sodium.h>
#include <string.h>

#include "base/utf8.h"
#include "net/jsonc.h"
#include "net/oauth.h"
#include "net/url.h"

enum {
	WORD_MAX = 60,     /* characters shown of an error's name */
	REASON_MAX = 160,  /* and of its description */
	FAR_S = 315360000, /* ten years: an end beyond is none */
};

/* RFC 6749 appendix A: VSCHAR, of which tokens and codes are. */
static bool
is_visible(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

/* Somebody else's words, in one line and without double quotes. */
static void
add_words(struct buf *out, struct str text, size_t max)
{
	uint32_t c;

	for (size_t n = 0; n < max && utf8_next(&text, &c); n++)
		utf8_add(out, utf8_is_control(c) ? '?' : c == '"' ? '\'' : c);
}

/* ---- the browser's address ---- */

static int
same_state(struct str query, const char *state, struct err *e)
{
	struct str got, want = str_of(state);
	int rc = url_value(query, "state", &got, e);

	if (rc == -1)
		return -1;
	if (rc == 0 || got.n != want.n || sodium_memcmp(got.p, want.p, want.n) != 0)
		return err_set(e, ERR_REFUSED,
		    "RFC 6749 10.12: this answers another question (state): begin anew");
	return 0;
}

static int
said_no(struct str error, struct err *e)
{
	struct buf word = BUF_MAX(4 * WORD_MAX);

	add_words(&word, error, WORD_MAX);
	err_set(e, ERR_CONFIG, "no consent was given: %.*s", STR_FMT(buf_str(&word)));
	buf_free(&word);
	return -1;
}

int
oauth_redirect(struct str text, const char *state, struct buf *out, struct err *e)
{
	struct str query, code = str_trim(text), rest;
	ptrdiff_t mark = str_chr(code, '?');
	size_t begin = out->n;
	int rc;

	if (mark != -1) {
		rest = str_from(code, (size_t)mark + 1);
		str_cut(&rest, '#', &query);
		if (same_state(query, state, e) == -1)
			return -1;
		rc = url_value(query, "error", &code, e);
		if (rc == 1)
			return said_no(code, e);
		if (rc == 0)
			rc = url_value(query, "code", &code, e);
		if (rc != 1)
			return rc == -1 ? -1 : err_set(e, ERR_SYNTAX, "RFC 6749 4.1.2: no code");
	} else if (str_find(code, STR("://")) != -1) {
		return err_set(e, ERR_SYNTAX, "RFC 6749 4.1.2: an address without a code");
	}
	if (url_unescape(code, out, e) == -1)
		return -1;
	if (!is_visible(str_from(buf_str(out), begin)))
		return err_set(e, ERR_SYNTAX, "RFC 6749 A.11: this is no code");
	return 0;
}

/* ---- the server's answer ---- */

/* RFC 6749 section 5.2. */
static int
refusal(int status, const struct json_object *o, struct err *e)
{
	struct buf words = BUF_MAX(4 * (WORD_MAX + REASON_MAX) + 2);
	struct str error, reason;
	enum err_kind kind = ERR_CONFIG;

	if (o == NULL || !jsonc_text(o, "error", &error) || error.n == 0) {
		buf_printf(&words, "HTTP status %d", status);
		kind = ERR_RETRY;
	} else {
		add_words(&words, error, WORD_MAX);
		if (jsonc_text(o, "error_description", &reason)) {
			buf_add(&words, STR(": "));
			add_words(&words, reason, REASON_MAX);
		}
		if (str_eq(error, STR("invalid_grant")))
			kind = ERR_REFUSED;
		else if (status >= 500 || status == 429)
			kind = ERR_RETRY;
	}
	err_set(e, kind, "%.*s", STR_FMT(buf_str(&words)));
	buf_free(&words);
	return -1;
}

/* RFC 6749 section 5.1; the lifetime of a refresh token is Google's addition. */
static int
success(struct oauth_answer *a, struct err *e)
{
	struct json_object *seconds;
	int64_t expires = 0;
	struct str type;

	if (!jsonc_text(a->object, "access_token", &a->access_token) ||
	    !is_visible(a->access_token))
		return err_set(e, ERR_SYNTAX, "RFC 6749 5.1: no access_token in the answer");
	if (!jsonc_text(a->object, "token_type", &type) || !str_caseeq(type, STR("bearer")))
		return err_set(e, ERR_SYNTAX, "RFC 6749 7.1: the token_type is not Bearer");
	if (jsonc_text(a->object, "refresh_token", &a->refresh_token) &&
	    !is_visible(a->refresh_token))
		return err_set(e, ERR_SYNTAX, "RFC 6749 A.17: this is no refresh_token");
	if (json_object_object_get_ex(a->object, "refresh_token_expires_in", &seconds))
		expires = json_object_get_int64(seconds);
	if (expires > 0 && expires <= FAR_S)
		a->refresh_expires_in_s = (uint64_t)expires;
	return 0;
}

int
oauth_answer_read(int status, struct str body, struct oauth_answer *a, struct err *e)
{
	int rc;

	*a = (struct oauth_answer){ .object = jsonc_read(body, e) };
	if (status != 200)
		rc = refusal(status, a->object, e);
	else
		rc = a->object == NULL ? -1 : success(a, e);
	if (rc == -1)
		oauth_answer_free(a);
	return rc;
}

void
oauth_answer_free(struct oauth_answer *a)
{
	json_object_put(a->object);
	*a = (struct oauth_answer){ 0 };
}
