/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "base/test.h"

static void
ceiling(void **state)
{
	struct buf b = BUF_MAX(10);
	struct err e = { 0 };

	(void)state;
	buf_add(&b, STR("0123456789"));
	assert_int_equal(buf_check(&b, "ten", &e), 0);
	buf_byte(&b, 'x');
	assert_int_equal(buf_check(&b, "ten", &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "ten: more than 10 bytes");
	test_str("kept", buf_str(&b), "0123456789");
	buf_clear(&b);
	assert_int_equal(buf_check(&b, "ten", &e), 0);
	buf_free(&b);
}

static void
over_stays(void **state)
{
	struct buf b = BUF_MAX(4);

	(void)state;
	buf_add(&b, STR("12345"));
	buf_add(&b, STR("1"));
	assert_true(b.over);
	assert_int_equal(b.n, 0);
	buf_free(&b);
}

static void
numbers_and_text(void **state)
{
	struct buf b = BUF_MAX(4096), hex = BUF_MAX(4096);
	uint8_t bytes[2];

	(void)state;
	buf_u16be(&b, 0x0102);
	buf_u32be(&b, 0x03040506);
	buf_u64be(&b, 0x0708090a0b0c0d0e);
	hex_add(&hex, buf_str(&b));
	test_str("big-endian", buf_str(&hex), "0102030405060708090a0b0c0d0e");
	buf_clear(&hex);
	buf_printf(&hex, "%600d", 1);
	assert_int_equal(hex.n, 600);
	assert_int_equal(hex_decode(STR("0aff"), bytes, 2), 0);
	assert_int_equal(bytes[1], 0xff);
	assert_int_equal(hex_decode(STR("0aFF"), bytes, 2), -1);
	assert_int_equal(hex_decode(STR("0af"), bytes, 2), -1);
	assert_int_equal(hex_value('9'), 9);
	assert_int_equal(hex_value('a'), 10);
	assert_int_equal(hex_value('F'), 15);
	assert_int_equal(hex_value('g'), -1);
	assert_int_equal(hex_value('@'), -1);
	buf_free(&b);
	buf_free(&hex);
}

static void
arenas(void **state)
{
	struct arena *a = arena_new(100000);

	(void)state;
	assert_non_null(arena_alloc(a, 50000));
	assert_non_null(arena_alloc(a, 0));
	assert_null(arena_alloc(a, 60000));
	assert_null(arena_array(a, SIZE_MAX / 2, 4));
	test_str("copy", arena_str(a, STR("a\0b")).n == 3 ? STR("3") : STR("?"), "3");
	arena_free(a);
	arena_free(NULL);
}

static void
arenas_are_cleared(void **state)
{
	struct arena *a = arena_new(100000);
	static const char zero[50000];

	(void)state;
	arena_clear(a);
	for (size_t n = 5; n <= sizeof zero; n *= 10) {
		memset(arena_alloc(a, n), 'x', n);
		arena_clear(a);
		assert_int_equal(arena_used(a), 0);
		assert_memory_equal(arena_alloc(a, n), zero, n);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ceiling),
		cmocka_unit_test(over_stays),
		cmocka_unit_test(numbers_and_text),
		cmocka_unit_test(arenas),
		cmocka_unit_test(arenas_are_cleared),
	};

	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
