/* SPDX-License-Identifier: ISC */
#include "auth/canon.h"

#include "base/test.h"

/* RFC 6376 section 3.4.5 gives the first rows of each table; the others follow from its text. */
static void
headers(void **state)
{
	static const struct {
		const char *what, *field, *simple, *relaxed;
	} rows[] = {
		{ "RFC 6376 3.4.5, A", "A: X\r\n", "A: X\r\n", "a:X\r\n" },
		{ "RFC 6376 3.4.5, B", "B : Y\t\r\n\tZ  \r\n", "B : Y\t\r\n\tZ  \r\n",
		    "b:Y Z\r\n" },
		{ "begins with a fold", "A:\r\n b\r\n", "A:\r\n b\r\n", "a:b\r\n" },
		{ "blank before the fold", "A: b \r\n\tc\r\n", "A: b \r\n\tc\r\n", "a:b c\r\n" },
		{ "fold of blanks", "A: b\r\n \r\n", "A: b\r\n \r\n", "a:b\r\n" },
		{ "empty", "A:\r\n", "A:\r\n", "a:\r\n" },
		{ "blanks only", "A: \t \r\n", "A: \t \r\n", "a:\r\n" },
		{ "no CR LF at the end", "A: b", "A: b\r\n", "a:b\r\n" },
		{ "bare LF stays", "A: b\n c\r\n", "A: b\n c\r\n", "a:b\n c\r\n" },
		{ "bare CR stays", "A: b\r c\r\n", "A: b\r c\r\n", "a:b\r c\r\n" },
		{ "8 bits stay", "A: \xc3\x84\r\n", "A: \xc3\x84\r\n", "a:\xc3\x84\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].field);
		struct buf got = BUF_MAX(1000);
		struct header h;

		assert_int_equal(header_next(&rest, &h, NULL), 1);
		canon_header(&got, &h, CANON_SIMPLE);
		test_str(rows[i].what, buf_str(&got), rows[i].simple);
		buf_clear(&got);
		canon_header(&got, &h, CANON_RELAXED);
		test_str(rows[i].what, buf_str(&got), rows[i].relaxed);
		buf_free(&got);
	}
}

static void
signatures(void **state)
{
	static const struct {
		const char *what, *field, *simple, *relaxed;
	} rows[] = {
		{ "in the middle", "S: a=1; b=x\r\n y; c=2\r\n", "S: a=1; b=; c=2",
		    "s:a=1; b=; c=2" },
		{ "at the end", "S: a=1; b= x \r\n", "S: a=1; b=", "s:a=1; b=" },
		{ "not bh=", "S: bh=x; b=y;\r\n", "S: bh=x; b=;", "s:bh=x; b=;" },
		{ "blanks around the name", "S: a=1;\r\n b = x==;\r\n", "S: a=1;\r\n b =;",
		    "s:a=1; b =;" },
		{ "a value that says b=", "S: z=b=q; b=x\r\n", "S: z=b=q; b=", "s:z=b=q; b=" },
		{ "none", "S: a=1\r\n", "S: a=1", "s:a=1" },
		{ "B= is another tag", "S: B=x; b=y\r\n", "S: B=x; b=", "s:B=x; b=" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str rest = str_of(rows[i].field);
		struct buf got = BUF_MAX(1000);
		struct header h;

		assert_int_equal(header_next(&rest, &h, NULL), 1);
		canon_signature(&got, &h, CANON_SIMPLE);
		test_str(rows[i].what, buf_str(&got), rows[i].simple);
		buf_clear(&got);
		canon_signature(&got, &h, CANON_RELAXED);
		test_str(rows[i].what, buf_str(&got), rows[i].relaxed);
		buf_free(&got);
	}
}

static void
canonical(struct buf *out, struct str body, enum canon how, size_t step)
{
	struct canon_body c = { .how = how };
	struct str piece;

	for (struct str rest = body; rest.n > 0; rest = str_from(rest, step)) {
		struct str chunk = str_head(rest, step);

		while (canon_body_next(&c, &chunk, &piece))
			buf_add(out, piece);
	}
	while (canon_body_last(&c, &piece))
		buf_add(out, piece);
}

static void
bodies(void **state)
{
	static const struct {
		const char *what, *body, *simple, *relaxed;
	} rows[] = {
		{ "RFC 6376 3.4.5", " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n",
		    " C\r\nD E\r\n" },
		{ "RFC 6376 3.4.3, empty", "", "\r\n", "" },
		{ "only line ends", "\r\n\r\n", "\r\n", "" },
		{ "no CR LF at the end", "a", "a\r\n", "a\r\n" },
		{ "last line of blanks", "a\r\n \t\r\n", "a\r\n \t\r\n", "a\r\n" },
		{ "last line of blanks, no CR LF", "a\r\n  ", "a\r\n  \r\n", "a\r\n" },
		{ "only blanks", "  \t", "  \t\r\n", "" },
		{ "only lines of blanks", " \r\n\t\r\n", " \r\n\t\r\n", "" },
		{ "empty lines inside", "a\r\n\r\n \r\nb\r\n", "a\r\n\r\n \r\nb\r\n",
		    "a\r\n\r\n\r\nb\r\n" },
		{ "blanks at the start of a line", "a\r\n \tb\r\n", "a\r\n \tb\r\n",
		    "a\r\n b\r\n" },
		{ "one tab", "a\tb", "a\tb\r\n", "a b\r\n" },
		{ "bare LF", "a \n b\n", "a \n b\n\r\n", "a \n b\n\r\n" },
		{ "bare CR", "a \r b\r", "a \r b\r\r\n", "a \r b\r\r\n" },
		{ "CR CR LF", "a\r\r\n\r\n", "a\r\r\n", "a\r\r\n" },
		{ "only CR", "\r", "\r\r\n", "\r\r\n" },
		{ "empty lines, then CR", "\r\n\r\n\r", "\r\n\r\n\r\r\n", "\r\n\r\n\r\r\n" },
		{ "blank before CR at the end", "a \r", "a \r\r\n", "a \r\r\n" },
		{ "8 bits", "\xff  \xa0\r\n", "\xff  \xa0\r\n", "\xff \xa0\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str body = str_of(rows[i].body);

		for (size_t step = 1; step <= body.n + 1; step++) {
			struct buf got = BUF_MAX(1000);

			canonical(&got, body, CANON_SIMPLE, step);
			test_str(rows[i].what, buf_str(&got), rows[i].simple);
			buf_clear(&got);
			canonical(&got, body, CANON_RELAXED, step);
			test_str(rows[i].what, buf_str(&got), rows[i].relaxed);
			buf_free(&got);
		}
	}
}

/* More line ends than a piece has. */
static void
many_lines(void **state)
{
	struct buf body = BUF_MAX(10000), got = BUF_MAX(10000);

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		buf_add(&body, STR("\r\n"));
	buf_add(&body, STR("a\r\n"));
	canonical(&got, buf_str(&body), CANON_RELAXED, 7);
	assert_true(str_eq(buf_str(&got), buf_str(&body)));
	buf_free(&body);
	buf_free(&got);
}

/* Where blanks are thick whole blocks are reduced: as it is byte by byte. */
static void
thick_blanks(void **state)
{
	static const char *const words[] = { " ", "\t", "\r\n", "  ", "\r\n", "a", "\r", "\n" };
	uint32_t seed = 1;

	(void)state;
	for (size_t round = 0; round < 5000; round++) {
		size_t kinds = round % 3 == 0 ? 5 : round % 3 == 1 ? 6 : 8;
		struct buf body = BUF_MAX(1000), slow = BUF_MAX(1000), fast = BUF_MAX(1000);

		while (body.n < 300) {
			seed = seed * 1664525 + 1013904223;
			buf_add(&body, str_of(words[(seed >> 16) % kinds]));
			if ((seed >> 16) % 128 == 0)
				buf_byte(&body, 'b');
		}
		canonical(&slow, buf_str(&body), CANON_RELAXED, 1);
		canonical(&fast, buf_str(&body), CANON_RELAXED, CLEAN_BLOCK + 1 + round % 250);
		assert_true(str_eq(buf_str(&slow), buf_str(&fast)));
		buf_free(&body);
		buf_free(&slow);
		buf_free(&fast);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(signatures),
		cmocka_unit_test(bodies),
		cmocka_unit_test(many_lines),
		cmocka_unit_test(thick_blanks),
	};

	return cmocka_run_group_tests_name("auth/canon", tests, NULL, NULL);
}
