/* SPDX-License-Identifier: ISC */
#include "keys/sheet.h"

#include <sodium.h>

#include "base/test.h"
#include "keys/keyfile.h"

/* The bytes 0 to 31; the checks by Python's hashlib. */
static const char lines[] = "1 000G 40R4 0M30 F7KN\n"
                            "2 104G M2RC 1M70 YC5Y\n"
                            "3 208H 44RM 2MB1 F222\n"
                            "4 30CH M6RW 3MF1 Z15S\n";

static struct custodian_secret
counting(void)
{
	struct custodian_secret s;

	for (unsigned i = 0; i < sizeof s.b; i++)
		s.b[i] = (uint8_t)i;
	return s;
}

static void
reading(void **state)
{
	struct {
		const char *what, *text, *complaint; /* complaint NULL: it is read */
	} const rows[] = {
		{ "as printed", lines, NULL },
		{ "as typed",
		    "1 ooog-4or4-om3o-f7kn\r\n 4 3OCHM6RW 3MFIZ15S\n\t3 2o8h44rm2mbif222\n2 "
		    "l04g m2rc im7o yc5y",
		    NULL },
		{ "words between",
		    "a sheet\n1 000G 40R4 0M30 F7KN\n2 104G M2RC 1M70 YC5Y\n10 of them\n"
		    "3 208H 44RM 2MB1 F222\n4 30CH M6RW 3MF1 Z15S\n5 0\n",
		    NULL },
		{ "nothing", "", "line 1 of the sheet: missing" },
		{ "one missing",
		    "1 000G 40R4 0M30 F7KN\n2 104G M2RC 1M70 YC5Y\n4 30CH M6RW 3MF1 Z15S",
		    "line 3 of the sheet: missing" },
		{ "one twice", "1 000G 40R4 0M30 F7KN\n1 000G 40R4 0M30 F7KN\n",
		    "line 1 of the sheet: twice" },
		{ "exchanged", "1 104G M2RC 1M70 YC5Y\n",
		    "line 1 of the sheet: mistyped, or another line" },
		{ "one character wrong", "1 000G 40R4 0M30 F7KM\n",
		    "line 1 of the sheet: mistyped, or another line" },
		{ "two characters exchanged", "1 000G 4R04 0M30 F7KN\n",
		    "line 1 of the sheet: mistyped, or another line" },
		{ "too short", "1 000G 40R4 0M30 F7K\n",
		    "line 1 of the sheet: 15 characters; 16 are wanted" },
		{ "too long", "1 000G 40R4 0M30 F7KNK\n",
		    "line 1 of the sheet: more than 16 characters" },
		{ "a U", "1 000G U0R4 0M30 F7KN\n",
		    "line 1 of the sheet: character 5 is never used" },
	};
	struct custodian_secret want = counting(), got;
	struct err e;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		bool good = sheet_read(str_of(rows[i].text), &got, &e) == 0;

		test_str(rows[i].what, str_of(good ? "" : e.text),
		    rows[i].complaint == NULL ? "" : rows[i].complaint);
		if (good)
			assert_memory_equal(got.b, want.b, sizeof want.b);
	}
}

/* A NUL stands for no character, also not for the end of the alphabet. */
static void
nul(void **state)
{
	struct custodian_secret got;

	(void)state;
	assert_int_equal(sheet_line(1, str_bytes("000G 40R4 0M30 F7K\0", 19), &got, NULL), -1);
}

/* One A4 page of a printer that knows nothing, and what is on it is read again. */
static void
writing(void **state)
{
	struct sheet_about about = { STR("evidence.example/log"), 1790000000 };
	struct custodian_secret secret, again;
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct custodian c;
	struct str rest, line;
	unsigned n = 0;

	(void)state;
	assert_int_equal(custodian_by_sheet(&c, STR("sheet"), &secret, NULL), 0);
	keyfile_reserve(&text);
	sheet_write(&text, &c, &secret, &about);
	assert_int_equal(buf_check(&text, "sheet", NULL), 0);
	for (rest = buf_str(&text); str_line(&rest, &line); n++) {
		assert_true(line.n < 80);
		for (size_t i = 0; i < line.n; i++)
			assert_true(line.p[i] >= ' ' && line.p[i] <= '~');
	}
	assert_true(n <= 60);
	assert_true(str_find(buf_str(&text), about.origin) != -1);
	assert_int_equal(sheet_read(buf_str(&text), &again, NULL), 0);
	assert_memory_equal(again.b, secret.b, sizeof secret.b);
	assert_int_equal(custodian_secret_check(&c, &again, NULL), 0);
	again.b[7] ^= 1;
	assert_int_equal(custodian_secret_check(&c, &again, NULL), -1);
	assert_true(sodium_is_zero(again.b, sizeof again.b));
	keyfile_wipe(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(nul),
		cmocka_unit_test(writing),
	};

	return cmocka_run_group_tests_name("keys/sheet", tests, NULL, NULL);
}
