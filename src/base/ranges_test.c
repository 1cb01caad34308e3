/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/limits.h"
#include "base/ranges.h"

static struct ranges
set(const char *text)
{
	struct ranges r = { 0 };
	struct err e;

	assert_int_equal(ranges_parse(&r, str_of(text), &e), 0);
	return r;
}

static void
test_set(const char *what, struct ranges *r, const char *want)
{
	struct buf out = BUF_MAX(4096);

	assert_int_equal(ranges_put(r, &out, 4096), 0);
	test_str(what, buf_str(&out), want);
	buf_free(&out);
	ranges_free(r);
}

static void
texts(void **unused)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
		bool is_text;
	} rows[] = {
		{ "", "", false },
		{ "1", "1", true },
		{ "1:5,7,9:4294967295", "1:5,7,9:4294967295", true },
		{ "1:2,3", "1:3", false }, /* joined: not the one form */
		{ "0", NULL, false },
		{ "5:5", NULL, false },
		{ "5:4", NULL, false },
		{ "5,5", NULL, false },
		{ "5,4", NULL, false },
		{ "1:5,5:6", NULL, false },
		{ "4294967296", NULL, false },
		{ "1,", NULL, false },
		{ ",1", NULL, false },
		{ "1:", NULL, false },
		{ ":1", NULL, false },
		{ "1:2:3", NULL, false },
		{ "1:*", NULL, false },
		{ "01", NULL, false },
		{ " 1", NULL, false },
	};

	(void)unused;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct ranges r = { 0 };
		uint64_t count;
		int rc = ranges_parse(&r, str_of(rows[i].text), NULL);

		assert_int_equal(rc, rows[i].want == NULL ? -1 : 0);
		if (ranges_is_text(str_of(rows[i].text), &count) != rows[i].is_text)
			fail_msg("%s: is a text?", rows[i].text);
		if (rows[i].is_text)
			assert_int_equal(count, ranges_count(&r));
		if (rc == 0)
			test_set(rows[i].text, &r, rows[i].want);
		ranges_free(&r);
	}
}

static void
joined_and_minus(void **unused)
{
	static const struct {
		const char *a, *b, *join, *minus;
	} rows[] = {
		{ "", "", "", "" },
		{ "1:3", "", "1:3", "1:3" },
		{ "", "1:3", "1:3", "" },
		{ "1:3", "4:5", "1:5", "1:3" },
		{ "1:10", "3,5:6", "1:10", "1:2,4,7:10" },
		{ "3,5:6", "1:10", "1:10", "" },
		{ "1:5,8:9", "5:8", "1:9", "1:4,9" },
		{ "1,3,5", "1:5", "1:5", "" },
		{ "1:4294967295", "4294967295", "1:4294967295", "1:4294967294" },
		{ "2:4,6:8", "1:2,4:6,8", "1:8", "3,7" },
	};

	(void)unused;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct ranges a = set(rows[i].a), b = set(rows[i].b), out = { 0 };

		ranges_join(&out, &a, &b);
		test_set("join", &out, rows[i].join);
		ranges_minus(&out, &a, &b);
		test_set("minus", &out, rows[i].minus);
		ranges_free(&a);
		ranges_free(&b);
	}
}

static void
looked_up(void **unused)
{
	struct ranges r = set("2:4,7,9:10");

	(void)unused;
	for (uint32_t uid = 0; uid < 12; uid++)
		assert_int_equal(ranges_has(&r, uid),
		    (uid >= 2 && uid <= 4) || uid == 7 || uid == 9 || uid == 10);
	assert_int_equal(ranges_count(&r), 6);
	ranges_free(&r);
}

/* What does not fit is counted: of the text, and of the set. */
static void
ceilings(void **unused)
{
	struct ranges r = set("2:4,7,9:10");
	struct buf out = BUF_MAX(100);
	struct err e;

	(void)unused;
	assert_int_equal(ranges_put(&r, &out, 5), 2);
	test_str("cut", buf_str(&out), "2:4,7");
	ranges_free(&r);
	for (uint32_t i = 0; i <= LIMIT_UID_RANGES; i++)
		assert_int_equal(ranges_add(&r, 2 * i + 1, 2 * i + 1, &e), 0);
	assert_int_equal(r.n, LIMIT_UID_RANGES);
	assert_int_equal(ranges_check(&r, "set", &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	ranges_free(&r);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(joined_and_minus),
		cmocka_unit_test(looked_up),
		cmocka_unit_test(ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
