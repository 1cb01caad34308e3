/* SPDX-License-Identifier: ISC */
#include "msg/token.h"

#include "base/test.h"

/* Words up to the end, each stop alone. */
static void
words(void **state)
{
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "words", "a b\tc\r\n d", "a|b|c|d|" },
		{ "stops", "a=b;c", "a|=|b|;|c|" },
		{ "comments", "(x)a(y (z) \\) )b (", "a|b|" },
		{ "quoted", "a\"b c\"d \"e\\\" f\"", "a|\"b c\"|d|\"e\\\" f\"|" },
		{ "an open quote", "a \"b c", "a|\"b c|" },
		{ "a backslash at the end", "\"a\\", "\"a\\|" },
		{ "an open comment", "a (b c", "a|" },
		{ "a comment ends that never began", "a) b", "a)|b|" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].text), word;
		struct buf got = BUF_MAX(100);

		for (token_skip(&rest); rest.n > 0; token_skip(&rest)) {
			word = token_word(&rest, "=;");
			if (word.n == 0) {
				word = str_head(rest, 1);
				rest = str_from(rest, 1);
			}
			buf_printf(&got, "%.*s|", STR_FMT(word));
		}
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

static void
meanings(void **state)
{
	static const struct {
		const char *word, *want;
	} rows[] = {
		{ "abc", "abc" },
		{ "\"a b\"", "a b" },
		{ "\"a\\\"b\\\\\"", "a\"b\\" },
		{ "\"a\r\n b\"", "a b" },
		{ "\"\"", "" },
		{ "\"", "\"" },
		{ "\"a", "a" },
		{ "\"a\\\"", "a\"" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(100);

		token_meaning(str_of(rows[i].word), &got);
		test_str(rows[i].word, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(meanings),
	};

	return cmocka_run_group_tests_name("msg/token", tests, NULL, NULL);
}
