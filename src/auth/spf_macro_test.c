/* SPDX-License-Identifier: ISC */
#include "auth/spf_macro.h"

#include "base/test.h"

/* RFC 7208 section 7.4. */
static const struct {
	const char *text, *want;
} macros[] = {
	{ "%{s}", "strong-bad@email.example.com" },
	{ "%{o}", "email.example.com" },
	{ "%{d}", "email.example.com" },
	{ "%{d4}", "email.example.com" },
	{ "%{d3}", "email.example.com" },
	{ "%{d2}", "example.com" },
	{ "%{d1}", "com" },
	{ "%{dr}", "com.example.email" },
	{ "%{d2r}", "example.email" },
	{ "%{l}", "strong-bad" },
	{ "%{l-}", "strong.bad" },
	{ "%{lr}", "strong-bad" },
	{ "%{lr-}", "bad.strong" },
	{ "%{l1r-}", "strong" },
	{ "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com" },
	{ "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com" },
	{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
	{ "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com" },
	{ "%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net" },
	/* ours */
	{ "%%%_%-", "% %20" },
	{ "%{S}", "strong-bad%40email.example.com" },
	{ "%{L1-}", "bad" },
	{ "%{d99999999999999999999}", "email.example.com" },
	{ "%{d1R}", "email" },
	{ "%{s=@}", NULL },
	{ "%{h.,}", "a..b.c" },
	{ "%{h2.,}", "b.c" },
	{ "%{h+}", "a.,b,c" },
	{ "%{p}", "" },
	{ "%{p3r}", "" },
};

static void
expansions(void **state)
{
	struct spf_macros m = { 0 };

	(void)state;
	*spf_macro_value(&m, 's') = STR("strong-bad@email.example.com");
	*spf_macro_value(&m, 'o') = *spf_macro_value(&m, 'd') = STR("email.example.com");
	*spf_macro_value(&m, 'l') = STR("strong-bad");
	*spf_macro_value(&m, 'i') = STR("192.0.2.3");
	*spf_macro_value(&m, 'v') = STR("in-addr");
	*spf_macro_value(&m, 'h') = STR("a.,b,c");
	for (size_t i = 0; i < TEST_ROWS(macros); i++) {
		struct buf out = BUF_MAX(1000);
		struct str text = str_of(macros[i].text);

		if (spf_macro_valid(text, SPF_MACRO_STRING) != (macros[i].want != NULL))
			fail_msg("%s: valid", macros[i].text);
		if (macros[i].want != NULL) {
			spf_macro_expand(text, &m, &out);
			test_str(macros[i].text, buf_str(&out), macros[i].want);
		}
		buf_free(&out);
	}
}

static const struct {
	const char *text;
	bool string, domain, explanation;
} texts[] = {
	{ "", true, false, true },
	{ "a.example", true, true, true },
	{ "a.example.", true, true, true },
	{ "a.example..", true, false, true },
	{ "example", true, false, true },
	{ ".example", true, true, true },
	{ "a.123", true, false, true },
	{ "a.1-3", true, true, true },
	{ "a.1a3", true, true, true },
	{ "a.-b", true, false, true },
	{ "a.b-", true, false, true },
	{ "a.b_c", true, false, true },
	{ "a.", true, false, true },
	{ "%{d}", true, true, true },
	{ "%{d}com", true, false, true },
	{ "%{d}.com", true, true, true },
	{ "%{d}.", true, false, true },
	{ "a.b%_", true, true, true },
	{ "a/24", true, false, true },
	{ "%{c}", false, false, true },
	{ "%{R}", false, false, true },
	{ "%{t}", false, false, true },
	{ "%{x}", false, false, false },
	{ "%{d0}", false, false, false },
	{ "%{d00}", false, false, false },
	{ "%{d", false, false, false },
	{ "%{", false, false, false },
	{ "%", false, false, false },
	{ "%a", false, false, false },
	{ "%{dr2}", false, false, false },
	{ "%{d;}", false, false, false },
	{ "%(d)", false, false, false },
	{ "a b.c", false, false, true },
	{ "a\tb.c", false, false, false },
	{ "caf\xc3\xa9.fr", false, false, false },
	{ "a\x7f.b", false, false, false },
};

static void
validity(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(texts); i++) {
		struct str text = str_of(texts[i].text);

		if (spf_macro_valid(text, SPF_MACRO_STRING) != texts[i].string ||
		    spf_macro_valid(text, SPF_MACRO_DOMAIN) != texts[i].domain ||
		    spf_macro_valid(text, SPF_MACRO_EXPLANATION) != texts[i].explanation)
			fail_msg("\"%s\"", texts[i].text);
	}
}

/* RFC 3986 section 2.3: also of what no host name has. */
static void
escapes(void **state)
{
	struct spf_macros m = { 0 };
	struct buf out = BUF_MAX(100);

	(void)state;
	*spf_macro_value(&m, 'l') = STR("aZ0-._~\0\x7f\xe9/");
	spf_macro_expand(STR("%{L1=}"), &m, &out);
	test_str("%{L}", buf_str(&out), "aZ0-._~%00%7F%E9%2F");
	buf_free(&out);
}

static void
ceiling(void **state)
{
	struct spf_macros m = { 0 };
	struct buf out = BUF_MAX(100), small = BUF_MAX(99);

	(void)state;
	*spf_macro_value(&m, 's') = STR("0123456789012345678901234567890123456789");
	spf_macro_expand(STR("%{s}%{s}%{s}"), &m, &out);
	assert_true(out.over);
	buf_clear(&out);
	for (int i = 0; i < 25; i++)
		buf_add(&out, STR("%{h}"));
	assert_false(out.over);
	spf_macro_expand(buf_str(&out), &m, &small);
	assert_true(small.over);
	assert_true(spf_macro_uses(STR("a %{s}%{Pr}"), 'p'));
	assert_false(spf_macro_uses(STR("a p%%{p}"), 'p'));
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expansions),
		cmocka_unit_test(validity),
		cmocka_unit_test(escapes),
		cmocka_unit_test(ceiling),
	};

	return cmocka_run_group_tests_name("auth/spf_macro", tests, NULL, NULL);
}
