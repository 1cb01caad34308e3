/* SPDX-License-Identifier: ISC */
#include "auth/examine.h"

#include "auth/test_message.h"
#include "base/limits.h"

#define ABC_HASH  "VSuraGTHp7aaUC7RhUuSRcDhow8AiqoLKB2mJYX9sCU=" /* of "abc\r\n" */
#define EMPTY     "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" /* of nothing, relaxed */
#define PUBLISHED "s._domainkey.example.org. TXT \"" TEST_KEY "\"\n"
#define FROM      "from:a@example.org\r\n"
#define GOOD      "dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s;"

static void
show_claims(struct buf *out, const struct examination *x)
{
	for (size_t i = 0; i < x->n_claims; i++)
		buf_printf(out, "%s%s", x->claims[i].name,
		    x->claims[i].verdict == VERDICT_HOLDS ? "+ " : "- ");
	for (size_t i = 0; i < x->n_findings; i++)
		buf_printf(out, "%s ", x->findings[i].code);
}

struct claims_row {
	const char *what, *tags, *header, *hashed, *want, *above;
};

static void
check_claims(const struct claims_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf message = BUF_MAX(10000), head = BUF_MAX(1000), got = BUF_MAX(1000);
		struct test_examined t;

		buf_printf(&head, GOOD "%s b=", row[i].tags);
		buf_byte(&head, '\0');
		buf_add(&message, str_of(row[i].above));
		test_sign(&message, head.p, row[i].hashed);
		buf_printf(&message, "%s" FROM "\r\nabc\r\n", row[i].header);
		test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
		show_claims(&got, t.result);
		test_str(row[i].what, buf_str(&got), row[i].want);
		test_examined_free(&t);
		buf_free(&message);
		buf_free(&head);
		buf_free(&got);
	}
}

static void
claims(void **state)
{
	static const struct claims_row rows[] = {
		{ "signed and not", " h=from:to; bh=" ABC_HASH ";", "to:1\r\ncc:2\r\n",
		    FROM "to:1\r\n", "from+ to+ cc- body+ missing-date unsigned-cc " },
		{ "one To more than signed", " h=from:to; bh=" ABC_HASH ";", "to:0\r\nto:1\r\n",
		    FROM "to:1\r\n", "from+ to- body+ missing-date duplicate-to ambiguous-to " },
		{ "one more behind a bare LF", " h=from:to; bh=" ABC_HASH ";",
		    "x:y\nTO : 0\r\nto:1\r\n", FROM "to:1\r\n",
		    "from+ to- body+ bare-lf missing-date ambiguous-to " },
		{ "one more behind a bare CR", " h=from:to:x; bh=" ABC_HASH ";",
		    "x:y\rfrom:0\r\nto:1\r\n", FROM "to:1\r\nx:y\rfrom:0\r\n",
		    "from- to+ body+ bare-cr missing-date ambiguous-from " },
		{ "no field, but a fold", " h=from:to; bh=" ABC_HASH ";",
		    "x:y\r\n to:0\r\nto:1\r\n", FROM "to:1\r\n", "from+ to+ body+ missing-date " },
		{ "a type behind a bare LF", " h=from; bh=" ABC_HASH ";",
		    "x:y\ncontent-type:text/html\r\n", FROM,
		    "from+ body+ bare-lf missing-date body-interpretation " },
		{ "a body before the body", " h=from; bh=" ABC_HASH ";", "x:y\n\nz\r\n", FROM,
		    "from+ body+ bare-lf bare-lf-separator missing-date body-interpretation " },
		{ "both signed", " h=from:to:to; bh=" ABC_HASH ";", "to:0\r\nto:1\r\n",
		    FROM "to:1\r\nto:0\r\n", "from+ to+ body+ missing-date duplicate-to " },
		{ "signature does not verify", " h=from:to; bh=" ABC_HASH ";", "to:1\r\n", FROM,
		    "from- to- body- missing-date " },
		{ "l= short of the body", " h=from; l=0; bh=" EMPTY ";", "", FROM,
		    "from+ body- missing-date body-partly-signed " },
		{ "l= of the whole body", " h=from; l=5; bh=" ABC_HASH ";", "", FROM,
		    "from+ body+ missing-date " },
		{ "type not signed", " h=from; bh=" ABC_HASH ";", "content-type:text/plain\r\n",
		    FROM, "from+ body+ missing-date unsigned-content-type body-interpretation " },
		{ "type signed", " h=from:content-type; bh=" ABC_HASH ";",
		    "content-type:text/plain\r\n", FROM "content-type:text/plain\r\n",
		    "from+ body+ missing-date " },
	};

	(void)state;
	check_claims(rows, TEST_ROWS(rows));
}

