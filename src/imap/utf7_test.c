/* SPDX-License-Identifier: ISC */
#include "imap/utf7.h"

#include "base/test.h"

/* want: NULL when it is refused.  The first are the examples of RFC 3501 section 5.1.3, the
 * others of Python's imaplib companions and RFC 2152. */
static const struct {
	const char *name, *want;
} rows[] = {
	{ "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
	{ "台北日本語", "&U,BTF2XlZyyKng-" }, { "☺!", "&Jjo-!" }, { "a&b", "a&-b" }, { "&", "&-" },
	{ "INBOX", "INBOX" }, { "Entwürfe", "Entw&APw-rfe" }, { "😀", "&2D3eAA-" },
	{ "é&é", "&AOk-&-&AOk-" }, { "a\tb", NULL }, { "a\x7f", NULL }, { "\xe9", NULL },
	{ "\xc3", NULL }, { "\xc3(", NULL }, { "\xc1\x81", NULL }, /* overlong */
	{ "\xed\xa0\x80", NULL },                                  /* a surrogate */
	{ "\xf4\x90\x80\x80", NULL },                              /* past U+10FFFF */
};

static void
names(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(1000);
		struct err e = { 0 };
		int rc = utf7_add(&out, str_of(rows[i].name), &e);

		if (rows[i].want == NULL) {
			assert_int_equal(rc, -1);
			assert_int_equal(e.kind, ERR_CONFIG);
		} else {
			assert_int_equal(rc, 0);
			test_str(rows[i].name, buf_str(&out), rows[i].want);
		}
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("imap/utf7", tests, NULL, NULL);
}
