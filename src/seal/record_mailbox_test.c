/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/limits.h"
#include "seal/record_mailbox.h"

#define H0 "0000000000000000000000000000000000000000000000000000000000000000"
#define HEAD                                                                                    \
	"mailseal-record/1\nkind mailbox\nlog a.example\nseq 3\nlog-previous " H0 "\nnonce " H0 \
	"\ntime 1000 sync=no error-ms=0\nsoftware 1 " H0 "\nobject sha256=- "                   \
	"key-check=-\n"
#define WHERE(event) "event " event "\ncommit account " H0 "\ncommit folder " H0 "\nuidvalidity 7\n"
#define NUMBERS      "uidnext 100\nexists 90 listed=89\nhighestmodseq "
#define SETS         "\nsealed 89 1:50,61:99 more=0\ngone 9 51:59 more=0\nfailed 1 60 more=0\n"
#define FULL         HEAD WHERE("connect") NUMBERS "77" SETS "watched-until 900\nprevious 2\n"
#define LEAST                                                                             \
	HEAD WHERE("retire") "uidnext 0\nexists 0 listed=0\nhighestmodseq -\nsealed 0 - " \
	                     "more=0\ngone 0 - more=0\n"                                  \
	                     "failed 0 - more=0\nwatched-until -\nprevious -\n"

/* What is read and written again is the same. */
static void
again(void **unused)
{
	static const char *const texts[] = { FULL, LEAST };
	struct buf out = BUF_MAX(LIMIT_RECORD);

	(void)unused;
	for (size_t i = 0; i < TEST_ROWS(texts); i++) {
		struct record_mailbox m;
		struct record r;
		struct err e = { 0 };

		if (record_parse(str_of(texts[i]), &r, &e) == -1)
			fail_msg("%s", e.text);
		record_mailbox_read(&r, &m);
		buf_clear(&out);
		assert_int_equal(record_mailbox_write(&out, &r.head, &m, &e), 0);
		test_str("again", buf_str(&out), texts[i]);
	}
	buf_free(&out);
}

/* A set that is larger than a line: its lowest ranges, and a count. */
static void
bounded(void **unused)
{
	struct buf text = BUF_MAX(LIMIT_RECORD_UIDS), out = BUF_MAX(LIMIT_RECORD);
	struct record_mailbox m = { .uidnext = UINT32_MAX };
	struct ranges r = { 0 };
	struct record parsed;
	struct err e = { 0 };

	(void)unused;
	assert_int_equal(record_parse(STR(LEAST), &parsed, &e), 0);
	for (uint32_t i = 1; i < 100000; i += 2)
		assert_int_equal(ranges_add(&r, i, i, &e), 0);
	m.sealed = record_uids(&r, &text);
	assert_int_equal(m.sealed.n, 50000);
	assert_true(m.sealed.more > 0 && m.sealed.text.n <= LIMIT_RECORD_UIDS);
	assert_int_equal(record_mailbox_write(&out, &parsed.head, &m, &e), 0);
	ranges_free(&r);
	buf_free(&text);
	buf_free(&out);
}

static void
refusals(void **unused)
{
	static const struct {
		const char *what, *numbers, *sets;
	} rows[] = {
		{ "of two kinds", NUMBERS "-",
		    "\nsealed 2 1:2 more=0\ngone 1 2 more=0\nfailed 0 - more=0\n" },
		{ "not below UIDNEXT", NUMBERS "-",
		    "\nsealed 1 100 more=0\ngone 0 - more=0\nfailed 0 - more=0\n" },
		{ "miscounted", NUMBERS "-",
		    "\nsealed 3 1:2 more=0\ngone 0 - more=0\nfailed 0 - more=0\n" },
		{ "more than there are", NUMBERS "-",
		    "\nsealed 1 1 more=2\ngone 0 - more=0\nfailed 0 - more=0\n" },
		{ "unknown, as 0", NUMBERS "0",
		    "\nsealed 0 - more=0\ngone 0 - more=0\nfailed 0 - more=0\n" },
		{ "none, and yet one", NUMBERS "-",
		    "\nsealed 1 - more=0\ngone 0 - more=0\nfailed 0 - more=0\n" },
	};
	struct buf text = BUF_MAX(4096);

	(void)unused;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct record r;

		buf_clear(&text);
		buf_printf(&text, HEAD WHERE("heartbeat") "%s%swatched-until -\nprevious -\n",
		    rows[i].numbers, rows[i].sets);
		if (record_parse(buf_str(&text), &r, NULL) != -1)
			fail_msg("%s: taken", rows[i].what);
	}
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(again),
		cmocka_unit_test(bounded),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
