/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/hex.h"
#include "seal/values.h"

#define H "abababababababababababababababababababababababababababababababab"

static const struct seed seed = { { 7 } };

/* What is committed to can be opened by what the bundle carries. */
static void
opening(void **state)
{
	struct buf values = BUF_MAX(1000), salts = BUF_MAX(4000);
	struct hash account = values_commit(&values, &seed, STR("account"), STR("a@b.example"));
	struct hash none = values_commit(&values, &seed, STR("dkim.0.identity"), STR(""));
	struct hash leaf;
	struct str rest;
	struct salt s;

	(void)state;
	memset(leaf.b, 0xab, sizeof leaf.b);
	values_add_segment(&values, 0, 0, 12, STR("header"));
	test_str("values", buf_str(&values),
	    "account YUBiLmV4YW1wbGU=\ndkim.0.identity \nseg 0 0 12 header -\n");
	assert_int_equal(salts_add(&salts, 5, leaf, &seed, true, buf_str(&values), NULL), 0);
	rest = buf_str(&salts);
	assert_int_equal(salts_next(&rest, &s, NULL), 1);
	test_str("leaf", s.value.label, "leaf");
	assert_true(hash_eq(s.salt, leaf));
	assert_int_equal(salts_next(&rest, &s, NULL), 1);
	test_str("ers", s.value.label, "ers");
	assert_true(hash_eq(s.salt, commit_salt(&seed, STR("ers"))));
	assert_int_equal(salts_next(&rest, &s, NULL), 1);
	test_str("account", s.value.base64, "YUBiLmV4YW1wbGU=");
	assert_true(hash_eq(account, commit_with_salt(s.value.label, s.salt, STR("a@b.example"))));
	assert_int_equal(salts_next(&rest, &s, NULL), 1);
	test_str("identity", s.value.base64, "");
	assert_non_null(s.value.base64.p);
	assert_true(hash_eq(none, commit_with_salt(s.value.label, s.salt, STR(""))));
	assert_int_equal(salts_next(&rest, &s, NULL), 1);
	test_str("segment", s.value.label, "seg 0 0 12 header");
	test_str("kind", s.value.kind, "header");
	assert_int_equal(s.value.length, 12);
	assert_int_equal(s.seq, 5);
	assert_int_equal(salts_next(&rest, &s, NULL), 0);
	buf_free(&values);
	buf_free(&salts);
}

static const char *const bad_values[] = { "\n", "a\n", "A x\n", "seg 0 0 1 gap\n",
	"seg 0 0 1 gap YQ==\n", "seg 0 x 1 gap -\n", "seg 0 01 1 gap -\n", "seg 0 0 -\n",
	"a YQ==" };

static const char *const bad_salts[] = { "\n", "leaf " H "\n", "1 leaf\n", "1 leaf " H "0\n",
	"1 seg 0 0 1 gap " H " YQ==\n", "1 seg 0 0 1 " H "\n", "-1 leaf " H "\n", "1  " H "\n",
	"9223372036854775808 leaf " H "\n", "1 leaf " H };

static void
refused(void **state)
{
	struct value v;
	struct salt s;
	struct str rest;

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(bad_values); i++) {
		rest = str_of(bad_values[i]);
		assert_int_equal(values_next(&rest, &v, NULL), -1);
	}
	for (size_t i = 0; i < TEST_ROWS(bad_salts); i++) {
		rest = str_of(bad_salts[i]);
		assert_int_equal(salts_next(&rest, &s, NULL), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
