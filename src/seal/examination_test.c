/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "base/limits.h"
#include "seal/examination.h"

#define H0 "0000000000000000000000000000000000000000000000000000000000000000"
#define H1 "1111111111111111111111111111111111111111111111111111111111111111"
#define H2 "2222222222222222222222222222222222222222222222222222222222222222"
#define H3 "3333333333333333333333333333333333333333333333333333333333333333"

static const struct seed seed = { { 9 } };

static struct hash
filled(uint8_t with)
{
	struct hash h;

	memset(h.b, with, sizeof h.b);
	return h;
}

static struct sig_result
signature(const char *domain, enum result result, const char *code, uint8_t key)
{
	return (struct sig_result){
		.domain = str_of(domain),
		.selector = STR("s"),
		.algorithm = STR("RSA-sha256"),
		.key_bits = key == 0 ? 0 : 2048,
		.result = result,
		.crypto = result,
		.code = code,
		.has_key = key != 0,
		.key_packet = filled(key),
		.key_value = filled(0x33),
		.signed_at = key == 0 ? -1 : 1700000000,
		.expires = -1,
	};
}

#define SEGMENTS "segment 0 10 header\nsegment 10 2 empty\nsegment 12 0 rest\n"
#define KEY      "key 0 " H1 " value=" H3 " algorithm=rsa bits=2048\n"
#define SIG(result, code, bits, t, key)                                                      \
	" result=" result " crypto=" result " algorithm=rsa-sha256 bits=" bits " code=" code \
	" t=" t " x=- key=" key "\n"
#define PASS(key) SIG("pass", "pass", "2048", "1700000000", key)
#define DKIM      "dkim 0" PASS("0") "dkim 1" SIG("temperror", "key-unavailable", "0", "-", "-")
#define ARC       "arc result=pass code=arc-pass sets=1 oldest-pass=0\narc-set 1 cv=none\n"
#define SETS      "ams 1" PASS("0") "seal 1" PASS("0")
#define DMARC                                                                               \
	"dmarc result=pass code=pass policy=reject pct=50 at=organizational adkim=s aspf=r" \
	" suffix-list=2023-02-09 dkim:0 spf\n"                                              \
	"dmarc-walk result=fail code=dmarc-unaligned policy=none at=suffix labels=3 dkim:1\n"
#define SPF     "spf result=softfail code=softfail identity=mailfrom\n"
#define REST    SPF DMARC "claim from holds dkim:0 ams:1\nclaim to not-proven\n"
#define FINDING "finding bare-lf note RFC 5322 section 2.3\n"
#define VALUES(sig) \
	"value " sig ".domain YS5leA==\nvalue " sig ".selector cw==\nvalue " sig ".identity \n"
#define ALL_VALUES                                                                              \
	VALUES("dkim.0")                                                                        \
	"value dkim.1.domain Yi5leA==\nvalue dkim.1.selector cw==\n"                            \
	"value dkim.1.identity \n" VALUES("ams.1")                                              \
	    VALUES("seal.1") "value spf.ip Ojox\nvalue spf.helo aA==\n"                         \
	                     "value spf.mailfrom dUBhLmV4\nvalue dmarc.domain Yi5hLmV4\nvalue " \
	                     "dmarc.organizational YS5leA==\n"
#define RULES  "rules 1\n"
#define SENDER "sender cy5leGFtcGxl\n"
#define LINES  SEGMENTS KEY RULES DKIM ARC SETS REST FINDING ALL_VALUES SENDER "complete no\n"

static const struct dns_answer answers[] = {
	{ .name = STR("s._domainkey.b.ex"), .type = DNS_TXT, .outcome = DNS_FAILED },
	{ .name = STR("s._domainkey.a.ex"),
	    .type = DNS_TXT,
	    .outcome = DNS_ANSWERED,
	    .security = DNS_SECURE,
	    .packet_hash = { { 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	        0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
	        0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11 } } },
};
static const struct evidence evidence = { answers, 2 };

