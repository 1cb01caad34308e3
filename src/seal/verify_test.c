/* SPDX-License-Identifier: ISC */
#include "seal/verify.h"

#include "config.h"
#include "seal/test_bundle.h"
#include "seal/verify_report.h"

#define REQUIRE "record,inclusion,from,body"

static struct crypto *crypto;

/* The lines as "name:verdict", and the exit code. */
static int
verified(struct str bytes, struct str vkey, const char *required, struct buf *out)
{
	static const char mark[] = {
		[VERDICT_UNKNOWN] = '?', [VERDICT_HOLDS] = '+', [VERDICT_FAILS] = '!'
	};
	const struct verify_in in = { bytes, vkey, crypto };
	struct arena *a = verify_arena();
	struct verification v;
	int status;

	verify(a, &in, &v);
	for (size_t i = 0; out != NULL && i < v.n; i++)
		buf_printf(out, "%s%c ", v.line[i].name, mark[v.line[i].verdict]);
	status = verify_exit(&v, str_of(required));
	arena_free(a);
	return status;
}

#define LOG "container+ record+ leaf+ inclusion+ checkpoint+ T2? commitments+ "

static const struct {
	const char *what, *body, *zone, *want;
	int status;
} rows[] = {
	{ "good", "abc", TEST_ZONE, LOG "dkim+ findings+ key+ arc? spf? dmarc? from+ to? body+ ",
	    0 },
	{ "good, with a policy", "abc",
	    TEST_ZONE "_dmarc.example.org. TXT \"v=DMARC1; p=reject\"\n",
	    LOG "dkim+ findings+ key+ arc? spf? dmarc+ from+ to? body+ ", 0 },
	{ "altered before it was sealed", "abd", TEST_ZONE,
	    LOG "dkim+ findings+ key+ arc? spf? dmarc? from? to? body? ", 2 },
	{ "no key", "abc", "x.example. TXT \"x\"\n",
	    LOG "dkim+ findings+ key+ arc? spf? dmarc? from? to? body? ", 2 },
	{ "no answer", "abc", ";! s._domainkey.example.org. TIMEOUT\n",
	    LOG "dkim+ findings+ key? arc? spf? dmarc? from? to? body? ", 2 },
};

static void
verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct test_bundle *t = test_bundle_new(rows[i].body, rows[i].zone, NULL);
		struct buf got = BUF_MAX(1000);
		int status = verified(buf_str(&t->zip), (struct str){ 0 }, REQUIRE, &got);

		test_str(rows[i].what, buf_str(&got), rows[i].want);
		assert_int_equal(status, rows[i].status);
		assert_int_equal(
		    verified(buf_str(&t->zip), (struct str){ 0 }, VERIFY_REQUIRED, NULL), 2);
		buf_free(&got);
		test_bundle_free(t);
	}
}

/* What rests on the answers of the DNS and of the list of suffixes is the operator's word. */
static void
vouchers(void **state)
{
	struct test_bundle *t = test_bundle_new(
	    "abc", TEST_ZONE "_dmarc.example.org. TXT \"v=DMARC1; p=reject\"\n", NULL);
	const struct verify_in in = { buf_str(&t->zip), { 0 }, crypto };
	struct arena *a = verify_arena();
	struct verification v;
	unsigned seen = 0;

	(void)state;
	verify(a, &in, &v);
	for (size_t i = 0; i < v.n; i++)
		if (strcmp(v.line[i].name, "findings") == 0 || strcmp(v.line[i].name, "key") == 0 ||
		    strcmp(v.line[i].name, "dmarc") == 0) {
			test_str(v.line[i].name, v.line[i].vouchers, "operator");
			seen++;
		}
	assert_int_equal(seen, 3);
	arena_free(a);
	test_bundle_free(t);
}

static void
trust(void **state)
{
	struct test_bundle *t = test_bundle_new("abc", TEST_ZONE, NULL);
	struct buf got = BUF_MAX(1000);

	(void)state;
	assert_int_equal(verified(buf_str(&t->zip), buf_str(&t->vkey), REQUIRE, NULL), 0);
	assert_int_equal(verified(buf_str(&t->zip), STR("other+1+A"), REQUIRE, &got), 1);
	assert_int_not_equal(str_find(buf_str(&got), STR("checkpoint! ")), -1);
	buf_free(&got);
	test_bundle_free(t);
}

