/* SPDX-License-Identifier: ISC */
#include "dns/keycache.h"

#include <stdio.h>
#include <string.h>

#include "base/test.h"

#define POINT "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" /* RFC 8463 appendix A.2 */

/* A key record that is number n; of these bytes at least. */
static struct str
record(char *room, size_t size, unsigned n, unsigned bytes)
{
	snprintf(room, size, "k=ed25519; " POINT "; n=%u%*s", n, (int)bytes, "");
	return str_of(room);
}

static void
check(struct keycache *c, struct arena *a, struct str text)
{
	struct known_key k;
	struct hash right = sha256(text);

	memset(&k, 0xff, sizeof k);
	keycache_read(c, a, text, &k);
	assert_int_equal(k.record.kind, KEYRECORD_KEY);
	assert_int_equal(k.record.key.point.n, 32);
	assert_int_equal((uint8_t)k.record.key.point.p[0], 0xd7);
	assert_true(hash_eq(k.hash, right));
}

/* Known and new ones, more than there is room for, records too long to be kept, and no cache. */
static void
same_answer(void **state)
{
	struct keycache *c = keycache_new();
	struct arena *a = arena_new(1 << 20);
	char room[3000];

	(void)state;
	for (unsigned round = 0; round < 2; round++)
		for (unsigned n = 0; n < 3 * KEYCACHE_RECORDS; n++)
			for (unsigned again = 0; again < 2; again++)
				check(
				    c, a, record(room, sizeof room, n % (KEYCACHE_RECORDS + 7), 0));
	check(c, a, record(room, sizeof room, 1, 2000));
	check(NULL, a, record(room, sizeof room, 1, 0));
	arena_free(a);
	keycache_free(c);
	keycache_free(NULL);
}

/* What was read stays while as many others are read as fit; then it has gone. */
static void
lives(void **state)
{
	struct keycache *c = keycache_new();
	struct arena *a = arena_new(1 << 20);
	char room[200];
	struct known_key first, k;

	(void)state;
	keycache_read(c, a, record(room, sizeof room, 0, 0), &first);
	for (unsigned n = 1; n < KEYCACHE_RECORDS; n++)
		keycache_read(c, a, record(room, sizeof room, n, 0), &k);
	assert_int_equal((uint8_t)first.record.key.point.p[0], 0xd7);
	keycache_read(c, a, record(room, sizeof room, 0, 0), &k);
	assert_ptr_equal(k.record.key.point.p, first.record.key.point.p);
	assert_int_equal(arena_used(a), 0);
	arena_free(a);
	keycache_free(c);
}

/* One byte makes another record. */
static void
no_mixing(void **state)
{
	struct keycache *c = keycache_new();
	struct arena *a = arena_new(1 << 20);
	struct known_key k;

	(void)state;
	keycache_read(c, a, STR("k=ed25519; " POINT), &k);
	assert_int_equal(k.record.kind, KEYRECORD_KEY);
	keycache_read(c, a, STR("k=ed25518; " POINT), &k);
	assert_int_equal(k.record.kind, KEYRECORD_UNKNOWN);
	keycache_read(c, a, STR("k=ed25519; " POINT ";"), &k);
	assert_int_equal(k.record.kind, KEYRECORD_KEY);
	keycache_read(c, a, STR("k=ed25519; p="), &k);
	assert_int_equal(k.record.kind, KEYRECORD_REVOKED);
	arena_free(a);
	keycache_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_answer),
		cmocka_unit_test(lives),
		cmocka_unit_test(no_mixing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
