/* SPDX-License-Identifier: ISC */
#include "tlog/checkpoint.h"

#include <stdio.h>

#include "base/test.h"

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

/* The first is the example of C2SP tlog-checkpoint. */
static const struct {
	const char *what, *text;
	bool good;
	uint64_t size;
	const char *extra;
} rows[] = {
	{ "example", "example.com/behind-the-sofa\n20852163\n" ROOT, true, 20852163, "" },
	{ "extension", "o\n0\n" ROOT "Timestamp: 1\nmore\n", true, 0, "Timestamp: 1\nmore\n" },
	{ "origin with spaces", "go.sum database tree\n1\n" ROOT, true, 1, "" },
	{ "largest", "o\n9223372036854775807\n" ROOT, true, INT64_MAX, "" },
	{ "too large", "o\n9223372036854775808\n" ROOT, false, 0, "" },
	{ "2^64 + 1", "o\n18446744073709551617\n" ROOT, false, 0, "" },
	{ "nothing", "", false, 0, "" },
	{ "no origin", "\n1\n" ROOT, false, 0, "" },
	{ "no size", "o\n\n" ROOT, false, 0, "" },
	{ "leading zero", "o\n01\n" ROOT, false, 0, "" },
	{ "plus", "o\n+1\n" ROOT, false, 0, "" },
	{ "minus", "o\n-1\n" ROOT, false, 0, "" },
	{ "hexadecimal", "o\n0x1\n" ROOT, false, 0, "" },
	{ "space after the size", "o\n1 \n" ROOT, false, 0, "" },
	{ "no root", "o\n1\n", false, 0, "" },
	{ "short root", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", false, 0, "" },
	{ "spare bits", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", false, 0, "" },
	{ "no final LF", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", false, 0, "" },
	{ "empty line", "o\n1\n" ROOT "\nmore\n", false, 0, "" },
	{ "empty line at the end", "o\n1\n" ROOT "\n", false, 0, "" },
};

static void
bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf again = BUF_MAX(1000);
		struct checkpoint c;
		int rc = checkpoint_parse(str_of(rows[i].text), &c, NULL);

		if (rc != (rows[i].good ? 0 : -1))
			fail_msg("%s: %d", rows[i].what, rc);
		if (rc == -1)
			continue;
		assert_true(c.head.size == rows[i].size);
		test_str("extra", c.extra, rows[i].extra);
		checkpoint_add(&again, &c);
		test_str("again", buf_str(&again), rows[i].text);
		buf_free(&again);
	}
}

static void
origins(void **state)
{
	static const struct {
		const char *origin;
		int want;
	} names[] = {
		{ "example.com/log", 0 },
		{ "firma.example/archivo-2026", 0 },
		{ "", -1 },
		{ "example.com/", -1 },
		{ "https://example.com/log", -1 },
		{ "example.com/my log", -1 },
		{ "example.com/a+b", -1 },
		{ "caf\xc3\xa9.example", -1 },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(names); i++)
		if (checkpoint_origin_ok(str_of(names[i].origin), NULL) != names[i].want)
			fail_msg("%s", names[i].origin);
}

/* Tessera's log (transparency-dev/tessera, testdata), then the same spoilt. */
static void
opened(void **state)
{
	struct buf key = BUF_MAX(200), bytes = BUF_MAX(2000);
	struct crypto *native;
	struct checkpoint c;
	struct vkey k;
	struct note n;
	struct err e;

	(void)state;
	test_corpus("tlog/tessera-log/vkey", &key);
	native = crypto_native_new();
	assert_int_equal(vkey_parse(str_trim(buf_str(&key)), &k, NULL), 0);
	for (unsigned size = 0; size <= 7; size++) {
		char path[60];

		snprintf(path, sizeof path, "tlog/tessera-log/history/checkpoint.%u", size);
		buf_clear(&bytes);
		test_corpus(path, &bytes);
		assert_int_equal(checkpoint_open(buf_str(&bytes), &k, native, &c, &n, &e), 0);
		assert_int_equal(c.head.size, size);
	}
	k.id ^= 1;
	assert_int_equal(checkpoint_open(buf_str(&bytes), &k, native, &c, &n, &e), -1);
	assert_int_equal(e.kind, ERR_REFUSED);
	k.id ^= 1;
	k.name = STR("example.com/log");
	assert_int_equal(checkpoint_open(buf_str(&bytes), &k, native, &c, &n, &e), -1);
	assert_int_equal(e.kind, ERR_REFUSED);
	k.name = c.origin;
	bytes.p[c.origin.n + 1] ^= 1; /* the size */
	assert_int_equal(checkpoint_open(buf_str(&bytes), &k, native, &c, &n, &e), -1);
	assert_int_equal(e.kind, ERR_REFUSED);
	buf_free(&key);
	buf_free(&bytes);
	crypto_native_free(native);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies),
		cmocka_unit_test(origins),
		cmocka_unit_test(opened),
	};

	return cmocka_run_group_tests_name("tlog/checkpoint", tests, NULL, NULL);
}