static void
later(void **state)
{
	static const struct claims_row rows[] = {
		{ "a Cc that came later", " h=from:to; bh=" ABC_HASH ";", "to:1\r\n",
		    FROM "to:1\r\n", "from+ to+ cc- body+ missing-date unsigned-cc added-above ",
		    "cc:0\r\n" },
		{ "a To that came later", " h=from:to; bh=" ABC_HASH ";", "to:1\r\n",
		    FROM "to:1\r\n",
		    "from+ to- body+ missing-date duplicate-to ambiguous-to added-above ",
		    "to:0\r\n" },
		{ "a Reply-To that is signed", " h=from:reply-to; bh=" ABC_HASH ";", "",
		    FROM "reply-to:1\r\n", "from+ reply-to+ body+ missing-date ",
		    "reply-to:1\r\n" },
		{ "two authors, one the signer's", " h=from:from; bh=" ABC_HASH ";",
		    "from:b@example.net\r\n", FROM "from:b@example.net\r\n",
		    "from- body+ missing-date duplicate-from " },
	};

	(void)state;
	check_claims(rows, TEST_ROWS(rows));
}

#define USUAL "From: a@b\r\nDate: b\r\n"

static void
findings(void **state)
{
	static const struct {
		const char *what;
		struct str message;
		const char *want;
	} rows[] = {
		{ "nothing odd", STR(USUAL "\r\nabc\r\n"), "from- date- body- " },
		{ "nothing at all", STR(""), "body- no-separator missing-from missing-date " },
		{ "bare LF in the body", STR(USUAL "\r\na\nb\r\n"), "from- date- body- bare-lf " },
		{ "bare CR in the body", STR(USUAL "\r\na\rb\r\n"), "from- date- body- bare-cr " },
		{ "CR at the end", STR(USUAL "\r\na\r"), "from- date- body- bare-cr " },
		{ "NUL", STR(USUAL "\r\n\0"), "from- date- body- nul-byte " },
		{ "8 bits in the header", STR(USUAL "X: \xc3\xa4\r\n\r\n"),
		    "from- date- body- eight-bit-header " },
		{ "8 bits in the body", STR(USUAL "\r\n\xc3\xa4\r\n"), "from- date- body- " },
		{ "malformed field", STR(USUAL "X\r\n\r\n"), "from- date- body- malformed-field " },
		{ "no separator", STR(USUAL), "from- date- body- no-separator " },
		{ "LF LF in the header", STR(USUAL "X: a\n\nb\r\n\r\n"),
		    "from- date- body- bare-lf bare-lf-separator " },
		{ "LF CR LF in the header", STR(USUAL "X: a\n\r\nb: c\r\n\r\n"),
		    "from- date- body- bare-lf bare-lf-separator " },
		{ "LF CR CR LF in the header", STR(USUAL "X: a\n\r\r\nb: c\r\n\r\n"),
		    "from- date- body- bare-lf bare-cr bare-lf-separator " },
		{ "CR CR in the header", STR(USUAL "X: a\r\rb\r\n\r\n"),
		    "from- date- body- bare-cr bare-lf-separator " },
		{ "CR CR LF in the header", STR(USUAL "X: a\r\r\nb: c\r\n\r\n"),
		    "from- date- body- bare-cr bare-lf-separator " },
		{ "CR at the beginning of a line", STR(USUAL "X: a\r\n\rb: c\r\n\r\n"),
		    "from- date- body- bare-cr bare-lf-separator malformed-field " },
		{ "LF CR in the header", STR(USUAL "X: a\n\rb: c\r\n\r\n"),
		    "from- date- body- bare-lf bare-cr bare-lf-separator " },
		{ "CR and LF, each alone", STR(USUAL "X: a\rb\nc\r\n\r\n"),
		    "from- date- body- bare-lf bare-cr " },
		{ "LF LF and LF CR LF in the body", STR(USUAL "\r\na\n\nb\n\r\nc\r\n"),
		    "from- date- body- bare-lf " },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		for (size_t step = 1; step < 100; step += 33) {
			struct buf got = BUF_MAX(1000);
			struct test_examined t;

			test_examine(&t, rows[i].message, step, "", 0);
			show_claims(&got, t.result);
			test_str(rows[i].what, buf_str(&got), rows[i].want);
			test_examined_free(&t);
			buf_free(&got);
		}
	}
}

