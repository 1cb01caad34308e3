/* SPDX-License-Identifier: ISC */
#include "auth/names.h"

#include "base/test.h"

static void
read_message(struct arena *a, struct str header, struct findings *found)
{
	struct fields f;

	assert_int_equal(fields_parse(a, header, &f, NULL), 0);
	names_read(&f, found);
}

static void
check(const char *what, struct str header, const char *want)
{
	struct arena *a = arena_new(1 << 20);
	struct buf got = BUF_MAX(1000);
	struct findings found = { 0 };

	read_message(a, header, &found);
	for (int id = 0; id < FINDINGS; id++)
		if (found.is[id])
			buf_printf(&got, "%s ", finding_rows[id].code);
	test_str(what, buf_str(&got), want);
	buf_free(&got);
	arena_free(a);
}

static const struct {
	const char *what;
	struct str header;
	const char *want;
} written[] = {
	{ "one", STR("From: Anna <a@b.example>\r\n\r\n"), "" },
	{ "two", STR("From: a@b.example, c@d.example\r\n\r\n"), "several-from-addresses " },
	{ "none", STR("\r\n"), "" },
	{ "two fields", STR("From: a@b.example\r\nFrom: c@d.example\r\n\r\n"), "" },
	{ "another address", STR("From: c@d.example <a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "her own", STR("From: a@b.example <a@mail.b.example>\r\n\r\n"), "" },
	{ "in an encoded word", STR("From: =?utf-8?Q?c=40d.example?= <a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "in a word of a charset that is not known",
	    STR("From: =?koi8-r?Q?c=40d.example=C1?= <a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "in a word without its padding",
	    STR("From: =?gb2312?B?Y0BkLmV4YW1wbGU?= <a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "in wide letters",
	    STR("From: =?utf-8?Q?c=EF=BC=A0d=E3=80=82example?= <a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "with a blank of no width",
	    STR("From: =?utf-8?Q?c=40=E2=80=8Bd.example?= <a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "in a comment that is the name", STR("From: a@b.example (c@d.example)\r\n\r\n"),
	    "display-name-address " },
	{ "in a comment before", STR("From: (c@d.example) a@b.example\r\n\r\n"),
	    "display-name-address " },
	{ "in quotes before a bare address", STR("From: \"c@d.example\" a@b.example\r\n\r\n"),
	    "display-name-address " },
	{ "two in one pair of brackets", STR("From: C <c@d.example,a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "a route", STR("From: <@d.example,@e.example:a@b.example>\r\n\r\n"),
	    "display-name-address " },
	{ "nothing but a word", STR("From: =?utf-8?Q?c=40d.example?=\r\n\r\n"),
	    "no-author-address display-name-address " },
	{ "a name without an address", STR("From: Anna Example\r\n\r\n"), "no-author-address " },
	{ "nothing", STR("From: \r\n\r\n"), "no-author-address " },
	{ "a group that names nobody", STR("From: Us:;\r\n\r\n"), "no-author-address " },
	{ "a quoted local part", STR("From: \"a b\"@b.example\r\n\r\n"), "" },
	{ "in the name of a group", STR("From: \"c@d.example\": a@b.example;\r\n\r\n"),
	    "display-name-address " },
	{ "in a comment that nobody sees", STR("From: Anna <a@b.example> (c@d.example)\r\n\r\n"),
	    "" },
	{ "a comment", STR("From: a@b.example (Anna)\r\n\r\n"), "" },
	{ "a bare address of other letters", STR("From: a@m\xc3\xbcller.de\r\n\r\n"), "" },
	{ "an @ without a domain", STR("From: Anna @ Work. <a@b.example>\r\n\r\n"), "" },
	{ "another site", STR("From: \"Bank, bank.com\" <a@b.example>\r\n\r\n"),
	    "display-name-domain " },
	{ "her own site", STR("From: www.bank.com <a@bank.com>\r\n\r\n"), "" },
	{ "her own site in other letters",
	    STR("From: \"anna@bücher.de, bücher.de\" <a@xn--bcher-kva.de>\r\n\r\n"), "" },
	{ "her own site behind other letters", STR("From: \"書店books.com\" <a@books.com>\r\n\r\n"),
	    "" },
	{ "another site behind other letters", STR("From: \"書店books.com\" <a@book.com>\r\n\r\n"),
	    "display-name-domain " },
	{ "another site before other letters", STR("From: \"books.com書店\" <a@book.com>\r\n\r\n"),
	    "display-name-domain " },
	{ "another address in other letters",
	    STR("From: \"anna@books.bücher.de\" <a@bücher.example>\r\n\r\n"),
	    "display-name-address display-name-domain " },
	{ "a domain of two alphabets", STR("From: a@pаypal.com\r\n\r\n"), "mixed-scripts " },
	{ "a domain of two alphabets, the second",
	    STR("From: a@b.example, a@xn--pypal-4ve.com\r\n\r\n"),
	    "several-from-addresses mixed-scripts " },
	{ "a domain that is all look-alikes", STR("From: a@аррӏе.com\r\n\r\n"),
	    "look-alike-domain " },
	{ "the same where people write so", STR("From: a@сор.ru\r\n\r\n"), "" },
	{ "no sites", STR("From: \"St.John, S.A.de Co.KG ...\" <a@b.example>\r\n\r\n"), "" },
	{ "a line break that was dressed", STR("Subject: =?utf-8?Q?a=0D=0Ab?=\r\n\r\n"),
	    "hidden-characters " },
	{ "letters turned round", STR("To: =?utf-8?B?4oCu?= <a@b>\r\n\r\n"), "hidden-characters " },
	{ "Japanese", STR("Subject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=\r\n\r\n"), "" },
	{ "a control in a word of a charset that is not known",
	    STR("Subject: =?big5?Q?a=1B?=\r\n\r\n"), "hidden-characters " },
	{ "a charset that hides the ASCII",
	    STR("From: x =?UTF-7?Q?c+AEA-d.example?= <a@b.example>\r\n\r\n"),
	    "hidden-characters " },
	{ "a fold and a tab", STR("Subject: a\r\n\tb\tc\r\n\r\n"), "" },
	{ "nobody reads it", STR("X: \x01\r\n\r\n"), "" },
};

static void
names(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(written); i++)
		check(written[i].what, written[i].header, written[i].want);
}

/* What a reader shows first is looked at, however much stands before it. */
static void
behind_much(void **state)
{
	static const struct {
		const char *what, *before, *piece, *after, *want;
	} rows[] = {
		{ "blanks", "Subject:", " ", "=?utf-8?Q?=E2=80=AE?=\r\n\r\n",
		    "hidden-characters " },
		{ "folds", "Subject:", "\r\n ", "=?utf-8?Q?=E2=80=AE?=\r\n\r\n",
		    "hidden-characters " },
		{ "words of one letter", "From: ", "=?utf-8?Q?a?= ", "<a@b.example>\r\n\r\n",
		    "hidden-characters " },
		{ "blanks in quotes", "From: \"", " ", "c@d.example\" <a@b.example>\r\n\r\n",
		    "hidden-characters " },
		{ "a long Subject", "Subject: ", "a ", "\r\n\r\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf header = BUF_MAX(100000);

		buf_add(&header, str_of(rows[i].before));
		for (unsigned k = 0; k < 1100; k++)
			buf_add(&header, str_of(rows[i].piece));
		buf_add(&header, str_of(rows[i].after));
		check(rows[i].what, buf_str(&header), rows[i].want);
		buf_free(&header);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(behind_much),
	};

	return cmocka_run_group_tests_name("auth/names", tests, NULL, NULL);
}
