/* SPDX-License-Identifier: ISC */
#include "msg/header.h"

#include "base/test.h"

/* Fields as name=body|, a malformed line as !raw|, and . before what is left when it ended. */
static void
fields(void **state)
{
	static const struct {
		const char *what, *message, *want;
	} rows[] = {
		{ "nothing", "", "." },
		{ "one", "A: b\r\n\r\n", "A= b|." },
		{ "fold kept", "A: b\r\n c\r\n\r\n", "A= b\r\n c|." },
		{ "fold of blanks only", "A: b\r\n \t\r\nC:d\r\n\r\n", "A= b\r\n \t|C=d|." },
		{ "blanks before the colon", "A \t: b\r\n\r\n", "A= b|." },
		{ "empty body", "A:\r\nB:\r\n\r\n", "A=|B=|." },
		{ "body follows", "A: b\r\n\r\nC: d\r\n", "A= b|.C: d\r\n" },
		{ "begins with the empty line", "\r\nA: b\r\n", ".A: b\r\n" },
		{ "ends without an empty line", "A: b\r\n", "A= b|." },
		{ "ends without CR LF", "A: b", "A= b|." },
		{ "ends after CR", "A: b\r", "A= b\r|." },
		{ "bare LF ends nothing", "A: b\nC: d\r\n\r\n", "A= b\nC: d|." },
		{ "bare CR ends nothing", "A: b\rC: d\r\n\r\n", "A= b\rC: d|." },
		{ "CR CR LF", "A: b\r\r\n\r\n", "A= b\r|." },
		{ "colon in the body", "A: b:c\r\n\r\n", "A= b:c|." },
		{ "no colon", "A b\r\n\r\n", "!A b\r\n|." },
		{ "goes on after it", "A b\r\n c\r\nD: e\r\n\r\n", "!A b\r\n c\r\n|D= e|." },
		{ "begins with the colon", ": b\r\n\r\n", "!: b\r\n|." },
		{ "fold without a field", " A: b\r\nC: d\r\n\r\n", "! A: b\r\n|C= d|." },
		{ "blank inside the name", "From a: b\r\n\r\n", "!From a: b\r\n|." },
		{ "8 bits in the name", "\xc3\xa4: b\r\n\r\n", "!\xc3\xa4: b\r\n|." },
		{ "8 bits in the body", "A: \xc3\xa4\r\n\r\n", "A= \xc3\xa4|." },
		{ "colon only in the fold", "A\r\n : b\r\n\r\n", "!A\r\n : b\r\n|." },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].message);
		struct buf got = BUF_MAX(1000);
		struct header h;
		int rc;

		while ((rc = header_next(&rest, &h, NULL)) != 0) {
			if (rc == -1)
				buf_printf(&got, "!%.*s|", STR_FMT(h.raw));
			else
				buf_printf(&got, "%.*s=%.*s|", STR_FMT(h.name), STR_FMT(h.body));
		}
		buf_printf(&got, ".%.*s", STR_FMT(rest));
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests_name("msg/header", tests, NULL, NULL);
}