static void
writing(void **state)
{
	const struct sig_result dkim[] = { signature("a.ex", RESULT_PASS, "pass", 0x11),
		signature("b.ex", RESULT_TEMPERROR, "key-unavailable", 0) };
	const struct arc_set set = { 1, dkim[0], dkim[0], "none" };
	const struct by by[] = { { BY_DKIM, 0 }, { BY_AMS, 1 } };
	const struct by by_walk[] = { { BY_DKIM, 1 } };
	const struct claim claims[] = { { "from", VERDICT_HOLDS, by, 2 },
		{ "to", VERDICT_UNKNOWN, NULL, 0 } };
	const struct finding finding = { "bare-lf", "RFC 5322 section 2.3", "note" };
	const struct spf_result spf = { .result = RESULT_SOFTFAIL,
		.code = "softfail",
		.ip = STR("::1"),
		.helo = STR("h"),
		.mailfrom = STR("u@a.ex") };
	const struct segment segments[] = { { 0, 10, "header" }, { 10, 2, "empty" },
		{ 12, 0, "rest" } };
	const struct examination x = {
		.sender = STR("s.example"),
		.dkim = dkim,
		.n_dkim = 2,
		.arc = { RESULT_PASS, "arc-pass", "", &set, 1, 0 },
		.spf = &spf,
		.dmarc = { .result = RESULT_PASS,
		    .code = "pass",
		    .domain = STR("b.a.ex"),
		    .organizational = STR("a.ex"),
		    .suffix_list = STR("2023-02-09"),
		    .record_domain = STR("a.ex"),
		    .policy = "reject",
		    .pct = 50,
		    .strict_dkim = true,
		    .by = by,
		    .n = 1,
		    .spf_aligned = true },
		.dmarc_walk = { .by_walk = true,
		    .result = RESULT_FAIL,
		    .code = "dmarc-unaligned",
		    .domain = STR("b.a.ex"),
		    .organizational = STR("b.a.ex"),
		    .record_domain = STR("a.ex"),
		    .policy = "none",
		    .by = by_walk,
		    .n = 1 },
		.claims = claims,
		.n_claims = 2,
		.findings = &finding,
		.n_findings = 1,
		.segments = segments,
		.n_segments = 3,
	};
	struct buf out = BUF_MAX(LIMIT_EXAMINATION_LINES);

	(void)state;
	examination_write(&out, &x);
	test_str("lines", buf_str(&out), LINES);
	buf_free(&out);
}

static void
reading(void **state)
{
	struct buf bytes = BUF_MAX(64);
	struct examination_lines lines;
	struct segment_line segment;
	struct key_line key;
	struct str rest;
	struct err e;

	(void)state;
	assert_int_equal(examination_read(STR(LINES), 12, &evidence, &lines, &e), 0);
	assert_int_equal(lines.n_segments, 3);
	assert_int_equal(lines.n_dkim, 2);
	assert_int_equal(lines.n_sets, 1);
	assert_false(lines.complete);
	examination_sender(lines.text, &bytes);
	test_str("sender", buf_str(&bytes), "s.example");
	buf_clear(&bytes);
	examination_value(lines.text, "dkim", STR("0"), "selector", &bytes);
	test_str("selector", buf_str(&bytes), "s");
	buf_free(&bytes);
	rest = lines.text;
	assert_true(examination_segment(&rest, &segment));
	assert_true(examination_segment(&rest, &segment));
	assert_int_equal(segment.offset, 10);
	assert_int_equal(segment.length, 2);
	test_str("kind", segment.kind, "empty");
	rest = lines.text;
	assert_true(examination_key(&rest, &evidence, &key));
	test_str("owner", key.answer->name, "s._domainkey.a.ex");
	assert_int_equal(key.bits, 2048);
	assert_false(examination_key(&rest, &evidence, &key));
}

/* What the keeper takes becomes a record that parses; its commitments open to the values. */
static void
recording(void **state)
{
	struct examination_lines lines;
	const struct hash key_record = filled(0x22);
	struct salter salter = { .seed = &seed };
	const struct examination_about about = { 7, filled(0x33), 1700000001, { .n = 3 }, &evidence,
		&key_record, &salter };
	struct buf body = BUF_MAX(LIMIT_RECORD), values = BUF_MAX(LIMIT_VALUES);
	struct buf out = BUF_MAX(LIMIT_RECORD);
	const struct record_head head = {
		.kind = RECORD_EXAMINATION, .origin = STR("o"), .version = STR("0")
	};
	struct grammar_line l;
	struct record r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(examination_read(STR(LINES), 12, &evidence, &lines, &e), 0);
	assert_int_equal(examination_record(&body, &values, &lines, &about, &e), 0);
	record_write(&out, &head, buf_str(&body), &e);
	test_str("record", str_of(e.text), "");
	assert_int_equal(record_parse(buf_str(&out), &r, &e), 0);
	assert_int_equal(record_segments(&r).n, 3);
	assert_true(hash_eq(record_commit(&r, STR("ams.1.domain")),
	    commit_value(&seed, STR("ams.1.domain"), STR("a.ex"))));
	assert_true(hash_eq(record_commit(&r, STR("evidence.0.name")),
	    commit_value(&seed, STR("evidence.0.name"), STR("s._domainkey.b.ex"))));
	assert_true(grammar_find_arg(r.body, "evidence", STR("1"), &l));
	test_str("evidence", l.args, "1 " H1 " type=16 outcome=answered security=secure chain=-");
	assert_true(grammar_find(r.body, "dkim", &l));
	test_str("dkim", l.arg[RECORD_ARG_KEY], H2);
	buf_free(&body);
	buf_free(&values);
	buf_free(&out);
}

