/* SPDX-License-Identifier: ISC */
#include "cli/doctor.h"

#include <stdlib.h>

#include "base/test.h"

const struct verb verbs[] = { { NULL, NULL, NULL, NULL } };

/* What is printed meanwhile. */
static FILE *real;
static char *printed;
static size_t n_printed;

static void
catch_output(void)
{
	real = stdout;
	stdout = open_memstream(&printed, &n_printed);
	assert_non_null(stdout);
}

static struct str
caught(void)
{
	fclose(stdout);
	stdout = real;
	return str_bytes(printed, n_printed);
}

/* Through a worker it is what it is without. */
static void
there_and_back(void **state)
{
	struct buf told = BUF_MAX(10000), direct = BUF_MAX(10000);
	struct doctor d = { .told = NULL }, worker = { .told = &told };
	struct err e = { 0 };

	(void)state;
	catch_output();
	doctor_say(&d, ADVICE_GOOD, "dns", "a.example", NULL, "%u bits", 7);
	doctor_say(&d, ADVICE_MEND, "dkim", NULL, "mend it", "with\x1b[31m colour");
	buf_add(&direct, caught());
	free(printed);
	assert_int_equal(str_find(buf_str(&direct), STR("\x1b")), -1);

	doctor_say(&worker, ADVICE_GOOD, "dns", "a.example", NULL, "%u bits", 7);
	doctor_say(&worker, ADVICE_MEND, "dkim", NULL, "mend it", "with\x1b[31m colour");
	assert_int_equal(worker.said[ADVICE_GOOD], 0);
	d.said[ADVICE_GOOD] = d.said[ADVICE_MEND] = 0;
	catch_output();
	assert_int_equal(doctor_hear(&d, buf_str(&told), &e), 0);
	assert_true(str_eq(caught(), buf_str(&direct)));
	free(printed);
	assert_int_equal(d.said[ADVICE_GOOD], 1);
	assert_int_equal(d.said[ADVICE_MEND], 1);
	buf_free(&told);
	buf_free(&direct);
}

#define LINE(advice, parts)                                                   \
	{                                                                     \
		"say advice=" advice " bytes=%zu\n", parts, sizeof(parts) - 1 \
	}

/* What no worker says that was not taken over. */
static const struct {
	const char *head, *parts;
	size_t n;
} lies[] = {
	LINE("3", "dns\0a\0\0text\0"),
	LINE("-1", "dns\0a\0\0text\0"),
	LINE("0", "dns\0a\0\0text"),
	LINE("0", "dns\0a\0text\0"),
	LINE("0", "dns\0a\0\0text\0more\0"),
	LINE("0", "dns"),
	LINE("0", ""),
	{ "say advice=0\n", "", 0 },
	{ "say advice=0 bytes=100\n", "dns", 3 },
	{ "say advice=0 bytes=%zu\n", "\x1b[2J\0\x1b[2J\0\x1b[2J\0\x1b[2J\0", 20 },
};

static void
lies_are_not_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(lies); i++) {
		struct buf told = BUF_MAX(1000);
		struct doctor d = { .told = NULL };
		struct err e = { 0 };
		bool said;
		int rc;

		buf_printf(&told, lies[i].head, lies[i].n);
		buf_add(&told, str_bytes(lies[i].parts, lies[i].n));
		catch_output();
		rc = doctor_hear(&d, buf_str(&told), &e);
		said = caught().n > 0;
		if (str_find(str_bytes(printed, n_printed), STR("\x1b")) != -1)
			fail_msg("lie %zu reaches the terminal", i);
		if ((i < TEST_ROWS(lies) - 1) != (rc == -1 && !said))
			fail_msg("lie %zu: %d %s", i, rc, e.text);
		free(printed);
		buf_free(&told);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(lies_are_not_said),
	};

	return cmocka_run_group_tests_name("cli/doctor_say", tests, NULL, NULL);
}
