/* SPDX-License-Identifier: ISC */
/* login: proving to the server who we are, by password or access token. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "imap/inside.h"
#include "imap/sasl.h"
#include "imap/throttle.h"

/* One line that is only a response: SASL's, in base64. */
static int
respond(struct imap *s, struct str response, struct err *e)
{
	mailstream *stream = s->etpan->imap_stream;

	if (mailstream_write(stream, response.p, response.n) != (ssize_t)response.n ||
	    mailstream_write(stream, "\r\n", 2) != 2 || mailstream_flush(stream) != 0)
		return inside_fail(s, MAILIMAP_ERROR_STREAM, "AUTHENTICATE", e);
	return 0;
}

/* AUTHENTICATE and the response: at once (RFC 4959), or when the server asks for it: 0 or -1. */
static int
send_response(struct imap *s, const char *name, struct str response, struct err *e)
{
	struct buf command = BUF_MAX(3 * SASL_MAX);
	struct str line;
	int rc;

	buf_room(&command, 2 * SASL_MAX); /* it holds a secret: grown, it would leave copies */
	buf_clear(&command);
	buf_printf(&command, "AUTHENTICATE %s", name);
	if (s->has_sasl_ir) {
		buf_byte(&command, ' ');
		buf_add(&command, response);
	}
	rc = inside_send(s, buf_str(&command), e);
	sodium_memzero(command.p, command.cap);
	buf_free(&command);
	if (rc == -1 || s->has_sasl_ir)
		return rc;
	do
		if (inside_line(s, &line, e) == -1)
			return -1;
	while (str_starts(line, STR("* "))); /* news of any kind may come first */
	if (!str_starts(line, STR("+")))
		return err_set(e, ERR_REFUSED, "AUTHENTICATE: the server does not want it");
	return respond(s, response, e);
}

/* The server's last word: 0, or -1 on ERR_REFUSED, with what it gave as a reason. */
static int
hear_verdict(struct imap *s, enum sasl how, struct err *e)
{
	struct buf why = BUF_MAX(4 * SASL_REFUSAL_MAX);
	struct str line;
	char tag[32];
	int rc = -1;

	snprintf(tag, sizeof tag, "ms%u ", s->tag);
	do {
		if (inside_line(s, &line, e) == -1)
			goto out;
		if (!str_starts(line, STR("+")))
			continue;
		if (why.n > 0) {
			err_set(e, ERR_SYNTAX, "AUTHENTICATE: RFC 4422 3: a challenge too many");
			goto out;
		}
		buf_add(&why, STR(": "));
		sasl_refusal(str_trim(str_from(line, 1)), &why);
		if (respond(s, str_of(sasl_yield(how)), e) == -1)
			goto out;
	} while (!str_starts(line, str_of(tag)));
	if (str_casestarts(str_from(line, strlen(tag)), STR("OK")))
		rc = 0;
	else if (throttle_check(str_from(line, strlen(tag)), e) == 0)
		err_set(e, ERR_REFUSED, "the server does not take this user and %s%.*s",
		    how == SASL_PLAIN ? "password" : "access token", STR_FMT(buf_str(&why)));
out:
	buf_free(&why);
	return rc;
}

static int
authenticate(struct imap *s, enum sasl how, const char *user, struct str secret, struct err *e)
{
	struct buf message = BUF_MAX(SASL_MAX), text = BUF_MAX(2 * SASL_MAX);
	int rc;

	buf_room(&message, SASL_MAX); /* as above */
	buf_room(&text, 2 * SASL_MAX);
	buf_clear(&message);
	buf_clear(&text);
	rc = sasl_message(how, user, secret, &message, e);
	base64_add(&text, buf_str(&message));
	if (rc == 0)
		rc = send_response(s, sasl_name(how), buf_str(&text), e);
	sodium_memzero(message.p, message.cap);
	sodium_memzero(text.p, text.cap);
	buf_free(&message);
	buf_free(&text);
	return rc == 0 ? hear_verdict(s, how, e) : -1;
}

static int
login(struct imap *s, const char *user, struct str secret, struct err *e)
{
	char *password = strndup(secret.p, secret.n);
	int code;

	if (password == NULL)
		abort();
	code = mailimap_login(s->etpan, user, password);
	sodium_memzero(password, strlen(password));
	free(password);
	if (code == MAILIMAP_ERROR_LOGIN && throttle_check(filter_head(&s->filter), e) == -1)
		return -1;
	if (code == MAILIMAP_ERROR_LOGIN)
		return err_set(e, ERR_REFUSED, "the server does not take this user and password");
	return code == MAILIMAP_NO_ERROR ? 0 : inside_fail(s, code, "LOGIN", e);
}

static int
by_token(struct imap *s, const char *user, struct str token, struct err *e)
{
	if (s->has_xoauth2)
		return authenticate(s, SASL_XOAUTH2, user, token, e);
	if (s->has_oauthbearer)
		return authenticate(s, SASL_OAUTHBEARER, user, token, e);
	return err_set(e, ERR_REFUSED,
	    "the server takes no access token: it offers neither XOAUTH2 nor OAUTHBEARER");
}

int
imap_login(
    struct imap *s, const char *user, enum imap_secret kind, struct str secret, struct err *e)
{
	mailstream *stream = s->etpan->imap_stream;
	int rc;

	inside_expect(s, 0);
	if (kind == IMAP_TOKEN)
		rc = by_token(s, user, secret, e);
	else if (s->has_plain)
		rc = authenticate(s, SASL_PLAIN, user, secret, e);
	else
		rc = login(s, user, secret, e);
	sodium_memzero(stream->write_buffer, stream->buffer_max_size);
	if (rc == -1)
		return -1;
	s->etpan->imap_state = MAILIMAP_STATE_AUTHENTICATED;
	return inside_capabilities(s, e);
}
