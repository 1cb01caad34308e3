/* SPDX-License-Identifier: ISC */
#include "auth/segments.h"

#include "base/test.h"

static void
side_by_side(void **state)
{
	struct segments s = { 0 };

	(void)state;
	segments_add(&s, 3, "header");
	segments_add(&s, 0, "gap");
	segments_add(&s, 4, "mime");
	assert_int_equal(s.n, 2);
	assert_int_equal(s.segment[1].offset, 3);
	assert_int_equal(s.segment[1].length, 4);
	test_str("kind", str_of(s.segment[1].kind), "mime");
	assert_int_equal(s.end, 7);
	segments_free(&s);
}

static void
the_rest(void **state)
{
	struct segments s = { 0 };

	(void)state;
	for (unsigned i = 0; i < LIMIT_SEGMENTS - 1; i++)
		segments_add(&s, 1, "header");
	assert_false(s.over);
	segments_add(&s, 2, "header");
	segments_add(&s, 3, "mime");
	assert_true(s.over);
	assert_int_equal(s.n, LIMIT_SEGMENTS);
	assert_int_equal(s.segment[s.n - 1].offset, LIMIT_SEGMENTS - 1);
	assert_int_equal(s.segment[s.n - 1].length, 5);
	test_str("kind", str_of(s.segment[s.n - 1].kind), "rest");
	segments_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(side_by_side),
		cmocka_unit_test(the_rest),
	};

	return cmocka_run_group_tests_name("auth/segments", tests, NULL, NULL);
}
