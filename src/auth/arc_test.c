/* SPDX-License-Identifier: ISC */
#include "auth/arc.h"

#include "auth/test_message.h"
#include "base/limits.h"

#define ABC_HASH  "VSuraGTHp7aaUC7RhUuSRcDhow8AiqoLKB2mJYX9sCU=" /* of "abc\r\n" */
#define FROM      "from:a@example.org\r\n"
#define PUBLISHED "s._domainkey.example.org. TXT \"" TEST_KEY "\"\n"
#define AMS       "arc-message-signature:i=%u; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s;"
#define SEAL      "arc-seal:i=%u; a=ed25519-sha256; d=example.org; s=s; cv=%s;%s b="

/* How one set of a chain differs from a good one; everything is signed as it then stands. */
struct set {
	const char *cv; /* NULL: none in the first set, pass in the others */
	const char *h;  /* of the message signature; NULL: "from" */
	const char *seal_tags;
	const char *body_hash;
	const char *results; /* after "arc-authentication-results:"; NULL: the good ones */
	bool no_results, no_ams, no_seal, twice;
};

/* Puts set i on top of the message; sealed holds all fields sealed so far, oldest first. */
static void
add_set(struct buf *message, struct buf *sealed, unsigned i, const struct set *s)
{
	struct buf head = BUF_MAX(1000), set = BUF_MAX(10000), top = BUF_MAX(1 << 20);
	const char *cv = s->cv != NULL ? s->cv : i == 1 ? "none" : "pass";

	if (!s->no_results && s->results == NULL)
		buf_printf(&set, "arc-authentication-results:i=%u; example.org; none\r\n", i);
	else if (!s->no_results)
		buf_printf(&set, "arc-authentication-results:%s\r\n", s->results);
	if (!s->no_ams) {
		buf_printf(&head, AMS " h=%s; bh=%s; b=", i, s->h != NULL ? s->h : "from",
		    s->body_hash != NULL ? s->body_hash : ABC_HASH);
		buf_byte(&head, '\0');
		test_sign(&set, head.p, FROM);
	}
	if (strcmp(cv, "fail") == 0)
		buf_clear(sealed); /* RFC 8617 section 5.1.2 */
	buf_add(sealed, buf_str(&set));
	if (!s->no_seal) {
		struct buf seal = BUF_MAX(10000);

		buf_clear(&head);
		buf_printf(&head, SEAL, i, cv, s->seal_tags != NULL ? s->seal_tags : "");
		buf_byte(&head, '\0');
		buf_byte(sealed, '\0');
		test_sign(&seal, head.p, sealed->p);
		sealed->n--;
		buf_add(&set, buf_str(&seal));
		buf_add(sealed, buf_str(&seal));
		buf_free(&seal);
	}
	buf_add(&top, buf_str(&set));
	if (s->twice)
		buf_add(&top, buf_str(&set));
	buf_add(&top, buf_str(message));
	buf_clear(message);
	buf_add(message, buf_str(&top));
	buf_free(&head);
	buf_free(&set);
	buf_free(&top);
}

/* result, code and, for each set, ams/seal/cv. */
static void
show(struct buf *out, const struct arc_result *r)
{
	buf_printf(out, "%s %s", result_word(r->result), r->code);
	for (size_t i = 0; i < r->n; i++)
		buf_printf(
		    out, " %s/%s/%s", r->sets[i].ams.code, r->sets[i].seal.code, r->sets[i].cv);
}

static const struct {
	const char *what;
	unsigned n;
	struct set set[3];
	const char *want;
} chain_rows[] = {
	{ "none", 0, { { 0 } }, "none none" },
	{ "one", 1, { { 0 } }, "pass pass pass/pass/none" },
	{ "three", 3, { { 0 } }, "pass pass pass/pass/none pass/pass/pass pass/pass/pass" },
	{ "only the newest message signature counts", 2, { { .body_hash = "AAAA" } },
	    "pass pass body-hash/pass/none pass/pass/pass" },
	{ "and it must verify", 2, { { 0 }, { .body_hash = "AAAA" } },
	    "fail arc-message-signature pass/pass/none body-hash/pass/pass" },
	{ "first says pass", 1, { { .cv = "pass" } }, "fail arc-cv pass/pass/pass" },
	{ "second says none", 2, { { 0 }, { .cv = "none" } },
	    "fail arc-cv pass/pass/none pass/pass/none" },
	{ "newest says fail", 1, { { .cv = "fail" } }, "fail arc-cv-fail pass/pass/fail" },
	{ "who says fail seals only his own set", 2, { { 0 }, { .cv = "fail" } },
	    "fail arc-cv-fail pass/pass/none pass/pass/fail" },
	{ "cv= in capitals", 1, { { .cv = "None" } }, "fail arc-cv pass/tag-invalid/-" },
	{ "seal with h=", 1, { { .seal_tags = " h=from;" } },
	    "fail arc-seal pass/seal-signs-fields/none" },
	{ "message signature over a seal", 1, { { .h = "from:arc-seal" } },
	    "fail arc-message-signature signs-seal/pass/none" },
	{ "message signature over nothing", 1, { { .h = "" } },
	    "fail arc-message-signature signature/pass/none" },
	{ "message signature with q= of others", 1, { { .h = "from; q=x/y" } },
	    "fail arc-message-signature query/pass/none" },
	{ "no results", 2, { { .no_results = true } },
	    "fail arc-sets pass/pass/none pass/pass/pass" },
	{ "no message signature", 1, { { .no_ams = true } }, "fail arc-sets absent/pass/none" },
	{ "no seal", 1, { { .no_seal = true } }, "fail arc-sets pass/absent/-" },
	{ "a set twice", 1, { { .twice = true } }, "fail arc-sets pass/pass/none" },
	{ "i= not first", 1, { { .results = "x; i=1" } }, "fail arc-field pass/signature/none" },
	{ "i= without a semicolon", 1, { { .results = "i=1" } },
	    "fail arc-field pass/signature/none" },
	{ "i= with comments", 1, { { .results = "(a(b\\)) c) i (d) = 1 (e);none" } },
	    "pass pass pass/pass/none" },
	{ "i=0", 1, { { .results = "i=0; none" } }, "fail arc-field pass/signature/none" },
	{ "i= of three digits", 1, { { .results = "i=001; none" } },
	    "fail arc-field pass/signature/none" },
};