#define IN_LOG "container+ record+ leaf+ inclusion+ "

/* Sealed and proven to be in the log, and yet not what the message says. */
static const struct {
	const char *what, *body;
	struct test_forgery forgery;
	const char *want;
} forgeries[] = {
	{ "signed with another key", "abc", { .other_key = true },
	    IN_LOG
	    "checkpoint! T2? commitments+ dkim+ findings+ key+ arc? spf? dmarc? from+ to? body+ " },
	{ "a false signature called good", "abd",
	    { RECORD_EXAMINATION, "result=fail", "result=pass" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "a claim that nothing covers", "abc",
	    { RECORD_EXAMINATION, "to not-proven", "to holds dkim:0" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "a finding left out", "abc",
	    { RECORD_EXAMINATION, "finding missing-date note RFC 5322 section 3.6\n", "" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "one line more", "abc", { RECORD_EXAMINATION, "finding", "finding a note b\nfinding" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "a key of other size", "abc", { RECORD_KEY, "bits 256", "bits 255" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "another list of suffixes", "abc", { RECORD_EXAMINATION, "=2023-02-09", "=2024-02-09" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "another policy", "abc", { RECORD_EXAMINATION, "policy=-", "policy=reject" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "another organization by tree walk", "abc",
	    { RECORD_EXAMINATION, "labels=2", "labels=1" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "another SPF", "abc", { RECORD_EXAMINATION, "identity=-", "identity=helo" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "received from who may send", "abc", { .received = true },
	    LOG "dkim+ findings+ key+ arc? spf+ dmarc? from+ to? body+ " },
	{ "and another client", "abc",
	    { RECORD_EXAMINATION, "spf result=pass", "spf result=fail", .received = true },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "split elsewhere", "abc", { .split = 1 }, IN_LOG "checkpoint+ T2? commitments! " },
	{ "another size", "abc", { .size = "1" }, IN_LOG "checkpoint+ T2? commitments! " },
	{ "a value not shown", "abc", { .hide = "folder SU5CT1g=\n" },
	    IN_LOG "checkpoint+ T2? commitments! " },
	{ "a value that is another", "abc", { .hide = "ZmlsaW5n" },
	    IN_LOG "checkpoint+ T2? commitments! " },
	{ "a value twice, another not", "abc",
	    { .hide = "folder SU5CT1g=\n", .show = "account ZmlsaW5nQGV4YW1wbGUuY29t\n" },
	    IN_LOG "checkpoint+ T2? commitments! " },
	{ "a body called something else", "abc", { .kind_of_body = "mime" },
	    IN_LOG "checkpoint+ T2? commitments! " },
	{ "an examination whose segments are not the message's", "abc", { .coarse = true },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "a packet that no record names", "abc", { .packet = "x" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "said to be unexaminable", "abc",
	    { RECORD_EXAMINATION, "code=none", "code=unexaminable" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "findings of other rules", "abc", { RECORD_EXAMINATION, "rules 1\n", "rules 2\n" },
	    LOG "dkim+ findings? key+ arc? spf? dmarc? from+ to? body+ " },
	{ "a result of other rules is compared all the same", "abd",
	    { RECORD_EXAMINATION, "rules 1\ndkim 0 result=fail", "rules 2\ndkim 0 result=pass" },
	    IN_LOG "checkpoint+ T2? commitments+ dkim! " },
	{ "examined more than once", "abc", { .more = 2 },
	    LOG "dkim+ findings+ key+ arc? spf? dmarc? from+ to? body+ " },
#ifndef MAILSEAL_SANITIZE /* there it takes its time indeed */
	{ "takes an hour to examine again", "abc", { .more = 23, .costly = true }, LOG "dkim? " },
#endif
	{ "a line for later versions", "abc", { RECORD_EXAMINATION, "spf r", "x-a b\nspf r" },
	    LOG "dkim+ findings+ key+ arc? spf? dmarc? from+ to? body+ " },
};

static void
forged(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(forgeries); i++) {
		struct test_bundle *t =
		    test_bundle_new(forgeries[i].body, TEST_ZONE, &forgeries[i].forgery);
		struct buf got = BUF_MAX(1000);

		verified(buf_str(&t->zip), (struct str){ 0 }, REQUIRE, &got);
		test_str(forgeries[i].what, buf_str(&got), forgeries[i].want);
		buf_free(&got);
		test_bundle_free(t);
	}
}

/* Any bit of the file altered: it is not what was sealed. */
static void
every_byte(void **state)
{
	struct test_bundle *t = test_bundle_new("abc", TEST_ZONE, NULL);

	(void)state;
	for (size_t i = 0; i < t->zip.n; i++) {
		t->zip.p[i] ^= (char)(1 << i % 8);
		assert_int_equal(verified(buf_str(&t->zip), (struct str){ 0 }, REQUIRE, NULL), 1);
		t->zip.p[i] ^= (char)(1 << i % 8);
	}
	test_bundle_free(t);
}

/* The same inside each file, in a ZIP written anew: no checksum helps. */
static void
every_byte_within(void **state)
{
	struct test_bundle *t = test_bundle_new("abc", TEST_ZONE, NULL);
	struct arena *a = arena_new(64 << 20);
	struct buf again = BUF_MAX(1 << 24), copy = BUF_MAX(1 << 20);
	struct zip z;

	(void)state;
	assert_int_equal(zip_read(a, buf_str(&t->zip), &z, NULL), 0);
	for (size_t file = 0; file < z.n; file++)
		for (size_t i = 0; i < z.file[file].bytes.n; i++) {
			struct zip_writer w;
			char *byte;

			buf_clear(&again);
			buf_clear(&copy);
			buf_add(&copy, z.file[file].bytes);
			byte = &copy.p[i];
			*byte ^= (char)(1 << i % 7);
			w = zip_to((struct zip_sink){ test_append_bytes, &again });
			for (size_t k = 0; k < z.n; k++) {
				struct zip_file f = z.file[k];

				if (k == file)
					f.bytes = buf_str(&copy);
				assert_int_equal(zip_add(&w, &f, NULL), 0);
			}
			assert_int_equal(zip_end(&w, NULL), 0);
			zip_free(&w);
			if (verified(buf_str(&again), (struct str){ 0 }, REQUIRE, NULL) != 1)
				fail_msg("%.*s, byte %zu altered, is believed",
				    STR_FMT(z.file[file].name), i);
		}
	buf_free(&again);
	buf_free(&copy);
	arena_free(a);
	test_bundle_free(t);
}

static void
required(void **state)
{
	(void)state;
	assert_true(verify_can_require(STR(VERIFY_REQUIRED)));
	assert_true(verify_can_require(STR("from,body,arc")));
	assert_false(verify_can_require(STR("")));
	assert_false(verify_can_require(STR("record,")));
	assert_false(verify_can_require(STR("record,form")));
	assert_false(verify_can_require(STR("claims")));
}

/* Both languages say something of everything. */
static void
report(void **state)
{
	struct test_bundle *t = test_bundle_new("abc", TEST_ZONE, NULL);
	const struct verify_in in = { buf_str(&t->zip), { NULL, 0 }, crypto };
	struct arena *a = verify_arena();
	struct buf text = BUF_MAX(1 << 20);
	struct verification v;

	(void)state;
	verify(a, &in, &v);
	verify_text(&text, &v, STR("record"), LANG_EN, false);
	assert_int_not_equal(str_find(buf_str(&text), STR("message 2026-000001\n")), -1);
	assert_int_not_equal(
	    str_find(buf_str(&text), STR("(by: signer:example.org operator)")), -1);
	assert_int_not_equal(str_find(buf_str(&text), STR("Required: record. All that is")), -1);
	assert_int_equal(str_chr(buf_str(&text), '\33'), -1);
	buf_clear(&text);
	verify_json(&text, &v, STR("record"), LANG_ES);
	assert_int_not_equal(str_find(buf_str(&text), STR("\"by\":[\"signer:example.org\",")), -1);
	for (enum word w = WORD_NONE; w < WORDS; w++)
		for (enum lang l = 0; l < LANGS; l++)
			assert_non_null(word(l, w));
	buf_free(&text);
	arena_free(a);
	test_bundle_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(vouchers),
		cmocka_unit_test(trust),
		cmocka_unit_test(forged),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(every_byte_within),
		cmocka_unit_test(required),
		cmocka_unit_test(report),
	};
	int failed;

	crypto = crypto_native_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	crypto_native_free(crypto);
	return failed;
}
