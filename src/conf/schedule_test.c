/* SPDX-License-Identifier: ISC */
#include "conf/schedule.h"

#include <stdlib.h>
#include <time.h>

#include "base/test.h"

/* 2026-11-25 is a Wednesday; 10:00 in Madrid is 09:00 UTC. */
#define WEDNESDAY_0900 INT64_C(1795597200)
#define HOUR           INT64_C(3600)

static const struct {
	const char *text;
	int64_t now, want; /* want -1: refused */
} rows[] = {
	{ "wednesday 10", WEDNESDAY_0900, WEDNESDAY_0900 },
	{ "wednesday 10", WEDNESDAY_0900 - 1, WEDNESDAY_0900 - 7 * 24 * HOUR },
	{ "Wednesday  9", WEDNESDAY_0900, WEDNESDAY_0900 - HOUR },
	{ "monday 8", WEDNESDAY_0900, WEDNESDAY_0900 - 50 * HOUR },
	{ "thursday 10", WEDNESDAY_0900, WEDNESDAY_0900 - 6 * 24 * HOUR },
	{ "never", WEDNESDAY_0900, 0 },
	/* Summer time ended on 2026-10-25. */
	{ "saturday 8", WEDNESDAY_0900 - 28 * 24 * HOUR,
	    WEDNESDAY_0900 - 32 * 24 * HOUR - 3 * HOUR },
	{ "monday", 0, -1 },
	{ "monday 24", 0, -1 },
	{ "8 monday", 0, -1 },
	{ "", 0, -1 },
};

static void
test_schedule(void **state)
{
	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct err e = { 0 };
		struct schedule s;
		int64_t got = -1;

		if (schedule_parse(str_of(rows[i].text), &s, &e) == 0)
			got = schedule_last(&s, rows[i].now);
		if (got != rows[i].want)
			fail_msg("\"%s\": %lld, not %lld", rows[i].text, (long long)got,
			    (long long)rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
