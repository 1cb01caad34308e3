/* SPDX-License-Identifier: ISC */
#include "imap/date.h"

#include "base/test.h"

/* Expected values by `date -d`. */
static const struct {
	struct imap_date date;
	int rc;
	int64_t want;
} rows[] = {
	{ { 1970, 1, 1, 0, 0, 0, 0 }, 0, 0 },
	{ { 1969, 12, 31, 23, 59, 59, 0 }, 0, -1 },
	{ { 2024, 2, 29, 12, 0, 0, 100 }, 0, 1709204400 },
	{ { 2026, 11, 24, 23, 43, 51, 0 }, 0, 1795563831 },
	{ { 2026, 11, 24, 20, 13, 51, -330 }, 0, 1795563831 },
	{ { 2100, 3, 1, 0, 0, 0, 0 }, 0, 4107542400 },
	{ { 2100, 2, 29, 0, 0, 0, 0 }, -1, 0 },
	{ { 2025, 2, 29, 0, 0, 0, 0 }, -1, 0 },
	{ { 2025, 13, 1, 0, 0, 0, 0 }, -1, 0 },
	{ { 2025, 4, 31, 0, 0, 0, 0 }, -1, 0 },
	{ { 2025, 4, 1, 24, 0, 0, 0 }, -1, 0 },
	{ { 2025, 4, 1, 0, -1, 0, 0 }, -1, 0 },
	{ { 2025, 4, 1, 0, 0, 0, 160 }, -1, 0 },
	{ { 2025, 4, 1, 0, 0, 0, 9999 }, -1, 0 },
	{ { 0, 1, 1, 0, 0, 0, 0 }, -1, 0 },
};

static void
dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		int64_t got = 0;

		assert_int_equal(imap_date_unix(&rows[i].date, &got, NULL), rows[i].rc);
		assert_int_equal(got, rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(dates) };

	return cmocka_run_group_tests_name("imap/date", tests, NULL, NULL);
}