/* At each place of a block of the header. */
static void
separators(void **state)
{
	static const char *const empty[] = { "\n\r\nY: ", "\r\rY: ", "\r\r\nY: ", "\r\n\rY: " };

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		struct buf message = BUF_MAX(1000);
		struct test_examined t;

		buf_add(&message, STR(USUAL "X: "));
		memset(buf_room(&message, i / 4), 'a', i / 4);
		buf_add(&message, str_of(empty[i % 4]));
		memset(buf_room(&message, 200), 'b', 200);
		buf_add(&message, STR("\r\n\r\n"));
		test_examine(&t, buf_str(&message), message.n, "", 0);
		assert_true(t.result->n_findings >= 2);
		assert_string_equal(t.result->findings[1].code, "bare-lf-separator");
		test_examined_free(&t);
		buf_free(&message);
	}
}

static void
segments(void **state)
{
	static const struct {
		const char *message, *want;
	} rows[] = {
		{ "", "" },
		{ "A: b\r\n", "header 6 " },
		{ "A: b\r\n\r\n", "header 6 empty 2 " },
		{ "\r\nabc", "empty 2 mime 3 " },
		{ "A: b\r\n c\r\nD\r\n\r\nabc\r\n", "header 10 header 3 empty 2 mime 5 " },
		{ "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n1\r\n--b--\r\n",
		    "header 43 empty 2 gap 7 mime 1 gap 9 " },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf got = BUF_MAX(1000);
		struct test_examined t;
		uint64_t end = 0;

		test_examine(&t, str_of(rows[i].message), 1, "", 0);
		for (size_t k = 0; k < t.result->n_segments; k++) {
			const struct segment *s = &t.result->segments[k];

			assert_int_equal(s->offset, end);
			end += s->length;
			buf_printf(&got, "%s %u ", s->kind, (unsigned)s->length);
		}
		assert_int_equal(end, t.result->size);
		test_str(rows[i].message, buf_str(&got), rows[i].want);
		test_examined_free(&t);
		buf_free(&got);
	}
}

static bool
has_finding(const struct examination *x, const char *code)
{
	for (size_t i = 0; i < x->n_findings; i++)
		if (strcmp(x->findings[i].code, code) == 0)
			return true;
	return false;
}

/* More than we read is a finding, and no signature is said to fail for it. */
static void
limits(void **state)
{
	struct buf fields = BUF_MAX(1 << 20), large = BUF_MAX(8 << 20);
	struct test_examined t;
	const struct segment *last;

	(void)state;
	test_sign(&fields, GOOD " h=from; bh=" ABC_HASH "; b=", FROM);
	buf_add(&large, buf_str(&fields));
	for (unsigned i = 0; i < LIMIT_FIELDS; i++)
		buf_add(&fields, STR("X: y\r\n"));
	buf_add(&fields, STR(FROM "\r\nabc\r\n"));
	test_examine(&t, buf_str(&fields), 4096, PUBLISHED, 0);
	assert_true(has_finding(t.result, "limit-header"));
	assert_true(has_finding(t.result, "limit-segments"));
	test_str("fields", str_of(t.result->dkim[0].code), "limit-header");
	assert_int_equal(t.result->n_segments, LIMIT_SEGMENTS);
	last = &t.result->segments[LIMIT_SEGMENTS - 1];
	test_str("remainder", str_of(last->kind), "rest");
	assert_int_equal(last->offset + last->length, fields.n);
	test_examined_free(&t);

	buf_add(&large, STR("X: "));
	memset(buf_room(&large, LIMIT_HEADER), 'x', LIMIT_HEADER);
	buf_add(&large, STR("\r\n" FROM "\r\nabc\r\n"));
	test_examine(&t, buf_str(&large), 65536, PUBLISHED, 0);
	assert_true(has_finding(t.result, "limit-header"));
	test_str("bytes", str_of(t.result->dkim[0].code), "limit-header");
	/* The signature is whole, the next field is not; the body is text. */
	assert_int_equal(t.result->n_segments, 3);
	test_str("field that was cut", str_of(t.result->segments[1].kind), "rest");
	last = &t.result->segments[t.result->n_segments - 1];
	assert_int_equal(last->length, 5);
	assert_int_equal(last->offset + last->length, large.n);
	assert_int_equal(t.asked, 0);
	test_examined_free(&t);
	buf_free(&fields);
	buf_free(&large);
}

