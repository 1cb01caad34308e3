/* SPDX-License-Identifier: ISC */
#include "auth/finding_words.h"

#include "auth/finding.h"
#include "base/test.h"

/* Every finding has its words, and they are not those of its family by accident. */
static void
all(void **state)
{
	(void)state;
	for (int id = 0; id < FINDINGS; id++) {
		struct buf words = BUF_MAX(200);

		finding_say(&words, finding_rows[id].code);
		if (words.n == 0 || words.over)
			fail_msg("%s: no words", finding_rows[id].code);
		buf_free(&words);
	}
}

static void
words(void **state)
{
	static const struct {
		const char *code, *want;
	} rows[] = {
		{ "unsigned-reply-to", "reply-to was not signed by the author's server: anybody on"
		                       " the way can have written it" },
		{ "duplicate-boundary", "readers differ on what the parts of the message are" },
		{ "unexaminable", "the examination died of it: nothing is known but its bytes" },
		{ "nothing-like-it", "" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(200);

		finding_say(&got, rows[i].code);
		test_str(rows[i].code, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests_name("auth/finding_words", tests, NULL, NULL);
}
