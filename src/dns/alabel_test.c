/* SPDX-License-Identifier: ISC */
#include "dns/alabel.h"

#include "base/test.h"

#define U20 "üüüüüüüüüüüüüüüüüüüü"
#define A60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* tests/dns/labels asks another program of many more. */
static const struct {
	const char *what, *name, *want; /* want: the name, or what the refusal says */
} rows[] = {
	{ "ASCII", "Mail.Example.COM", "mail.example.com" },
	{ "nothing", "", "" },
	{ "what is no name is not looked at", "a..b_c d.", "a..b_c d." },
	{ "an A-label", "XN--bcher-KVA.example", "xn--bcher-kva.example" },
	{ "a U-label", "bücher.example", "xn--bcher-kva.example" },
	{ "ASCII letters have no case in the DNS", "BücheR.Example", "xn--bcher-kva.example" },
	{ "several", "почта.президент.рф", "xn--80a1acny.xn--d1abbgf6aiiy.xn--p1ai" },
	{ "no ASCII in it", "例え.テスト", "xn--r8jz45g.xn--zckzah" },
	{ "sharp s is a letter", "straße.example", "xn--strae-oqa.example" },
	{ "a sign that is a letter of its own with another", "বাংলা", "xn--54b7fta0cc" },
	{ "a joiner behind a virama", "क्\u200dष.example", "xn--11b2ezcw70k.example" },
	{ "a mark kept from its letter by another", "c\u0300\u0301.example", "xn--c-vbbd.example" },

	{ "an upper-case letter", "BÜCHER.example", "RFC 5892 2: U+00DC is not allowed" },
	{ "a mark that should be one with its letter", "bu\u0308cher.example",
	    "RFC 5891 4.2.1: not in NFC" },
	{ "marks in the other order", "a\u0301\u0323\u0300.example", "RFC 5891 4.2.1: not in NFC" },
	{ "a mark that comes one behind another", "e\u0323\u0302.example",
	    "RFC 5891 4.2.1: not in NFC" },
	{ "a dot that is none", "bücher\u3002example", "RFC 5892 2: U+3002 is not allowed" },
	{ "a letter of full width", "ｂ.example", "RFC 5892 2: U+FF42 is not allowed" },
	{ "a picture", "i❤.example", "RFC 5892 2: U+2764 is not allowed" },
	{ "nothing that can be seen", "ü\u200b.example", "RFC 5892 2: U+200B is not allowed" },
	{ "a non-joiner between letters that join", "می\u200cخ.example",
	    "xn--tgb9bvy774f.example" },
	{ "a non-joiner across marks", "ب\u064b\u200c\u064bب.example", "xn--ngba8ha8704a.example" },
	{ "from right to left, digits in it", "א1ב2.example", "xn--12-uldf.example" },
	{ "digits of Arabic", "ا٣.example", "xn--mgb4j.example" },
	{ "a mark at the end", "אבּ.example", "xn--kdb3bd.example" },

	{ "a non-joiner between letters of which one does not join", "د\u200cب.example",
	    "RFC 5892 2: U+200C is not allowed" },
	{ "a non-joiner at the end", "ب\u200c.example", "RFC 5892 2: U+200C is not allowed" },
	{ "a non-joiner between what never joins", "ü\u200cü.example",
	    "RFC 5892 2: U+200C is not allowed" },
	{ "both directions", "אa.example", "RFC 5893 2" },
	{ "begins from left to right", "aא.example", "RFC 5893 2" },
	{ "begins with a digit", "1א.example", "RFC 5893 2" },
	{ "digits of two kinds", "ا1٣.example", "RFC 5893 2" },
	{ "digits alone", "٣.example", "RFC 5893 2" },
	{ "a joiner elsewhere", "ü\u200d.example", "RFC 5892 2: U+200D is not allowed" },
	{ "turned around", "ü\u202e.example", "RFC 5892 2: U+202E is not allowed" },
	{ "a blank", "ü b.example", "RFC 5892 2: U+0020 is not allowed" },
	{ "a slash that is none", "ü\u2215b.example", "RFC 5892 2: U+2215 is not allowed" },
	{ "a mark at the start", "\u0300a.example", "RFC 5891 4.2.3.2: begins with a mark" },
	{ "a hyphen at the start", "-ü.example", "RFC 5891 4.2.3.1: a hyphen at the end" },
	{ "a hyphen at the end", "ü-.example", "RFC 5891 4.2.3.1: a hyphen at the end" },
	{ "both forms at once", "xn--ü.example", "RFC 5891 4.2.3.1: hyphens in third" },
	{ "not UTF-8",
	    "b\xfc"
	    "cher.example",
	    "RFC 5890 2.3.2.1: a label that is not UTF-8" },
	{ "a surrogate", "\xed\xa0\x80.example", "RFC 5890 2.3.2.1: a label that is not UTF-8" },
	{ "60 characters", U20 U20 U20, "RFC 1035 2.3.4: label of more than 63 bytes" },
	{ "64 bytes", A60 "ü", "RFC 1035 2.3.4: label of more than 63 bytes" },
	{ "254 bytes", A60 "." A60 "." A60 "." A60 ".ü.ab",
	    "RFC 1035 2.3.4: name of more than 253" },
	{ "321 bytes", U20 U20 "." U20 U20 "." U20 U20 "." U20 U20 ".",
	    "RFC 1035 2.3.4: name of more than 253" },
};

static void
names(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(1000);
		struct err e = { 0 };
		struct str want = str_of(rows[i].want);

		if (alabel_name(str_of(rows[i].name), &out, &e) == 0)
			test_str(rows[i].what, buf_str(&out), rows[i].want);
		else
			test_str(rows[i].what, str_head(str_of(e.text), want.n), rows[i].want);
		buf_free(&out);
	}
}

static const struct {
	const char *name, *domain;
	bool below, same;
} pairs[] = {
	{ "a.example", "A.Example", true, true },
	{ "b.a.example", "a.example", true, false },
	{ "ba.example", "a.example", false, false },
	{ "a.example", "b.a.example", false, false },
	{ "bücher.example", "xn--bcher-kva.example", true, true },
	{ "xn--bcher-kva.example", "bücher.example", true, true },
	{ "post.bücher.example", "xn--bcher-kva.example", true, false },
	{ "BÜCHER.example", "BÜCHER.example", false, false },
	{ "a.bücher.example", "", false, false },
	{ "", "", false, false },
};

static void
comparing(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(pairs); i++) {
		struct str name = str_of(pairs[i].name), domain = str_of(pairs[i].domain);

		if (alabel_below(name, domain) != pairs[i].below ||
		    alabel_same(name, domain) != pairs[i].same)
			fail_msg("%s, %s", pairs[i].name, pairs[i].domain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(comparing),
	};

	return cmocka_run_group_tests_name("dns/alabel", tests, NULL, NULL);
}