static void
chains(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(chain_rows); i++) {
		struct buf message = BUF_MAX(1 << 20), sealed = BUF_MAX(1 << 20);
		struct buf got = BUF_MAX(1000);
		struct test_examined t;

		buf_add(&message, STR(FROM "\r\nabc\r\n"));
		for (unsigned k = 0; k < chain_rows[i].n; k++)
			add_set(&message, &sealed, k + 1, &chain_rows[i].set[k]);
		test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
		show(&got, &t.result->arc);
		test_str(chain_rows[i].what, buf_str(&got), chain_rows[i].want);
		test_examined_free(&t);
		buf_free(&message);
		buf_free(&sealed);
		buf_free(&got);
	}
}

/* RFC 8617 section 5.2: how far back the message signatures pass without a gap. */
static void
oldest(void **state)
{
	static const struct {
		const char *what;
		unsigned n;
		bool fails[5];
		int want;
	} rows[] = {
		{ "no chain", 0, { 0 }, -1 },
		{ "one", 1, { 0 }, 0 },
		{ "one that fails", 1, { true }, -1 },
		{ "all", 5, { 0 }, 0 },
		{ "the first fails", 5, { true }, 2 },
		{ "the second fails", 5, { false, true }, 3 },
		{ "the last but one fails", 5, { [3] = true }, 5 },
		{ "two fail", 5, { true, false, true }, 4 },
		{ "the newest fails", 5, { [4] = true }, -1 },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf message = BUF_MAX(1 << 20), sealed = BUF_MAX(1 << 20);
		struct test_examined t;

		buf_add(&message, STR(FROM "\r\nabc\r\n"));
		for (unsigned k = 0; k < rows[i].n; k++) {
			const struct set set = { .body_hash = rows[i].fails[k] ? "AAAA" : NULL };

			add_set(&message, &sealed, k + 1, &set);
		}
		test_examine(&t, buf_str(&message), message.n, PUBLISHED, 0);
		if (t.result->arc.oldest_pass != rows[i].want)
			fail_msg("%s: %d", rows[i].what, t.result->arc.oldest_pass);
		test_examined_free(&t);
		buf_free(&message);
		buf_free(&sealed);
	}
}

/* RFC 8617 section 4.2.1: fifty sets and no more; and no key without an answer is no verdict. */
static void
many(void **state)
{
	static const struct set good;
	struct buf message = BUF_MAX(1 << 20), sealed = BUF_MAX(1 << 20);
	struct test_examined t;

	(void)state;
	buf_add(&message, STR(FROM "\r\nabc\r\n"));
	for (unsigned k = 1; k <= LIMIT_ARC_SETS; k++)
		add_set(&message, &sealed, k, &good);
	test_examine(&t, buf_str(&message), 1000, PUBLISHED, 0);
	test_str("fifty", str_of(t.result->arc.code), "pass");
	assert_int_equal(t.asked, 1 + 3); /* DMARC: the organization, two policies */
	test_examined_free(&t);
	test_examine(&t, buf_str(&message), 1000, ";! s._domainkey.example.org. TIMEOUT\n", 0);
	test_str("no answer", str_of(t.result->arc.code), "arc-key-unavailable");
	assert_false(t.result->complete);
	test_examined_free(&t);
	add_set(&message, &sealed, LIMIT_ARC_SETS + 1, &good);
	test_examine(&t, buf_str(&message), 1000, PUBLISHED, 0);
	test_str("fifty-one", str_of(t.result->arc.code), "arc-field");
	test_examined_free(&t);
	buf_free(&message);
	buf_free(&sealed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains),
		cmocka_unit_test(oldest),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests_name("auth/arc", tests, NULL, NULL);
}