/* LINES, one thing in them altered. */
static const struct {
	const char *what, *old, *new, *want;
} refused[] = {
	{ "hole", "segment 10 2", "segment 11 1", "segment 11: does not begin at 10 or passes" },
	{ "overlap", "segment 10 2", "segment 9 3", "segment 9: does not begin at 10 or passes" },
	{ "past the end", "segment 12 0", "segment 12 1", "segment 12: does not begin at 12 or" },
	{ "huge", "segment 10 2", "segment 10 9223372036854775807", "segment 10: does not begin" },
	{ "short", "segment 10 2 empty\nsegment 12 0", "segment 10 1 empty\nsegment 11 0",
	    "complete no: the segments end before the message" },
	{ "not handed out", "key 0 " H1, "key 0 " H2, "key 0: from a packet that was not handed" },
	{ "not answered", "key 0 " H1, "key 0 " H0, "key 0: from a packet that was not handed" },
	{ "key number", "key 0", "key 1", "key 1: this should be number 0" },
	{ "no such key", "key=0", "key=1", "dkim 0: there is no key 1" },
	{ "dkim number", "dkim 1", "dkim 2", "dkim 2: this should be number 1" },
	{ "set number", "arc-set 1", "arc-set 0", "arc-set 0: this should be number 1" },
	{ "sets", "sets=1", "sets=2", "complete no: not as many sets as arc says" },
	{ "many sets", "sets=1", "sets=51", "arc pass: RFC 8617 4.2.1: more than 50 sets" },
	{ "by dkim", "holds dkim:0", "holds dkim:2",
	    "claim from: by a signature that is not there" },
	{ "by ams", "ams:1", "ams:2", "claim from: by a signature that is not there" },
	{ "by set 0", "ams:1", "ams:0", "claim from: by a signature that is not there" },
	{ "by what", "ams:1", "spf:1", "claim from: by a signature that is not there" },
	{ "aligned", "09 dkim:0", "09 dkim:2", "dmarc pass: a signature that is not there is" },
	{ "aligned what", "09 dkim:0", "09 ams:1", "dmarc pass: a signature that is not there is" },
	{ "aligned by walk", "dkim:1\nclaim", "dkim:2\nclaim",
	    "dmarc-walk fail: a signature that is not there is" },
	{ "no walk",
	    "dmarc-walk result=fail code=dmarc-unaligned policy=none at=suffix labels=3 "
	    "dkim:1\n",
	    "", "line 14: here should be: dmarc-walk" },
	{ "labels", "labels=3", "labels=-", "line 14: here should be: dmarc-walk" },
	{ "identity", "identity=mailfrom", "identity=from", "line 12: here should be: spf" },
	{ "policy", "policy=reject", "policy=block", "line 13: here should be: dmarc" },
	{ "claim of what", "claim to", "claim bcc", "line 16: here should be: sender base64" },
	{ "label", "ams.1.domain", "ams.2.domain", "value ams.2.domain: here should be the" },
	{ "value of SPF wanting", "value spf.helo aA==\n", "",
	    "value spf.mailfrom: here should be" },
	{ "value of DMARC wanting", "value dmarc.organizational YS5leA==\n", "",
	    "complete no: values are" },
	{ "one value more", "sender", "value x.y \nsender", "value x.y: here should be" },
	{ "loose base64", "Yi5leA==", "Yi5leB==", "line 21: here should be: sender base64" },
	{ "x- line", "spf r", "x-a b\nspf r", "x-a b: no line of ours" },
	{ "result", "result=pass code", "result=good code", "line 8: here should be: arc" },
	{ "control", "section 2.3", "section\t2.3", "line 17 is not printable ASCII" },
	{ "two segments in one", "header\n", "header\nheader\n", "line 2: here should be: rules" },
};

static void
refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(refused); i++) {
		struct buf text = BUF_MAX(LIMIT_EXAMINATION_LINES);
		struct str all = STR(LINES), want = STR("examination lines: ");
		ptrdiff_t at = str_find(all, str_of(refused[i].old));
		struct examination_lines lines;
		struct err e = { 0 };
		struct str got;

		assert_int_not_equal(at, -1);
		buf_add(&text, str_head(all, (size_t)at));
		buf_add(&text, str_of(refused[i].new));
		buf_add(&text, str_from(all, (size_t)at + strlen(refused[i].old)));
		examination_read(buf_str(&text), 12, &evidence, &lines, &e);
		got = str_from(str_of(e.text), want.n);
		test_str(refused[i].what, str_head(got, strlen(refused[i].want)), refused[i].want);
		buf_free(&text);
	}
}

/* Its lines are taken like any checker's, also of an empty message. */
static void
unexaminable(void **state)
{
	const struct evidence none = { NULL, 0 };

	(void)state;
	for (uint64_t size = 0; size < 2; size++) {
		struct buf out = BUF_MAX(LIMIT_EXAMINATION_LINES);
		struct examination_lines lines;
		struct err e;

		examination_unexaminable(&out, size);
		assert_int_equal(examination_read(buf_str(&out), size, &none, &lines, &e), 0);
		assert_int_equal(lines.n_segments, size);
		assert_true(lines.complete);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing),
		cmocka_unit_test(reading),
		cmocka_unit_test(recording),
		cmocka_unit_test(refusals),
		cmocka_unit_test(unexaminable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
