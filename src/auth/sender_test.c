/* SPDX-License-Identifier: ISC */
#include "auth/sender.h"

#include "base/test.h"

static const struct {
	const char *header, *want;
} rows[] = {
	{ "From: a@Example.COM\r\n", "example.com" },
	{ "From: \"b@other.example\" <a@sender.example>\r\n", "sender.example" },
	{ "To: x@y.example\r\nfrom:\r\n <a@sender.example>\r\n", "sender.example" },
	{ "From: a@one.example, b@two.example\r\n", "" },
	{ "From: a@one.example\r\nFrom: a@one.example\r\n", "" },
	{ "From: a@post.Bücher.example\r\n", "post.xn--bcher-kva.example" },
	{ "From: a@BÜCHER.example\r\n", "" },
	{ "From: nobody\r\n", "" },
	{ "To: a@one.example\r\n", "" },
	{ "", "" },
};

static void
test_domain(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(65536);
		struct fields f;
		struct err e = { 0 };

		assert_int_equal(fields_parse(a, str_of(rows[i].header), &f, &e), 0);
		test_str(rows[i].header, sender_domain(a, &f), rows[i].want);
		arena_free(a);
	}
}

static void
test_related(void **state)
{
	static const struct {
		const char *a, *b;
		bool want;
	} pairs[] = {
		{ "example.org", "Example.ORG", true },
		{ "example.org", "mail.example.org", true },
		{ "example.org", "notexample.org", false },
		{ "example.org", "example.com", false },
		{ "bücher.example", "mail.xn--bcher-kva.example", true },
		{ "", "example.org", false },
		{ "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(pairs); i++) {
		struct str a = str_of(pairs[i].a), b = str_of(pairs[i].b);

		assert_int_equal(sender_is_related(a, b), pairs[i].want);
		assert_int_equal(sender_is_related(b, a), pairs[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_related),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
