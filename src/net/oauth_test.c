/* SPDX-License-Identifier: ISC */
#include "net/oauth.h"

#include "base/test.h"

/* RFC 7636 appendix B. */
static void
pkce(void **state)
{
	char challenge[OAUTH_RANDOM_MAX];

	(void)state;
	oauth_challenge(STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), challenge);
	test_str("S256", str_of(challenge), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void
random_is_random(void **state)
{
	char a[OAUTH_RANDOM_MAX], b[OAUTH_RANDOM_MAX];

	(void)state;
	oauth_random(a);
	oauth_random(b);
	assert_int_equal(strlen(a), 43); /* RFC 7636 section 4.1: 43 to 128 */
	assert_int_equal(
	    strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
	assert_string_not_equal(a, b);
}

static void
consent(void **state)
{
	static char url[] = "https://x/auth", id[] = "i d", scope[] = "s", user[] = "u@x";
	struct conf_mailbox box = { .oauth_authorization_url = url,
		.oauth_client_id = id,
		.oauth_scope = scope,
		.user = user };
	struct oauth_consent c = { "ST", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
		"http://127.0.0.1:1/" };
	struct buf out = BUF_MAX(1000);

	(void)state;
	oauth_consent_url(&box, &c, &out);
	test_str("address", buf_str(&out),
	    "https://x/auth?response_type=code&client_id=i%20d&redirect_uri=http%3A%2F%2F127.0.0.1"
	    "%3A1%2F&scope=s&state=ST&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	    "&code_challenge_method=S256&access_type=offline&prompt=consent&login_hint=u%40x");
	buf_free(&out);
}

/* want: the code; else the kind of the error. */
static const struct {
	const char *what, *text, *want;
	enum err_kind kind;
} redirects[] = {
	{ "a request", "/?state=S&code=4%2F0Ab", "4/0Ab", 0 },
	{ "an address", "http://127.0.0.1:1/?code=c&scope=a+b&state=S", "c", 0 },
	{ "with blanks and a fragment", " http://127.0.0.1:1/?code=c&state=S#x \r\n", "c", 0 },
	{ "a code", "4/0Ab-c_d", "4/0Ab-c_d", 0 },
	{ "a code, as in an address", "4%2F0Ab", "4/0Ab", 0 },
	{ "no state", "/?code=c", NULL, ERR_REFUSED },
	{ "another state", "/?code=c&state=T", NULL, ERR_REFUSED },
	{ "more state", "/?code=c&state=SS", NULL, ERR_REFUSED },
	{ "two states", "/?code=c&state=T&state=S", NULL, ERR_SYNTAX },
	{ "two codes", "/?code=c&state=S&code=d", NULL, ERR_SYNTAX },
	{ "no code", "/?state=S", NULL, ERR_SYNTAX },
	{ "an empty code", "/?state=S&code=", NULL, ERR_SYNTAX },
	{ "a code with a newline", "/?state=S&code=a%0Ab", NULL, ERR_SYNTAX },
	{ "half an escape", "/?state=S&code=a%2", NULL, ERR_SYNTAX },
	{ "no consent", "/?error=access_denied&state=S", NULL, ERR_CONFIG },
	{ "no consent, but another's", "/?error=access_denied&state=T", NULL, ERR_REFUSED },
	{ "an address without", "https://accounts.example/", NULL, ERR_SYNTAX },
	{ "a sentence", "no idea", NULL, ERR_SYNTAX },
	{ "nothing", "", NULL, ERR_SYNTAX },
};

static void
redirect(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(redirects); i++) {
		struct buf code = BUF_MAX(OAUTH_CODE_MAX);
		struct err e = { 0 };
		int rc = oauth_redirect(str_of(redirects[i].text), "S", &code, &e);

		if ((rc == 0) != (redirects[i].want != NULL) || e.kind != redirects[i].kind)
			fail_msg("%s: %d %s", redirects[i].what, rc, e.text);
		if (rc == 0)
			test_str(redirects[i].what, buf_str(&code), redirects[i].want);
		buf_free(&code);
	}
}

/* want: access token, refresh token, seconds; else the error. */
static const struct {
	const char *what;
	int status;
	const char *body, *want;
	enum err_kind kind;
} answers[] = {
	{ "Google's", 200,
	    "{\"access_token\":\"ya29.a0\",\"expires_in\":3599,\"refresh_token\":\"1//0g\","
	    "\"scope\":\"https://mail.google.com/\",\"token_type\":\"Bearer\"}",
	    "ya29.a0 1//0g 0", 0 },
	{ "an app in Testing", 200,
	    "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"token_type\":\"Bearer\","
	    "\"refresh_token_expires_in\":604799}",
	    "a r 604799", 0 },
	{ "refreshed", 200, "{\"access_token\":\"a\",\"token_type\":\"bearer\"}", "a  0", 0 },
	{ "an end that is none", 200,
	    "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"refresh_token_expires_in\":1e99}",
	    "a  0", 0 },
	{ "no token", 200, "{\"token_type\":\"Bearer\"}",
	    "RFC 6749 5.1: no access_token in the answer", ERR_SYNTAX },
	{ "a token of two lines", 200, "{\"access_token\":\"a\\nb\",\"token_type\":\"Bearer\"}",
	    "RFC 6749 5.1: no access_token in the answer", ERR_SYNTAX },
	{ "a refresh token of two lines", 200,
	    "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"refresh_token\":\"a\\nb\"}",
	    "RFC 6749 A.17: this is no refresh_token", ERR_SYNTAX },
	{ "another type", 200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}",
	    "RFC 6749 7.1: the token_type is not Bearer", ERR_SYNTAX },
	{ "HTML", 200, "<html>", "RFC 8259 4: not a JSON object", ERR_SYNTAX },
	{ "revoked", 400,
	    "{\"error\":\"invalid_grant\",\"error_description\":\"Token has been expired or "
	    "revoked.\"}",
	    "invalid_grant: Token has been expired or revoked.", ERR_REFUSED },
	{ "another secret", 401, "{\"error\":\"invalid_client\"}", "invalid_client", ERR_CONFIG },
	{ "overloaded", 503, "{\"error\":\"temporarily_unavailable\"}", "temporarily_unavailable",
	    ERR_RETRY },
	{ "too often", 429, "{\"error\":\"rate\"}", "rate", ERR_RETRY },
	{ "a proxy's page", 502, "<html>", "HTTP status 502", ERR_RETRY },
	{ "an error without a name", 400, "{\"error\":\"\"}", "HTTP status 400", ERR_RETRY },
	{ "a redirect", 302, "", "HTTP status 302", ERR_RETRY },
	{ "a terminal's", 400, "{\"error\":\"a\\u001b[31m\\\"b\"}", "a?[31m'b", ERR_CONFIG },
};

static void
answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(answers); i++) {
		struct buf got = BUF_MAX(1000);
		struct oauth_answer a;
		struct err e = { 0 };

		if (oauth_answer_read(answers[i].status, str_of(answers[i].body), &a, &e) == 0)
			buf_printf(&got, "%.*s %.*s %llu", STR_FMT(a.access_token),
			    STR_FMT(a.refresh_token), (unsigned long long)a.refresh_expires_in_s);
		else
			buf_printf(&got, "%s", e.text);
		test_str(answers[i].what, buf_str(&got), answers[i].want);
		if (e.kind != answers[i].kind)
			fail_msg("%s: kind %d", answers[i].what, e.kind);
		oauth_answer_free(&a);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pkce),
		cmocka_unit_test(random_is_random),
		cmocka_unit_test(consent),
		cmocka_unit_test(redirect),
		cmocka_unit_test(answer),
	};

	return cmocka_run_group_tests_name("oauth", tests, NULL, NULL);
}
