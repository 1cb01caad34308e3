/* SPDX-License-Identifier: ISC */
#include "store/flow.h"

#include "base/test.h"

#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)
/* A Monday, 00:00 UTC. */
#define MONDAY (INT64_C(20416) * DAY)

/* Five messages an hour, Monday to Friday, 8 to 18, for that many weeks. */
static struct flow
office(int weeks)
{
	struct flow f = { 0 };

	for (int day = 0; day < 7 * weeks; day++)
		for (int hour = 8; hour < 18 && day % 7 < 5; hour++)
			for (int i = 0; i < 5; i++)
				flow_add(&f, MONDAY + day * DAY + hour * HOUR + i * HOUR / 5);
	return f;
}

/* Hours after Monday 00:00 that follows the last message, which was on Friday before 18:00. */
static const struct {
	const char *what;
	int weeks, hours;
	uint64_t least, most;
} rows[] = {
	{ "one week teaches nothing", 1, 48, 0, 0 },
	{ "a week-end is quiet", 4, 0, 0, 0 },
	{ "so is a night", 4, 7, 0, 0 },
	{ "Monday noon", 4, 12, 8, 20 },
	{ "Monday evening", 4, 19, 28, 50 },
	{ "a week without", 4, 168, 180, 250 },
	{ "years without: bounded", 4, 100000, 180, 250 * 26 },
};

static void
test_missing(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct flow f = office(rows[i].weeks);
		int64_t now = MONDAY + rows[i].weeks * 7 * DAY + rows[i].hours * HOUR;
		uint64_t n = flow_missing(&f, now);

		if (n < rows[i].least || n > rows[i].most)
			fail_msg("%s: %llu", rows[i].what, (unsigned long long)n);
	}
}

/* Old mail that is filed late, and a clock that went back, do no harm. */
static void
test_disorder(void **state)
{
	struct flow f = office(4);
	int64_t last = f.last_ms;

	(void)state;
	flow_add(&f, MONDAY);
	assert_int_equal(f.last_ms, last);
	assert_int_equal(flow_missing(&f, MONDAY), 0);
	for (int i = 0; i < 70000; i++)
		flow_add(&f, last);
	assert_int_equal(f.hour[(last / HOUR) % FLOW_HOURS], UINT16_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_disorder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
