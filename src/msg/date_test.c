/* SPDX-License-Identifier: ISC */
#include "msg/date.h"

#include "base/test.h"

enum {
	NONE = INT32_MIN,
};

/* The first six are of RFC 5322 appendix A; seconds by date(1). */
static const struct {
	const char *text;
	int64_t want;
} rows[] = {
	{ "Fri, 21 Nov 1997 09:55:06 -0600", 880127706 },
	{ "Tue, 1 Jul 2003 10:52:37 +0200", 1057049557 },
	{ "Thu, 13 Feb 1969 23:32:54 -0330", -27723426 },
	{ "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               "
	  "-0330 (Newfoundland "
	  "Time)",
	    -27723480 },
	{ "21 Nov 97 09:55:06 GMT", 880106106 },
	{ "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880127706 },
	{ "1 Jan 1970 00:00 +0000", 0 },
	{ "29 Feb 2024 12:00:00 +0000", 1709208000 },
	{ "31 Dec 2016 23:59:60 +0000", 1483228800 },
	{ "1 jan 2030 00:00:00 EST", 1893474000 },
	{ "1 Jan 49 00:00:00 Z", 2493072000 },
	{ "1 Jan 50 00:00:00 Z", -631152000 },
	{ "1 Jan 2025 00:00:00 +0000 (a (b) \\) c)", 1735689600 },
	{ "29 Feb 2023 12:00:00 +0000", NONE },
	{ "0 Jan 2025 00:00:00 +0000", NONE },
	{ "32 Jan 2025 00:00:00 +0000", NONE },
	{ "1 Jam 2025 00:00:00 +0000", NONE },
	{ "1 Jan 20255 00:00:00 +0000", NONE },
	{ "1 Jan 0000 00:00:00 +0000", NONE },
	{ "1 Jan 2025 24:00:00 +0000", NONE },
	{ "1 Jan 2025 00:60:00 +0000", NONE },
	{ "1 Jan 2025 00:00:61 +0000", NONE },
	{ "1 Jan 2025 00:00:00 +0060", NONE },
	{ "1 Jan 2025 00:00:00 +000", NONE },
	{ "1 Jan 2025 00:00:00", NONE },
	{ "1 Jan 2025 00:00:00 +0000 x", NONE },
	{ "1 Jan 2025", NONE },
	{ "(", NONE },
	{ "", NONE },
};

static void
dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		int64_t got = 0;

		if (date_parse(str_of(rows[i].text), &got, NULL) == -1)
			got = NONE;
		if (got != rows[i].want)
			fail_msg("%s: %lld", rows[i].text, (long long)got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
	};

	return cmocka_run_group_tests_name("msg/date", tests, NULL, NULL);
}
