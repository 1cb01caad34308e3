/* SPDX-License-Identifier: ISC */
#include "msg/address.h"

#include "base/buf.h"
#include "base/test.h"

/* Each mailbox as display|local|domain and a blank. */
static void
mailboxes(void **state)
{
	static const struct {
		const char *what, *field, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "blanks and commas", " , ,\r\n , ", "" },
		{ "an address", " a@b.c\r\n", "|a|b.c " },
		{ "with a name", "Anna B <a@b.c>", "Anna B|a|b.c " },
		{ "a quoted name", "\"B, Anna\" <a@b.c>, d@e", "\"B, Anna\"|a|b.c |d|e " },
		{ "a quote in it", "\"a \\\" b\" <a@b>", "\"a \\\" b\"|a|b " },
		{ "the name is another address", "x@y.z <a@b.c>", "x@y.z|a|b.c " },
		{ "two in brackets: the last", "<x@y.z> <a@b.c>", "<x@y.z>|a|b.c " },
		{ "quoted local part", "\"a@x\"@b.c", "|\"a@x\"|b.c " },
		{ "a comment", "a@b.c (x@y.z, (even) so)", "|a|b.c " },
		{ "comments around the domain", "a@ (x) b.c (y)", "|a|b.c " },
		{ "comments around the local part", "(x@y) a (z) @b.c", "|a|b.c " },
		{ "two comments behind it", "a@b.c (x) (y)\r\n", "|a|b.c " },
		{ "a comment within the domain", "a@b.c (x) .d", "|a|b.c (x) .d " },
		{ "a blank within the domain", "<a@b.c\r\n .d (x)>", "|a|b.c\r\n .d " },
		{ "a fold", "Anna\r\n <a@b.c>,\r\n d@e", "Anna|a|b.c |d|e " },
		{ "a group", "us: a@b, Anna <c@d>; e@f", "|a|b Anna|c|d |e|f " },
		{ "an empty group", "undisclosed-recipients:;", "" },
		{ "a route", "<@x,@y:a@b>", "|@x,@y:a|b " },
		{ "no address", "Anna", "|| " },
		{ "nothing in brackets", "Anna <>", "Anna|| " },
		{ "an open bracket", "Anna <a@b, c@d", "Anna|a@b, c|d " },
		{ "an open quote", "\"Anna <a@b>", "|| " },
		{ "an open comment", "a@b (x, c@d", "|a|b " },
		{ "a backslash at the end", "\"a\\", "|| " },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].field);
		struct buf got = BUF_MAX(1000);
		struct address a;

		while (address_next(&rest, &a))
			buf_printf(&got, "%.*s|%.*s|%.*s ", STR_FMT(a.display), STR_FMT(a.local),
			    STR_FMT(a.domain));
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mailboxes),
	};

	return cmocka_run_group_tests_name("msg/address", tests, NULL, NULL);
}
