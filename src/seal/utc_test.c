/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "seal/utc.h"

/* By date -u. */
static const struct {
	uint64_t time_s;
	const char *want;
} rows[] = {
	{ 0, "1970-01-01 00:00:00 UTC" },
	{ 951782400, "2000-02-29 00:00:00 UTC" },
	{ 951868799, "2000-02-29 23:59:59 UTC" },
	{ 951868800, "2000-03-01 00:00:00 UTC" },
	{ 1767225599, "2025-12-31 23:59:59 UTC" },
	{ 1767225600, "2026-01-01 00:00:00 UTC" },
	{ 4107542399, "2100-02-28 23:59:59 UTC" },
	{ 4107542400, "2100-03-01 00:00:00 UTC" },
	{ 13574563200, "2400-02-29 00:00:00 UTC" },
};

static void
texts(void **state)
{
	char out[UTC_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++)
		test_str("time", str_of(utc_text(out, rows[i].time_s)), rows[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
