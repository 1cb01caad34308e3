/* SPDX-License-Identifier: ISC */
#include "msg/clean.h"

#include "base/test.h"

/* Byte by byte, what blocks must agree with. */
static size_t
blanks_by_byte(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char next = i + 1 < s.n ? s.p[i + 1] : '\r';

		if (s.p[i] == '\t' ||
		    (s.p[i] == ' ' && (next == ' ' || next == '\t' || next == '\r')))
			return i;
	}
	return s.n;
}

static size_t
lines_by_byte(struct str s, bool header)
{
	size_t i = 1;

	for (; i < s.n; i++)
		if ((s.p[i] == '\n') != (s.p[i - 1] == '\r') || s.p[i] == '\0' ||
		    (header && (unsigned char)s.p[i] > 127))
			break;
	return (i - 1) / CLEAN_BLOCK * CLEAN_BLOCK;
}

static size_t
starts_by_byte(struct str s, const char first[3])
{
	for (size_t i = 2; i < s.n; i++)
		if (s.p[i - 2] == '\r' && s.p[i - 1] == '\n' &&
		    (s.p[i] == first[0] || s.p[i] == first[1] || s.p[i] == first[2]))
			return i;
	return s.n;
}

/* Runs of blanks are one SP, and none before CR LF. */
static void
check_reduce(struct str s)
{
	char want[CLEAN_BLOCK], got[CLEAN_BLOCK];
	size_t n = 0;

	for (size_t i = 0; i < CLEAN_BLOCK; i++) {
		struct str after = str_from(s, i + 1);

		if (!char_is_blank(s.p[i]))
			want[n++] = s.p[i];
		else if (!char_is_blank(after.p[0]) && !str_starts(after, STR("\r\n")))
			want[n++] = ' ';
	}
	assert_int_equal(clean_reduce(s.p, got), n);
	assert_memory_equal(got, want, n);
	assert_true(clean_has_blanks(s.p) || clean_blanks(s) >= CLEAN_BLOCK);
}

static void
check_odd(struct str s)
{
	struct clean_odd got = clean_odd(s), want = { 0 };

	for (size_t i = 1; i < s.n; i++) {
		want.cr |= s.p[i - 1] == '\r' && s.p[i] != '\n';
		want.lf |= s.p[i - 1] != '\r' && s.p[i] == '\n';
		want.nul |= s.p[i] == '\0';
	}
	assert_true(got.cr == want.cr && got.lf == want.lf && got.nul == want.nul);
}

static void
check(const char *bytes, size_t n)
{
	/* Every beginning, so that each byte is met at each place of a block. */
	for (size_t from = 0; from + 1 < n; from++) {
		struct str s = str_bytes(bytes + from, n - from);

		assert_int_equal(clean_blanks(s), blanks_by_byte(s));
		assert_int_equal(clean_lines(s, false), lines_by_byte(s, false));
		assert_int_equal(clean_lines(s, true), lines_by_byte(s, true));
		check_odd(s);
		if (s.n >= CLEAN_BLOCK + 2)
			check_reduce(s);
		assert_int_equal(clean_starts(s, "-Cc"), starts_by_byte(s, "-Cc"));
		assert_int_equal(clean_starts(s, "---"), starts_by_byte(s, "---"));
	}
}

/* Three, of which each may be another. */
static void
beginnings(void **state)
{
	char bytes[3 * CLEAN_BLOCK];

	(void)state;
	for (int at = 0; at < 3; at++)
		for (unsigned c = 0; c < 256; c++) {
			memset(bytes, 'x', sizeof bytes);
			memcpy(bytes + CLEAN_BLOCK, "\r\n-", 3);
			bytes[CLEAN_BLOCK + at] = (char)c;
			check(bytes, sizeof bytes);
		}
}

/* Two odd bytes in clean ones, of each kind, at each distance. */
static void
agrees_with_bytes(void **state)
{
	static const char odd[] = { 0, '\t', '\n', '\r', ' ', 31, 33, 127, (char)128, (char)255 };
	char bytes[3 * CLEAN_BLOCK];

	(void)state;
	for (size_t a = 0; a < sizeof odd; a++)
		for (size_t b = 0; b < sizeof odd; b++)
			for (size_t far = 1; far <= CLEAN_BLOCK + 1; far += far > 2 ? 31 : 1) {
				memset(bytes, 'x', sizeof bytes);
				bytes[CLEAN_BLOCK] = odd[a];
				bytes[CLEAN_BLOCK + far] = odd[b];
				check(bytes, sizeof bytes);
			}
}

static void
random_bytes(void **state)
{
	static const char some[] = "abcCdefgh--  \t\r\n\r\n";
	char bytes[1000];
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = some[(seed >> 16) % (sizeof some - 1)];
		}
		check(bytes, sizeof bytes);
	}
}

static void
nothing(void **state)
{
	(void)state;
	assert_int_equal(clean_blanks(STR("")), 0);
	assert_int_equal(clean_lines(STR(""), true), 0);
	assert_int_equal(clean_starts(STR(""), "---"), 0);
	assert_int_equal(clean_blanks(STR(" ")), 0);
	assert_int_equal(clean_blanks(STR("x")), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_bytes),
		cmocka_unit_test(beginnings),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
