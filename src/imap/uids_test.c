/* SPDX-License-Identifier: ISC */
#include "imap/uids.h"

#include "base/buf.h"
#include "base/test.h"

static const struct {
	const char *what, *lines, *want; /* want: NULL when it is refused */
} rows[] = {
	{ "nothing", "* SEARCH\n", "" },
	{ "some", "* SEARCH 2 84 882\n", "2 84 882" }, /* RFC 3501 section 7.2.5 */
	{ "no order, twice", "* SEARCH 9 2\n* SEARCH 2\n", "2 9" },
	{ "with MODSEQ", "* SEARCH 2 5 (MODSEQ 917162500)\n", "2 5" }, /* RFC 7162 3.1.5 */
	{ "a set", "* ESEARCH (TAG \"A\") UID ALL 4:2,7,11\n", "2 3 4 7 11" },
	{ "an empty set", "* ESEARCH (TAG \"A\") UID\n", "" },
	{ "with more", "* ESEARCH (TAG \"A\") UID COUNT 3 ALL 2:3,5\n", "2 3 5" },
	{ "others between", "* 3 EXISTS\n* search 1\n* OK all\n", "1" },
	{ "no answer", "* 3 EXISTS\n", "?" },
	{ "0", "* SEARCH 0\n", NULL },
	{ "past 32 bits", "* SEARCH 4294967296\n", NULL },
	{ "no number", "* SEARCH x\n", NULL },
	{ "a star", "* ESEARCH UID ALL 1:*\n", NULL },
	{ "an empty one", "* ESEARCH UID ALL 1,,2\n", NULL },
	{ "more than asked for", "* ESEARCH UID ALL 1:4294967295\n", NULL },
	{ "more, one by one", "* SEARCH 1 2 3 4 5 6 7 8 9\n", NULL },
};

static void
lines(void **unused)
{
	struct buf out = BUF_MAX(200);

	(void)unused;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].lines), line;
		uint32_t uid[8];
		struct uids u = { .uid = uid, .max = 8 };
		int rc = 0;

		while (rc == 0 && str_line(&rest, &line))
			rc = uids_line(&u, line, NULL);
		if ((rc == -1) != (rows[i].want == NULL))
			fail_msg("%s: %d", rows[i].what, rc);
		if (rc == -1)
			continue;
		uids_sort(&u);
		buf_clear(&out);
		buf_add(&out, str_of(u.answered ? "" : "?"));
		for (size_t k = 0; k < u.n; k++)
			buf_printf(&out, "%s%u", k > 0 ? " " : "", u.uid[k]);
		test_str(rows[i].what, buf_str(&out), rows[i].want);
	}
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
