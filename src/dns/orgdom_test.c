/* SPDX-License-Identifier: ISC */
#include "dns/orgdom.h"

#include "base/test.h"

static void
lines(void **state)
{
	static const struct {
		const char *what, *line, *want; /* NULL: refused */
	} rows[] = {
		{ "above", "mailseal-orgdom/1 example.com list=2023-02-09\n", "example.com" },
		{ "the name itself", "mailseal-orgdom/1 a.example.com list=2023-02-09\n",
		    "a.example.com" },
		{ "a top-level domain", "mailseal-orgdom/1 com list=2023-02-09\n", NULL },
		{ "below", "mailseal-orgdom/1 b.a.example.com list=2023-02-09\n", NULL },
		{ "beside", "mailseal-orgdom/1 example.org list=2023-02-09\n", NULL },
		{ "not at a dot", "mailseal-orgdom/1 xample.com list=2023-02-09\n", NULL },
		{ "no domain", "mailseal-orgdom/1  list=2023-02-09\n", NULL },
		{ "no list", "mailseal-orgdom/1 example.com\n", NULL },
		{ "only a list", "mailseal-orgdom/1 list=2023-02-09\n", NULL },
		{ "a date that is none", "mailseal-orgdom/1 example.com list=2023-02-9x\n", NULL },
		{ "a short date", "mailseal-orgdom/1 example.com list=2023-02\n", NULL },
		{ "more", "mailseal-orgdom/1 example.com list=2023-02-09\nx\n", NULL },
		{ "no end", "mailseal-orgdom/1 example.com list=2023-02-09", NULL },
		{ "another version", "mailseal-orgdom/2 example.com list=2023-02-09\n", NULL },
		{ "nothing", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str line = str_of(rows[i].line);
		struct buf again = BUF_MAX(100);
		struct orgdom o;
		int rc = orgdom_read(line, STR("a.example.com"), &o, NULL);

		test_str(rows[i].what, rc == 0 ? o.domain : STR("refused"),
		    rows[i].want != NULL ? rows[i].want : "refused");
		if (rc == 0) {
			orgdom_write(&again, &o);
			assert_true(str_eq(buf_str(&again), line));
		}
		buf_free(&again);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests_name("dns/orgdom", tests, NULL, NULL);
}