/* A field of 1.8 MB that every signature names: the work stops, and that is told. */
static void
work_is_bounded(void **state)
{
	struct buf message = BUF_MAX(LIMIT_HEADER);
	struct test_examined t;
	const struct examination *x;

	(void)state;
	for (unsigned i = 0; i < LIMIT_SIGNATURES_VERIFIED; i++)
		buf_printf(&message, GOOD " h=from:x; bh=" EMPTY "; b=AAAA\r\n");
	buf_printf(&message, FROM "x:");
	memset(buf_room(&message, 1800000), 'a', 1800000);
	buf_printf(&message, "\r\n\r\n");
	test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
	x = t.result;
	assert_int_equal(x->n_dkim, LIMIT_SIGNATURES_VERIFIED);
	for (size_t i = 0; i < x->n_dkim; i++)
		assert_string_equal(x->dkim[i].code,
		    i * 1800000 < LIMIT_SIGNED_BYTES ? "signature" : "limit-signatures");
	assert_string_equal(x->findings[x->n_findings - 1].code, "limit-signatures");
	assert_true(x->complete);
	test_examined_free(&t);
	buf_free(&message);
}

/* What is of one organization by the list, and of two by their own records, is told. */
static void
tree_walk(void **state)
{
	static const char from[] = "from:a@b.example.org\r\n";
	static const struct {
		const char *zone;
		bool differs, aligned;
	} rows[] = {
		{ PUBLISHED, false, false },
		{ PUBLISHED "_dmarc.example.org. TXT \"v=DMARC1; p=none\"\n", false, true },
		{ PUBLISHED "_dmarc.b.example.org. TXT \"v=DMARC1; p=none; psd=n\"\n", true,
		    false },
		{ PUBLISHED
		    ";! _dmarc.org. TIMEOUT\n_dmarc.example.org. TXT \"v=DMARC1; p=none\"\n",
		    false, false },
	};
	struct buf message = BUF_MAX(10000);

	(void)state;
	test_sign(&message, GOOD " h=from; bh=" ABC_HASH "; b=", from);
	buf_printf(&message, "%s\r\nabc\r\n", from);
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct test_examined t;

		test_examine(&t, buf_str(&message), message.n, rows[i].zone, 0);
		assert_int_equal(t.result->dmarc.n, 1);
		assert_int_equal(t.result->dmarc_walk.n, rows[i].aligned);
		assert_int_equal(has_finding(t.result, "dmarc-tree-walk-differs"), rows[i].differs);
		assert_int_equal(
		    t.result->complete, t.result->dmarc_walk.result != RESULT_TEMPERROR);
		test_examined_free(&t);
	}
	buf_free(&message);
}

/* The signature that a field tells of may stand where nobody looked. */
static void
unread(void **state)
{
	struct buf message = BUF_MAX(1 << 20);
	struct test_examined t;

	(void)state;
	buf_add(&message, STR("Authentication-Results: x; dkim=pass header.d=example.org\r\n"));
	for (unsigned i = 0; i < LIMIT_FIELDS; i++)
		buf_add(&message, STR("X: y\r\n"));
	test_sign(&message, GOOD " h=from; bh=" ABC_HASH "; b=", FROM);
	buf_add(&message, STR(FROM "\r\nabc\r\n"));
	test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
	assert_true(has_finding(t.result, "limit-header"));
	assert_false(has_finding(t.result, "authentication-results-contradicted"));
	test_examined_free(&t);
	buf_free(&message);
}

/* Of what a signature says of itself, however long, so much is told. */
static void
names_are_bounded(void **state)
{
	struct buf message = BUF_MAX(10000);
	struct test_examined t;
	char name[1000];

	(void)state;
	memset(name, 'a', sizeof name);
	buf_printf(&message,
	    "DKIM-Signature: v=1; a=%.*s; d=%.*s; s=%.*s; h=from; bh=YQ==; b=YQ==\r\n" FROM "\r\n",
	    1000, name, 1000, name, 1000, name);
	test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
	assert_int_equal(t.result->dkim[0].algorithm.n, LIMIT_SIGNATURE_NAME);
	assert_int_equal(t.result->dkim[0].domain.n, LIMIT_SIGNATURE_NAME);
	assert_int_equal(t.result->dkim[0].selector.n, LIMIT_SIGNATURE_NAME);
	test_examined_free(&t);
	buf_free(&message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims),
		cmocka_unit_test(later),
		cmocka_unit_test(findings),
		cmocka_unit_test(separators),
		cmocka_unit_test(work_is_bounded),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(segments),
		cmocka_unit_test(limits),
		cmocka_unit_test(tree_walk),
		cmocka_unit_test(unread),
	};

	return cmocka_run_group_tests_name("auth/examine", tests, NULL, NULL);
}
