/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "msg/charset.h"
#include "msg/encoded.h"

static const struct {
	const char *what, *body, *want;
} fields[] = {
	{ "plain", " Keith Moore <a@b.example>", "Keith Moore <a@b.example>" },
	{ "fold", " one\r\n two\r\n\tthree ", "one two\tthree" },
	/* RFC 2047 section 8 */
	{ "Q", "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>" },
	{ "Q latin-1", "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld J\xc3\xb8rn Simonsen" },
	{ "B joined",
	    "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n "
	    "=?ISO-8859-1?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
	    "If you can read this you understand the example." },
	{ "words are joined", "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)" },
	{ "word and text are not", "(=?ISO-8859-1?Q?a?= b)", "(a b)" },
	{ "blank within", "(=?ISO-8859-1?Q?a_b?=)", "(a b)" },
	/* what senders do */
	{ "a character in two words", "=?utf-8?Q?ma=C3?= =?utf-8?Q?=B1ana?=",
	    "ma\xc3\xb1"
	    "ana" },
	{ "two charsets", "=?utf-8?Q?=C3=B1?= =?iso-8859-1?Q?=F1?=", "\xc3\xb1\xc3\xb1" },
	{ "language", "=?iso-8859-15*es?Q?=A4?=", "\xe2\x82\xac" },
	{ "lower-case digits", "=?windows-1252?q?=93a=94?=",
	    "\xe2\x80\x9c"
	    "a\xe2\x80\x9d" },
	{ "raw UTF-8",
	    "ma\xc3\xb1"
	    "ana",
	    "ma\xc3\xb1"
	    "ana" },
	{ "raw bytes",
	    "ma\xf1"
	    "ana",
	    "ma\xc3\xb1"
	    "ana" },
	/* what is none stays */
	{ "unknown charset", "=?koi8-r?Q?=C1?= x", "=?koi8-r?Q?=C1?= x" },
	{ "not base64", "=?utf-8?B?!?= x", "=?utf-8?B?!?= x" },
	{ "not base64, not ASCII", "=?utf-8?B?\xa4?=", "=?utf-8?B?\xc2\xa4?=" },
	{ "no padding", "=?utf-8?B?YWJjZA?= =?utf-8?B?ZQ=?=", "abcde" },
	{ "padding between", "=?utf-8?B?YQ==YmM=ZA?=", "abcd" },
	{ "other characters between", "=?utf-8?B?Y!W J\xc3j.ZA==?=", "abcd" },
	{ "a digit too many", "=?utf-8?B?YWJjZ?=", "abc" },
	{ "cut", "=?utf-8?Q?abc", "=?utf-8?Q?abc" },
	{ "another encoding", "=?utf-8?X?abc?=", "=?utf-8?X?abc?=" },
	{ "bad UTF-8 in a word", "=?utf-8?Q?=FF?=", "\xef\xbf\xbd" },
	{ "empty", "", "" },
};

static const struct {
	const char *what, *text, *want;
} printable[] = {
	{ "RFC 2045 6.7", "Now's the time =\r\nfor all folk.\r\n",
	    "Now's the time for all folk.\r\n" },
	{ "coded", "a=3Db=\r\n", "a=b" },
	{ "blanks at the end", "a  \r\nb", "a\r\nb" },
	{ "bare LF", "a\nb", "a\r\nb" },
	{ "not hex", "a=zz=4", "a=zz=4" },
	{ "empty lines", "\r\n\r\nx", "\r\n\r\nx" },
};

static void
field(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(fields); i++) {
		struct buf out = BUF_MAX(1000);

		encoded_field(&out, str_of(fields[i].body));
		test_str(fields[i].what, buf_str(&out), fields[i].want);
		buf_free(&out);
	}
}

static void
ascii(void **state)
{
	static const struct {
		const char *what, *body, *want;
	} rows[] = {
		{ "a known charset", "=?utf-8?Q?=C3=B1?=", "\xc3\xb1" },
		{ "an unknown one", "=?koi8-r?Q?a=C1b?= x",
		    "a\xef\xbf\xbd"
		    "b x" },
		{ "none", "=??Q?a?= x", "a x" },
		{ "ISO 2022", "=?iso-2022-jp?Q?a=1B$B@.=1B(Bb?=",
		    "a\xef\xbf\xbd\xef\xbf\xbd"
		    "b" },
		{ "ISO 2022, ended by JIS Roman", "=?ISO-2022-JP?Q?=1B$)Caa=1B(Jb?=",
		    "\xef\xbf\xbd\xef\xbf\xbd"
		    "b" },
		{ "shifted", "=?iso-2022-kr?Q?=1B$)Ca=0Ea=0Fb?=",
		    "\xef\xbf\xbd\xef\xbf\xbd"
		    "b" },
		{ "an escape at the end", "=?iso-2022-jp?Q?a=1B?= =?iso-2022-jp?Q?=1B$?=", "a" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(1000);

		encoded_field_ascii(&out, str_of(rows[i].body));
		test_str(rows[i].what, buf_str(&out), rows[i].want);
		buf_free(&out);
	}
}

static void
quoted_printable(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(printable); i++) {
		struct buf out = BUF_MAX(1000);

		encoded_quoted_printable(&out, str_of(printable[i].text));
		test_str(printable[i].what, buf_str(&out), printable[i].want);
		buf_free(&out);
	}
}

static void
folded(void **state)
{
	struct buf out = BUF_MAX(1000);

	(void)state;
	charset_add_folded(
	    &out, STR("AZaz \xc3\x91\xc3\x97 \xc5\xa0\xc5\xbd \xce\xa9 \xd0\x96\xd0\x81"));
	test_str("folded", buf_str(&out),
	    "azaz \xc3\xb1\xc3\x97 \xc5\xa1\xc5\xbe \xcf\x89 \xd0\xb6\xd1\x91");
	buf_free(&out);
}

/* Every byte of every charset gives a character. */
static void
all_bytes(void **state)
{
	static const char *const names[] = { "", "utf-8", "us-ascii", "latin1", "iso-8859-15",
		"windows-1252", "koi8-r" };

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(names); i++)
		for (unsigned b = 0; b < 256; b++) {
			struct buf out = BUF_MAX(100);
			char byte = (char)b;

			charset_add(&out, str_of(names[i]), str_bytes(&byte, 1));
			assert_true(out.n > 0 && utf8_valid(buf_str(&out)));
			buf_free(&out);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field),
		cmocka_unit_test(ascii),
		cmocka_unit_test(quoted_printable),
		cmocka_unit_test(folded),
		cmocka_unit_test(all_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
