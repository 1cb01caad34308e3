/* SPDX-License-Identifier: ISC */
#include "cli/check_text.h"

#include "base/test.h"

static const struct sig_result hostile = {
	.domain = { "a\x1b[31m", 6 },
	.selector = { "s\n", 2 },
	.algorithm = { "rsa-sha1", 8 },
	.key_bits = 1024,
	.result = RESULT_POLICY,
	.crypto = RESULT_PASS,
	.code = "weak-hash",
	.reason = "why",
	.body_signed = 3,
	.body_size = 5,
};

static const struct spf_result session = {
	.result = RESULT_SOFTFAIL,
	.domain = { "b\x07", 2 },
	.ip = { "192.0.2.1", 9 },
	.code = "softfail",
	.reason = "why",
};

static void
block(void **state)
{
	const struct by by = { BY_DKIM, 0 };
	const struct claim claims[] = {
		{ "from", VERDICT_HOLDS, &by, 1 },
		{ "cc", VERDICT_UNKNOWN, NULL, 0 },
	};
	const struct str unbound[] = { STR("Cc"), STR("y\a"), STR("x-a"), STR("X-b") };
	const struct finding finding = { "bare-lf", "RFC 5322 section 2.3", "weakens" };
	const struct examination x = {
		.size = 7,
		.dkim = &hostile,
		.n_dkim = 1,
		.spf = &session,
		.claims = claims,
		.n_claims = 2,
		.unbound = unbound,
		.n_unbound = 4,
		.findings = &finding,
		.n_findings = 1,
	};
	struct buf got = BUF_MAX(10000);

	(void)state;
	check_text(&got, STR("a\x07.eml"), &x);
	test_str("block", buf_str(&got),
	    "a\\u{7}.eml: 7 bytes, sha256 "
	    "0000000000000000000000000000000000000000000000000000000000000000\n"
	    "  dkim    policy    a\\u{1b}[31m/s\\u{a} rsa-sha1 1024 bits\n"
	    "          weak-hash: why (the mathematics is good)\n"
	    "          signed 3 of 5 bytes of the body (l=)\n"
	    "  spf     softfail  b\\u{7} from 192.0.2.1\n"
	    "          softfail: why\n"
	    "  from        holds      signed by dkim:a\\u{1b}[31m/s\\u{a}\n"
	    "  cc          not proven\n"
	    "  signed by nobody: Cc, y\\u{7}, and 2 that begin with X-\n"
	    "  weakens: bare-lf (RFC 5322 section 2.3)\n"
	    "          a line ends without CR: readers differ on where lines end\n");
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(block),
	};

	return cmocka_run_group_tests_name("cli/check_text", tests, NULL, NULL);
}
