/* SPDX-License-Identifier: ISC */
#include "daemon/signer.h"

#include "base/test.h"

static struct hash
hash_of(char c)
{
	return hash_leaf(str_bytes(&c, 1));
}

/* Trees over leaves "a", "b", "c" …, and the forks of one who has another "b". */
static void
histories(void **state)
{
	struct hash a = hash_of('a'), b = hash_of('b'), c = hash_of('c'), x = hash_of('x');
	struct tlog_head none = { 0 }, one = { 1, a }, two = { 2, hash_node(a, b) };
	struct tlog_head three = { 3, hash_node(two.root, c) };
	struct tlog_head other = { 2, hash_node(a, x) };
	struct tlog_head other3 = { 3, hash_node(other.root, c) };
	struct hash one_to_two[] = { b }, two_to_three[] = { c };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(signer_allows(none, two, NULL, 0, &e), 0);
	assert_int_equal(signer_allows(none, none, NULL, 0, &e), -1);
	assert_int_equal(signer_allows(one, two, one_to_two, 1, &e), 0);
	assert_int_equal(signer_allows(two, three, two_to_three, 1, &e), 0);
	assert_int_equal(signer_allows(two, two, NULL, 0, &e), 0);
	assert_int_equal(signer_allows(two, other, NULL, 0, &e), -1);
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_int_equal(signer_allows(two, one, NULL, 0, &e), -1);
	assert_int_equal(signer_allows(two, other3, two_to_three, 1, &e), -1);
	assert_int_equal(signer_allows(two, three, NULL, 0, &e), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(histories) };

	return cmocka_run_group_tests_name("daemon/signer", tests, NULL, NULL);
}
