/* SPDX-License-Identifier: ISC */
#include "msg/parameter.h"

#include "base/test.h"

static const struct {
	const char *what, *field, *want;
	unsigned n;
	bool in_pieces;
} rows[] = {
	{ "none", "a/b; boundary=x", "", 0, false },
	{ "a token", "a/b; name=x; y", "x", 1, false },
	{ "quoted", "a/b; name=\"x;\\\"y\"; name=z", "x;\"y", 2, false },
	{ "comments", "a/b; Name (c) = (d) x", "x", 1, false },
	{ "a longer name", "a/b; names=x; name-x=y", "", 0, false },
	/* the examples of RFC 2231 sections 3, 4 and 4.1 */
	{ "pieces", "message/x; name*0=\"ftp://\"; name*1=\"cs.utk.edu\"", "ftp://cs.utk.edu", 1,
	    true },
	{ "a charset", "a/b; name*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
	    "This is ***fun***", 1, true },
	{ "both",
	    "a/b;\r\n name*0*=us-ascii'en'This%20is%20even%20more%20;\r\n"
	    " name*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n name*2=\"isn't it!\"",
	    "This is even more ***fun*** isn't it!", 1, true },

	{ "pieces in another order", "a/b; name*1=y; name*0=x", "xy", 1, true },
	{ "one that is missing", "a/b; name*0=x; name*2=z", "x", 1, true },
	{ "none that is the first", "a/b; name*1=y", "", 0, true },
	{ "the first twice", "a/b; name*0=x; name*0=y", "x", 2, true },
	{ "the plain one counts", "a/b; name*0=x; name=y", "y", 2, true },
	{ "quotes that are none of a charset", "a/b; name*0='x'y'z", "'x'y'z", 1, true },
	{ "no charset", "a/b; name*=x%41", "xA", 1, true },
	{ "what is no escape", "a/b; name*=''x%4%GG%", "x%4%GG%", 1, true },
	{ "many pieces", "a/b; name*0=x; name*15=y; name*16=z; name*100=z", "x", 1, true },
	{ "what is no number", "a/b; name**=x; name*x=y; name*", "", 0, false },
};

static void
parameters(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str field = str_of(rows[i].field);
		char value[LIMIT_BOUNDARY];
		bool in_pieces;
		size_t n = parameter_get(field, "name", value);

		test_str(rows[i].what, str_bytes(value, n), rows[i].want);
		if (parameter_count(field, "name", &in_pieces) != rows[i].n ||
		    in_pieces != rows[i].in_pieces)
			fail_msg("%s: how often, and how", rows[i].what);
	}
}

/* As long as we take, and one byte more; in pieces, too. */
static void
lengths(void **state)
{
	static const char *const fields[] = { "a/b; name=", "a/b; name*0=x; name*1=" };
	char value[LIMIT_BOUNDARY];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(fields); i++) {
		struct buf field = BUF_MAX(1000);

		buf_add(&field, str_of(fields[i]));
		for (size_t n = i; n < LIMIT_BOUNDARY; n++)
			buf_byte(&field, 'x');
		assert_int_equal(parameter_get(buf_str(&field), "name", value), LIMIT_BOUNDARY);
		buf_byte(&field, 'x');
		assert_int_equal(parameter_get(buf_str(&field), "name", value), 0);
		buf_free(&field);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters),
		cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests_name("msg/parameter", tests, NULL, NULL);
}
