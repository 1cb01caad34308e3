/* SPDX-License-Identifier: ISC */
#include "tlog/proof.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/test.h"
#include "tlog/checkpoint.h"

#define HEAD "c2sp.org/tlog-proof@v1\n"
#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static const struct {
	const char *what, *bytes;
	bool good;
	size_t n;
} rows[] = {
	{ "no hashes", HEAD "index 0\n\no\n", true, 0 },
	{ "two hashes", HEAD "index 18\n" HASH HASH "\no\n1\n", true, 2 },
	{ "extra", HEAD "extra YWJj\nindex 18\n" HASH "\no\n", true, 1 },
	{ "empty extra", HEAD "extra \nindex 18\n" HASH "\no\n", true, 1 },
	{ "checkpoint with empty lines", HEAD "index 1\n\n\n\no\n", true, 0 },
	{ "nothing", "", false, 0 },
	{ "other version", "c2sp.org/tlog-proof@v2\nindex 0\n\no\n", false, 0 },
	{ "no index", HEAD HASH "\no\n", false, 0 },
	{ "index twice", HEAD "index 0\nindex 0\n\no\n", false, 0 },
	{ "extra after index", HEAD "index 0\nextra YWJj\n\no\n", false, 0 },
	{ "extra not base64", HEAD "extra !\nindex 0\n\no\n", false, 0 },
	{ "leading zero", HEAD "index 00\n\no\n", false, 0 },
	{ "index of 2^63 - 1", HEAD "index 9223372036854775807\n\no\n", false, 0 },
	{ "short hash", HEAD "index 0\nAAAA\n\no\n", false, 0 },
	{ "no empty line", HEAD "index 0\n" HASH, false, 0 },
	{ "no checkpoint", HEAD "index 0\n" HASH "\n", false, 0 },
	{ "CRLF", "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\no\r\n", false, 0 },
};

static void
forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf again = BUF_MAX(1000);
		struct tlog_proof p;
		int rc = proof_parse(str_of(rows[i].bytes), &p, NULL);

		if (rc != (rows[i].good ? 0 : -1))
			fail_msg("%s: %d", rows[i].what, rc);
		if (rc == -1)
			continue;
		assert_int_equal(p.n, rows[i].n);
		proof_add(&again, &p);
		test_str(rows[i].what, buf_str(&again), rows[i].bytes);
		buf_free(&again);
	}
}

static void
ceiling(void **state)
{
	struct buf b = BUF_MAX(LIMIT_PROOF + 1);
	struct tlog_proof p;
	struct err e;

	(void)state;
	buf_add(&b, STR(HEAD "index 0\n"));
	for (size_t i = 0; i <= TLOG_PROOF_MAX; i++)
		buf_add(&b, STR(HASH));
	buf_add(&b, STR("\no\n"));
	assert_int_equal(proof_parse(buf_str(&b), &p, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_room(&b, LIMIT_PROOF + 1 - b.n);
	assert_int_equal(proof_parse(buf_str(&b), &p, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_free(&b);
}

/* A key out of a line of a C2SP tlog-policy: the last word of the line that begins so. */
static struct vkey
key_of(struct str policy, struct str begin)
{
	struct str line, word, last = STR("");
	struct vkey k;

	while (str_line(&policy, &line))
		if (str_starts(line, begin)) {
			while (str_cut(&line, ' ', &word))
				last = word;
			assert_int_equal(vkey_parse(last, &k, NULL), 0);
			return k;
		}
	fail();
	return k;
}

/* A log and a witness of the real world (sigsum-go, pkg/proof). */
static void
sigsum(void **state)
{
	struct buf file = BUF_MAX(5000), entry = BUF_MAX(500), policy = BUF_MAX(500);
	struct crypto *native;
	struct vkey log, witness;
	struct tlog_proof p;
	struct checkpoint c;
	struct hash leaf;
	struct note n;
	int64_t time_s = 0;

	(void)state;
	test_corpus("tlog/proof/sigsum-cosigned.tlog-proof", &file);
	test_corpus("tlog/proof/sigsum-cosigned.entry", &entry);
	test_corpus("tlog/proof/sigsum-cosigned.policy", &policy);
	native = crypto_native_new();
	log = key_of(buf_str(&policy), STR("log "));
	witness = key_of(buf_str(&policy), STR("witness "));
	assert_int_equal(proof_parse(buf_str(&file), &p, NULL), 0);
	assert_int_equal(checkpoint_open(p.checkpoint, &log, native, &c, &n, NULL), 0);
	assert_int_equal(note_signed_by(&n, &witness, native, &time_s, NULL), 1);
	assert_true(time_s > 1600000000);
	leaf = hash_leaf(buf_str(&entry));
	assert_int_equal(
	    tlog_check_inclusion(leaf, p.index, c.head.size, c.head.root, p.hash, p.n, NULL), 0);
	leaf.b[0] ^= 1;
	assert_int_equal(
	    tlog_check_inclusion(leaf, p.index, c.head.size, c.head.root, p.hash, p.n, NULL), -1);
	buf_free(&file);
	buf_free(&entry);
	buf_free(&policy);
	crypto_native_free(native);
}

/* transparency-dev/formats, testdata. */
static void
malformed(void **state)
{
	static const char *const name[] = { "invalid-index-negative", "missing-header",
		"missing-index" };
	struct buf file = BUF_MAX(5000);
	struct tlog_proof p;
	char path[100];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(name); i++) {
		snprintf(path, sizeof path, "tlog/proof/bad/%s.tlog-proof", name[i]);
		buf_clear(&file);
		test_corpus(path, &file);
		assert_int_equal(proof_parse(buf_str(&file), &p, NULL), -1);
	}
	buf_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(ceiling),
		cmocka_unit_test(sigsum),
		cmocka_unit_test(malformed),
	};

	return cmocka_run_group_tests_name("tlog/proof", tests, NULL, NULL);
}
