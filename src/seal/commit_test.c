/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/hex.h"
#include "seal/commit.h"

/* Expected values by Python's hashlib and hmac, from the formulas of FORMATS section 2. */
static const struct seed seed = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
    18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 } };

static const struct {
	const char *what, *value, *want;
} rows[] = {
	{ "an address", "filing@example.com",
	    "99bdea2c649ac3f67812b6fd67fdc0b3e23abe2eb42ff9c86b61c755744003eb" },
	{ "nothing", "", "61e7a88a04e69447490b813a92da5d1b3f5e522ea38d1e893e5aafc42c0fb5ca" },
};

static void
test_hash(const char *what, struct hash got, const char *want)
{
	char hex[65];

	test_str(what, str_of(hex_encode(hex, got.b, sizeof got.b)), want);
}

static void
values(void **state)
{
	struct hash salt = commit_salt(&seed, STR("account"));

	(void)state;
	test_hash("salt", salt, "ab1506e77eb5cb5da833c2f85b1daa3eb3adcc4113f9d29b27b11f34ccc143b2");
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str value = str_of(rows[i].value);

		test_hash(rows[i].what, commit_value(&seed, STR("account"), value), rows[i].want);
		test_hash(
		    rows[i].what, commit_with_salt(STR("account"), salt, value), rows[i].want);
	}
}

static void
message_hash(void **state)
{
	struct hash message = sha256(STR("A: b\r\n\r\nbody of it\r\n"));
	struct hash salt = commit_salt(&seed, STR("ers"));

	(void)state;
	test_hash("m", ers_m(message, salt),
	    "f60a91eb9ec03894042930d2ed284c821df84c01305406885d46ee132f81fba5");
	assert_true(hash_eq(ers_join(message, salt), ers_join(salt, message)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(message_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
