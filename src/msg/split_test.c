/* SPDX-License-Identifier: ISC */
#include "msg/split.h"

#include "base/test.h"

static void
places(void **state)
{
	static const struct {
		const char *what, *message;
		size_t header;
		bool done;
	} rows[] = {
		{ "nothing", "", 0, false },
		{ "usual", "A: b\r\n\r\nbody\r\n\r\n", 8, true },
		{ "begins with CR LF", "\r\nA: b\r\n\r\n", 2, true },
		{ "begins with CR LF CR LF", "\r\n\r\nbody", 2, true },
		{ "none", "A: b\r\nC: d\r\n", 12, false },
		{ "bare LF", "A: b\n\nbody", 10, false },
		{ "LF CR LF is no line end", "A: b\n\r\nbody", 11, false },
		{ "CR CR LF CR LF", "A: b\r\r\n\r\nbody", 9, true },
		{ "CR LF CR CR LF CR LF", "A: b\r\n\r\r\n\r\nbody", 11, true },
		{ "begins with CR CR LF", "\r\r\nA: b\r\n\r\n", 11, true },
		{ "empty body", "A: b\r\n\r\n", 8, true },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str message = str_of(rows[i].message);

		for (size_t step = 1; step <= message.n + 1; step++) {
			struct split s = split_start();

			for (struct str rest = message; rest.n > 0; rest = str_from(rest, step))
				split_add(&s, str_head(rest, step));
			if (s.header != rows[i].header || split_done(&s) != rows[i].done)
				fail_msg("%s, in steps of %zu: %u", rows[i].what, step,
				    (unsigned)s.header);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
	};

	return cmocka_run_group_tests_name("msg/split", tests, NULL, NULL);
}
