/* SPDX-License-Identifier: ISC */
#include "auth/fields.h"

#include "base/limits.h"
#include "base/test.h"

/* What is taken for each name asked for, in order; - for nothing. */
static void
taking(void **state)
{
	static const struct {
		const char *what, *header, *names, *want;
	} rows[] = {
		{ "each once", "A:1\r\nB:2\r\n\r\n", "a:B", "1 2 " },
		{ "bottom up", "A:1\r\nB:2\r\na:3\r\nA:4\r\n\r\n", "A:a:A:A", "4 3 1 - " },
		{ "names apart", "A:1\r\nAB:2\r\nA:3\r\n\r\n", "ab:a:a:ab", "2 3 1 - " },
		{ "not there", "A:1\r\n\r\n", "b:a", "- 1 " },
		{ "its own is not taken", "O:1\r\nO:2\r\n\r\n", "o:o", "2 - " },
		{ "malformed lines have no name", "X\r\nA:1\r\n\r\n", ":a", "- 1 " },
		{ "no fields", "\r\n", "a", "- " },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str names = str_of(rows[i].names), name;
		struct arena *a = arena_new(1 << 20);
		struct buf got = BUF_MAX(1000);
		struct fields f;

		assert_int_equal(fields_parse(a, str_of(rows[i].header), &f, NULL), 0);
		/* The first field stands for the signature when it is called O. */
		fields_take_start(&f, rows[i].header[0] == 'O' ? &f.field[0] : NULL);
		while (str_cut(&names, ':', &name)) {
			const struct header *h = fields_take(&f, name);

			buf_printf(&got, "%.*s ", STR_FMT(h == NULL ? STR("-") : h->body));
		}
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
		arena_free(a);
	}
}

static void
counting(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct fields f;

	(void)state;
	assert_int_equal(
	    fields_parse(a, STR("To:1\r\nX:2\r\nTO:3\r\nTom:4\r\n\r\nto:5\r\n"), &f, NULL), 0);
	assert_int_equal(f.n, 4);
	assert_true(f.separated);
	assert_int_equal(fields_count(&f, STR("to")), 2);
	assert_int_equal(fields_count(&f, STR("tom")), 1);
	assert_int_equal(fields_count(&f, STR("t")), 0);
	assert_int_equal(fields_parse(a, STR("To:1\r\n"), &f, NULL), 0);
	assert_false(f.separated);
	arena_free(a);
}

static void
ceilings(void **state)
{
	struct buf header = BUF_MAX(1 << 20);
	struct arena *small = arena_new(1000), *large = arena_new(LIMIT_EXAMINATION);
	struct fields f;
	struct err e;

	(void)state;
	for (unsigned i = 0; i < LIMIT_FIELDS + 2; i++)
		buf_add(&header, STR("A:b\r\n"));
	buf_add(&header, STR("\r\n"));
	assert_int_equal(fields_parse(large, buf_str(&header), &f, &e), 0);
	assert_int_equal(f.n, LIMIT_FIELDS);
	test_str("what is left", f.rest, "A:b\r\nA:b\r\n\r\n");
	assert_int_equal(fields_parse(small, buf_str(&header), &f, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	arena_free(small);
	arena_free(large);
	buf_free(&header);
}

static void
hidden(void **state)
{
	static const struct {
		const char *what, *header;
		bool hides;
	} rows[] = {
		{ "none", "A: b\r\n To: c\r\n\r\n", false },
		{ "a field of its own", "A: b\r\nTo: c\r\n\r\n", false },
		{ "after LF", "A: b\nTo: c\r\n\r\n", true },
		{ "after CR, blank before the colon", "A: b\rto : c\r\n\r\n", true },
		{ "at the beginning", "\nTo: c\r\n\r\n", true },
		{ "after CR CR LF", "A: b\r\r\n To: c\r\n\r\n", false },
		{ "another name", "A: b\nTop: c\r\n\r\n", false },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct fields f;

		assert_int_equal(fields_parse(a, str_of(rows[i].header), &f, NULL), 0);
		if (fields_hide(&f, STR("to")) != rows[i].hides)
			fail_msg("%s", rows[i].what);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden),
		cmocka_unit_test(taking),
		cmocka_unit_test(counting),
		cmocka_unit_test(ceilings),
	};

	return cmocka_run_group_tests_name("auth/fields", tests, NULL, NULL);
}
