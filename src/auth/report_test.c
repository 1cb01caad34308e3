/* SPDX-License-Identifier: ISC */
#include "auth/report.h"

#include "base/limits.h"
#include "base/test.h"

static const struct sig_result sig = {
	.domain = { "example.com", 11 },
	.selector = { "s", 1 },
	.algorithm = { "rsa-sha256", 10 },
	.key_bits = 512,
	.result = RESULT_POLICY,
	.crypto = RESULT_PASS,
	.code = "weak-key",
	.reason = "why",
	.body_signed = 3,
	.body_size = 5,
};

static const struct spf_result spf = {
	.result = RESULT_SOFTFAIL,
	.domain = { "a.ex", 4 },
	.code = "softfail",
	.reason = "why",
	.mechanism = { "~all", 4 },
	.ip = { "::1", 3 },
	.helo = { "h\a", 2 },
	.mailfrom = { "u@a.ex", 6 },
	.source = "received",
};

static const struct str testimony = {
	" mx.example; dkim=pass (x) header.d=a.example; none; spf=fail", 61
};

/* The shape that FORMATS section 8 promises; mailseal-check(1) shows the same. */
static void
shape(void **state)
{
	const struct arc_set set = { 2, sig, sig, "pass", testimony };
	const struct by by[] = { { BY_DKIM, 0 }, { BY_AMS, 1 } };
	const struct claim claims[] = {
		{ "from", VERDICT_HOLDS, by, 2 },
		{ "cc", VERDICT_UNKNOWN, NULL, 0 },
	};
	const struct str unbound = STR("Cc");
	const struct finding finding = { "duplicate-to", "RFC 5322 section 3.6", "weakens" };
	const struct examination x = {
		.size = 1234,
		.dkim = &sig,
		.n_dkim = 1,
		.arc = { RESULT_FAIL, "arc-seal", "why", &set, 1, 2 },
		.spf = &spf,
		.claims = claims,
		.n_claims = 2,
		.unbound = &unbound,
		.n_unbound = 1,
		.findings = &finding,
		.n_findings = 1,
	};
	struct buf got = BUF_MAX(10000);
	struct json j = json_to(&got);

	(void)state;
	report_json(&j, STR("a\xff.eml"), &x);
	test_str("object", buf_str(&got),
	    "{\"file\":\"a\xef\xbf\xbd.eml\",\"sha256\":"
	    "\"0000000000000000000000000000000000000000000000000000000000000000\","
	    "\"size\":1234,\"dkim\":[{\"domain\":\"example.com\",\"selector\":\"s\","
	    "\"algorithm\":\"rsa-sha256\",\"key_bits\":512,\"result\":\"policy\","
	    "\"crypto\":\"pass\",\"code\":\"weak-key\",\"reason\":\"why\","
	    "\"body_signed\":3,\"body_size\":5}],"
	    "\"arc\":{\"result\":\"fail\",\"code\":\"arc-seal\",\"reason\":\"why\","
	    "\"oldest_pass\":2,\"sets\":[{\"instance\":2,\"domain\":\"example.com\",\"selector\":"
	    "\"s\","
	    "\"ams\":\"policy\",\"ams_code\":\"weak-key\",\"seal\":\"policy\","
	    "\"seal_code\":\"weak-key\",\"cv\":\"pass\","
	    "\"testimony\":{\"by\":\"example.com\",\"authserv_id\":\"mx.example\",\"results\":["
	    "{\"method\":\"dkim\",\"result\":\"pass\",\"properties\":["
	    "{\"type\":\"header\",\"property\":\"d\",\"value\":\"a.example\"}]},"
	    "{\"method\":\"spf\",\"result\":\"fail\",\"properties\":[]}]}}]},"
	    "\"spf\":{\"result\":\"softfail\",\"domain\":\"a.ex\","
	    "\"code\":\"softfail\",\"reason\":\"why\",\"mechanism\":\"~all\","
	    "\"explanation\":\"\",\"ip\":\"::1\",\"helo\":\"h\\u0007\","
	    "\"mailfrom\":\"u@a.ex\",\"source\":\"received\"},"
	    "\"dmarc\":null,"
	    "\"claims\":{\"from\":{\"verdict\":\"holds\","
	    "\"by\":[\"dkim:example.com/s\",\"ams:1:example.com\"]},"
	    "\"cc\":{\"verdict\":\"not proven\",\"by\":[]}},\"unbound\":[\"cc\"],"
	    "\"findings\":[{\"code\":\"duplicate-to\",\"section\":\"RFC 5322 section 3.6\","
	    "\"severity\":\"weakens\"}]}");
	buf_free(&got);
}

/* A signature with names as long as they are told, all of it to be escaped. */
static struct sig_result
longest_signature(struct buf *quotes)
{
	struct sig_result s = sig;
	struct str name;

	while (quotes->n < LIMIT_SIGNATURE_NAME)
		buf_byte(quotes, '"');
	name = buf_str(quotes);
	s.domain = s.selector = s.algorithm = name;
	return s;
}

/* Words that are too long, and of which JSON makes six bytes each. */
static void
longest_testimony(struct buf *out)
{
	char word[200];

	memset(word, '\1', sizeof word);
	for (unsigned result = 0; result < 10; result++) {
		buf_add(out, str_bytes(word, sizeof word));
		buf_printf(out, ";%.*s=%.*s", 200, word, 200, word);
		for (unsigned i = 0; i < 10; i++)
			buf_printf(out, " %.*s.%.*s=%.*s", 200, word, 200, word, 200, word);
	}
}

/* Whatever the message says, the report of it fits into the answer of a worker. */
static void
fits(void **state)
{
	struct sig_result dkim[LIMIT_SIGNATURES_LISTED];
	struct arc_set sets[LIMIT_ARC_SETS];
	struct buf got = BUF_MAX(LIMIT_POOL_RESULT), quotes = BUF_MAX(1000),
	           testimony_text = BUF_MAX(1 << 17);
	struct json j = json_to(&got);
	struct examination x = { .dkim = dkim, .n_dkim = LIMIT_SIGNATURES_LISTED };

	(void)state;
	dkim[0] = longest_signature(&quotes);
	longest_testimony(&testimony_text);
	assert_int_equal(buf_check(&testimony_text, "testimony", NULL), 0);
	for (unsigned i = 0; i < LIMIT_SIGNATURES_LISTED; i++)
		dkim[i] = dkim[0];
	for (unsigned i = 0; i < LIMIT_ARC_SETS; i++)
		sets[i] =
		    (struct arc_set){ i + 1, dkim[0], dkim[0], "pass", buf_str(&testimony_text) };
	x.arc = (struct arc_result){ RESULT_FAIL, "arc-seal", "why", sets, LIMIT_ARC_SETS, -1 };
	report_json(&j, STR("a.eml"), &x);
	assert_int_equal(buf_check(&got, "report", NULL), 0);
	assert_true(str_find(buf_str(&got), STR("\\u0001")) != -1);
	buf_free(&got);
	buf_free(&quotes);
	buf_free(&testimony_text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shape),
		cmocka_unit_test(fits),
	};

	return cmocka_run_group_tests_name("auth/report", tests, NULL, NULL);
}
