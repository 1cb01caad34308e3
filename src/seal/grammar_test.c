/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "seal/grammar.h"

#define H "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct grammar_row table[] = {
	{ "name", "graph n {yes,no}" },
	{ "hash", "'of hash|- key=hash|-" },
	{ "maybe", "word", GRAMMAR_MAYBE },
	{ "list", "n kind", GRAMMAR_ANY },
	{ "list", "'b64 base64", GRAMMAR_ANY },
	{ "claim", "word words", GRAMMAR_ANY },
	{ "end", NULL },
	{ "note", "text", GRAMMAR_MAYBE },
	{ "set", "uids more=n", GRAMMAR_ANY },
	{ 0 },
};

#define HEAD "name a+b+c= 7 yes\nhash of - key=" H "\n"

static const struct {
	const char *what, *text, *want; /* want: the error, "" when it is taken */
} rows[] = {
	{ "least", HEAD "end\n", "" },
	{ "all",
	    HEAD "maybe a/b.c-d_e+f:g\nlist 0 header\nlist 1 r-2\nlist b64 YWI=\nlist b64 \n"
	         "claim from\nclaim to dkim:0 ams:2\nend\nnote RFC 5322 section 3.6\n",
	    "" },
	{ "UIDs", HEAD "end\nset 1:3,5 more=0\n", "" },
	{ "UIDs in another form", HEAD "end\nset 1:3,4 more=0\n",
	    "line 4: no line that may stand here" },
	{ "x- lines", "x-a\n" HEAD "x-b ~ c\nend\nx-c\n", "" },
	{ "nothing", "", "the line is missing: name" },
	{ "no LF", HEAD "end", "the last line has no LF" },
	{ "order", HEAD "list 0 a\nmaybe a\nend\n", "line 4: here should be: end " },
	{ "twice", HEAD "maybe a\nmaybe a\nend\n", "line 4: here should be: end " },
	{ "after the end", HEAD "end\nend\n", "line 4: no line that may stand here" },
	{ "wanting", HEAD "maybe a\n", "the line is missing: end" },
	{ "first wanting", "end\n", "line 1: here should be: name graph n {yes,no}" },
	{ "leading zero", "name a 07 yes\n", "line 1: here should be: name graph n {yes,no}" },
	{ "too large", "name a 9223372036854775808 no\n",
	    "line 1: here should be: name graph n {yes,no}" },
	{ "none of these", "name a 7 maybe\n", "line 1: here should be: name graph n {yes,no}" },
	{ "= inside", "name a=b 7 yes\n", "line 1: here should be: name graph n {yes,no}" },
	{ "two spaces", "name a  7 yes\n", "line 1: here should be: name graph n {yes,no}" },
	{ "one too many", "name a 7 yes no\n", "line 1: here should be: name graph n {yes,no}" },
	{ "space at the end", "name a 7 yes \n", "line 1: here should be: name graph n {yes,no}" },
	{ "another key", "name a 7 yes\nhash of - kex=-\n",
	    "line 2: here should be: hash 'of hash|- key=hash|-" },
	{ "upper case", "name a 7 yes\nhash of - key=A\n",
	    "line 2: here should be: hash 'of hash|- key=hash|-" },
	{ "control", "name \33 7 yes\n", "line 1 is not printable ASCII" },
	{ "8 bit", "x-a \303\244\n", "line 1 is not printable ASCII" },
	{ "CR", HEAD "end\r\n", "line 3 is not printable ASCII" },
	{ "loose base64", HEAD "list b64 YWJ=\nend\n", "line 3: here should be: end " },
	{ "empty line", HEAD "\nend\n", "line 3: here should be: end " },
	{ "space after words", HEAD "claim a \nend\n", "line 3: here should be: end " },
};

static void
check(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct err e = { 0 };
		int rc = grammar_check(table, str_of(rows[i].text), &e);

		test_str(rows[i].what, str_of(rc == 0 ? "" : e.text), rows[i].want);
	}
}

static void
reading(void **state)
{
	struct str text = str_of(rows[1].text);
	struct grammar_line l;

	(void)state;
	assert_true(grammar_find(text, "name", &l));
	test_str("padding is no key", l.arg[0], "a+b+c=");
	assert_int_equal(grammar_number(l.arg[1]), 7);
	assert_true(grammar_find(text, "hash", &l));
	test_str("key taken off", l.arg[2], H);
	assert_int_equal(grammar_hash(l.arg[2]).b[1], 0x23);
	assert_int_equal(grammar_hash(l.arg[1]).b[1], 0);
	assert_true(grammar_find_arg(text, "claim", STR("to"), &l));
	test_str("words", grammar_tail(&l, 1), "dkim:0 ams:2");
	assert_true(grammar_find_arg(text, "claim", STR("from"), &l));
	test_str("no words", grammar_tail(&l, 1), "");
	assert_true(grammar_find(text, "note", &l));
	test_str("text", grammar_tail(&l, 0), "RFC 5322 section 3.6");
	assert_false(grammar_find(text, "none", &l));
	assert_false(grammar_find_arg(text, "claim", STR("cc"), &l));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check),
		cmocka_unit_test(reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
