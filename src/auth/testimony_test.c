/* SPDX-License-Identifier: ISC */
#include "auth/testimony.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/test.h"

static const struct sig_result dkim[] = {
	{ .host = { "a.example", 9 }, .result = RESULT_PASS, .crypto = RESULT_PASS },
	{ .host = { "b.example", 9 }, .result = RESULT_FAIL, .crypto = RESULT_FAIL },
	{ .host = { "c.example", 9 }, .result = RESULT_PERMERROR, .crypto = RESULT_NONE },
	{ .host = { "d.example", 9 }, .result = RESULT_POLICY, .crypto = RESULT_PASS },
	{ .host = { "xn--bcher-kva.example", 21 }, .result = RESULT_PASS, .crypto = RESULT_PASS },
};

static const struct examination examined = {
	.dkim = dkim,
	.n_dkim = 5,
	.dmarc.domain = { "a.example", 9 },
};

static const struct {
	const char *what, *field;
	bool want;
} rows[] = {
	{ "as it is", "x; dkim=pass header.d=a.example; dmarc=pass header.from=A.example", false },
	{ "by i=", "x; dkim=pass header.i=@mail.a.example", false },
	{ "by i= of a user", "x; dkim=pass header.i=u@a.example", false },
	{ "in A-labels", "x; dkim=pass header.d=xn--bcher-kva.example", false },
	{ "in U-labels", "x; dkim=pass header.i=@post.bücher.example", false },
	{ "of other letters", "x; dkim=pass header.d=bucher.example", true },
	{ "of what is no name", "x; dkim=pass header.d=BÜCHER.example", false },
	{ "quoted", "x; dkim=pass header.d=\"a.example\"; dmarc=pass header.from=\"a.example\"",
	    false },
	{ "quoted i=", "x; dkim=pass header.i=\"u@a.example\"", false },
	{ "a quoted user", "x; dkim=pass header.i=\"u@bank.example \"@a.example", false },
	{ "quoted, no such signer", "x; dkim=pass header.d=\"bank.example\"", true },
	{ "i= that is no identity", "x; dkim=pass header.i=bank.example", false },
	{ "an address", "x; dmarc=pass header.from=u@a.example", false },
	{ "another's address", "x; dmarc=pass header.from=a.example@bank.example", true },
	{ "no such signer", "x; dkim=pass header.d=bank.example", true },
	{ "no such signer by i=", "x; dkim=pass header.i=@bank.example", true },
	{ "not at a dot", "x; dkim=pass header.d=xa.example", true },
	{ "above the signer", "x; dkim=pass header.d=example", true },
	{ "the signature is false", "x; dkim=pass header.d=b.example", true },
	{ "its key is gone", "x; dkim=pass header.d=c.example", false },
	{ "good, but of a kind that counts no more", "x; dkim=pass header.d=d.example", false },
	{ "it says fail", "x; dkim=fail header.d=bank.example", false },
	{ "it names nobody", "x; dkim=pass", false },
	{ "in a comment", "x; dkim=none (dkim=pass header.d=bank.example)", false },
	{ "without a name", "dkim=pass header.d=bank.example;spf=pass", true },
	{ "without a name, the second", "spf=pass; dkim=pass header.d=bank.example", true },
	{ "the second", "x; dkim=pass header.d=a.example; DKIM=Pass Header.D=bank.example", true },
	{ "another From", "x; dmarc=pass header.from=bank.example", true },
	{ "another From, it says", "x; dmarc=fail header.from=bank.example", false },
	{ "no From named", "x; dmarc=pass", false },
	{ "a chain that is not there", "x; arc=pass (i=1)", true },
	{ "no chain", "x; arc=none", false },
	{ "what we do not judge", "x; spf=pass smtp.mailfrom=bank.example; auth=pass", false },
	{ "another version", "x 2; dkim=pass header.d=bank.example", false },
};

static bool
is_contradicted(const struct fields *f)
{
	struct findings found = { 0 };

	testimony_read(f, &examined, &found);
	assert_false(found.is[FINDING_LIMIT_TESTIMONY]);
	return found.is[FINDING_RESULTS_CONTRADICTED];
}

static void
claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct header field = { .name = STR("authentication-results"),
			.body = str_of(rows[i].field) };
		const struct fields f = { .field = &field, .n = 1 };

		if (is_contradicted(&f) != rows[i].want)
			fail_msg("%s", rows[i].what);
		field.name = STR("X-Authentication-Results");
		assert_false(is_contradicted(&f));
	}
}

/* Behind as many results as are looked at anything can be said, and that is told. */
static void
limit(void **state)
{
	struct buf body = BUF_MAX(1 << 17);
	struct header field = { .name = STR("Authentication-Results") };
	const struct fields f = { .field = &field, .n = 1 };
	struct findings found = { 0 };

	(void)state;
	buf_add(&body, STR("x"));
	for (unsigned i = 0; i < LIMIT_TESTIMONY; i++)
		buf_add(&body, STR("; spf=pass"));
	field.body = buf_str(&body);
	assert_false(is_contradicted(&f));
	buf_add(&body, STR("; dkim=pass header.d=bank.example"));
	field.body = buf_str(&body);
	testimony_read(&f, &examined, &found);
	assert_true(found.is[FINDING_LIMIT_TESTIMONY]);
	assert_false(found.is[FINDING_RESULTS_CONTRADICTED]);
	buf_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims),
		cmocka_unit_test(limit),
	};

	return cmocka_run_group_tests_name("auth/testimony", tests, NULL, NULL);
}
