/* SPDX-License-Identifier: ISC */
#include "imap/sasl.h"

#include "base/base64.h"
#include "base/test.h"

/* want: the message in base64; or "!" and the refusal. */
static const struct {
	const char *what;
	enum sasl how;
	const char *user, *secret, *want;
} rows[] = {
	{ "RFC 4616 section 4", SASL_PLAIN, "tim", "tanstaaftanstaaf",
	    "AHRpbQB0YW5zdGFhZnRhbnN0YWFm" },
	{ "the example in Google's description of XOAUTH2", SASL_XOAUTH2, "someuser@example.com",
	    "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
	    "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNr"
	    "QmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==" },
	{ "RFC 7628 section 4.1, without host and port", SASL_OAUTHBEARER, "user@example.com",
	    "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
	    "bixhPXVzZXJAZXhhbXBsZS5jb20sAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1s"
	    "emRHRXVZMjl0Q2c9PQEB" },
	{ "RFC 5801 section 4: = and , in a name", SASL_OAUTHBEARER, "a=b,c", "t",
	    "bixhPWE9M0RiPTJDYywBYXV0aD1CZWFyZXIgdAEB" },
	{ "no token", SASL_XOAUTH2, "u", "",
	    "!RFC 6750 2.1: this is no access token: one line of visible ASCII is wanted" },
	{ "a token that ends the field", SASL_XOAUTH2, "u", "a\x01user=v",
	    "!RFC 6750 2.1: this is no access token: one line of visible ASCII is wanted" },
	{ "an error message for a token", SASL_OAUTHBEARER, "u", "command not found",
	    "!RFC 6750 2.1: this is no access token: one line of visible ASCII is wanted" },
};

static void
messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf message = BUF_MAX(SASL_MAX), text = BUF_MAX(2 * SASL_MAX);
		struct err e = { 0 };

		if (sasl_message(rows[i].how, rows[i].user, str_of(rows[i].secret), &message, &e) ==
		    0)
			base64_add(&text, buf_str(&message));
		else
			buf_printf(&text, "!%s", e.text);
		test_str(rows[i].what, buf_str(&text), rows[i].want);
		buf_free(&message);
		buf_free(&text);
	}
}

static void
too_long(void **state)
{
	struct buf token = BUF_MAX(SASL_MAX), message = BUF_MAX(SASL_MAX);
	struct err e = { 0 };

	(void)state;
	memset(buf_room(&token, SASL_MAX), 'x', SASL_MAX);
	assert_int_equal(sasl_message(SASL_XOAUTH2, "u", buf_str(&token), &message, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_free(&token);
	buf_free(&message);
}

static const struct {
	const char *what, *challenge, *want;
} refusals[] = {
	{ "Gmail", "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=",
	    "{'status':'400','schemes':'Bearer'}" },
	{ "nothing", "", "" },
	{ "not base64", "{\"status\":\"400\"}", "not base64" },
	{ "ESC, newline, a byte that is no UTF-8", "G1szMW0K/2E=",
	    "?[31m?\xef\xbf\xbd"
	    "a" },
	{ "U+202E turns what follows around", "4oCuYQ==", "?a" },
};

static void
refusal(void **state)
{
	struct buf long_one = BUF_MAX(8192), out = BUF_MAX(8192);

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(refusals); i++) {
		buf_clear(&out);
		sasl_refusal(str_of(refusals[i].challenge), &out);
		test_str(refusals[i].what, buf_str(&out), refusals[i].want);
	}
	memset(buf_room(&long_one, 4000), 'A', 4000); /* NULs */
	buf_clear(&out);
	sasl_refusal(buf_str(&long_one), &out);
	assert_int_equal(out.n, SASL_REFUSAL_MAX);
	buf_free(&long_one);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(too_long),
		cmocka_unit_test(refusal),
	};

	return cmocka_run_group_tests_name("sasl", tests, NULL, NULL);
}
