/* SPDX-License-Identifier: ISC */
#include "daemon/budget.h"

#include "base/test.h"

static void
a_day(void **state)
{
	struct budget b = { .daily = 800 };

	(void)state;
	assert_int_equal(budget_opens_ms(&b, false, 5000), 0);
	budget_spend(&b, 799, 5000);
	assert_int_equal(budget_opens_ms(&b, false, 6000), 0);
	budget_spend(&b, 100, 6000);
	assert_int_equal(budget_opens_ms(&b, false, 7000), 5000 + BUDGET_DAY_MS);
	assert_int_equal(budget_opens_ms(&b, true, 7000), 0);
	budget_spend(&b, 1, 8000);
	assert_int_equal(budget_opens_ms(&b, true, 9000), 5000 + BUDGET_DAY_MS);
	assert_int_equal(budget_opens_ms(&b, true, 5000 + BUDGET_DAY_MS), 0);
	budget_spend(&b, 1, 5000 + BUDGET_DAY_MS);
	assert_int_equal(b.used, 1);
	assert_int_equal(budget_opens_ms(&b, false, 5000 + BUDGET_DAY_MS), 0);
}

static void
no_limit(void **state)
{
	struct budget b = { .daily = 0 };

	(void)state;
	budget_spend(&b, UINT64_MAX / 2, 1);
	assert_int_equal(budget_opens_ms(&b, false, 2), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day),
		cmocka_unit_test(no_limit),
	};

	return cmocka_run_group_tests_name("daemon/budget", tests, NULL, NULL);
}
