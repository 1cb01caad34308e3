/* SPDX-License-Identifier: ISC */
#include "exam/evaluate.h"

#include "base/test.h"

/* A source that answers "failed", or nothing, or refuses to go on. */
struct source {
	enum { ANSWERS, IS_SILENT, REFUSES } how;
	struct dns_answer answer[EVALUATE_ROUNDS * NEEDS_MAX];
	size_t n, rounds;
};

static int
fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e)
{
	struct source *s = ctx;

	s->rounds++;
	if (s->how == REFUSES)
		return err_set(e, ERR_RETRY, "gone");
	for (size_t i = 0; i < needs->n && s->how == ANSWERS; i++)
		s->answer[s->n++] = (struct dns_answer){
			.name = needs->need[i].name,
			.type = needs->need[i].type,
			.outcome = DNS_FAILED,
		};
	*ev = (struct evidence){ s->answer, s->n };
	return 0;
}

/* n sets whose message signatures and seals want 2 n different keys. */
static struct examine *
message(const struct crypto *crypto, unsigned n)
{
	struct examine *x = examine_new(crypto);
	struct buf text = BUF_MAX(1 << 20);

	for (unsigned i = 1; i <= n; i++)
		buf_printf(&text,
		    "ARC-Message-Signature: i=%u; a=rsa-sha256; d=example.org; s=a%u; h=from; "
		    "bh=AAAA; b=AAAA\r\n"
		    "ARC-Seal: i=%u; a=rsa-sha256; d=example.org; s=s%u; cv=pass; b=AAAA\r\n",
		    i, i, i, i);
	examine_add(x, buf_str(&text));
	examine_end(x);
	buf_free(&text);
	return x;
}

static void
rounds(void **state)
{
	static const struct {
		const char *what;
		unsigned sets;
		struct source source;
		int rc;
		size_t rounds, answers;
	} rows[] = {
		{ "nothing to ask", 0, { ANSWERS }, 0, 0, 0 },
		{ "one round", 3, { ANSWERS }, 0, 1, 6 },
		{ "more than a round holds", 50, { ANSWERS }, 0, 2, 100 },
		{ "a source that never answers", 3, { IS_SILENT }, 0, EVALUATE_ROUNDS, 0 },
		{ "a source that refuses", 3, { REFUSES }, -1, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct crypto *crypto = crypto_native_new();
		struct examine *x = message(crypto, rows[i].sets);
		struct source s = rows[i].source;
		struct evidence_source source = { fill, &s };
		const struct examination *r;
		struct err e;

		if (evaluate(x, 0, &source, &r, &e) != rows[i].rc || s.rounds != rows[i].rounds ||
		    s.n != rows[i].answers)
			fail_msg("%s: %zu rounds, %zu answers", rows[i].what, s.rounds, s.n);
		if (rows[i].rc == 0)
			assert_int_equal(r->complete, rows[i].sets == 0);
		else
			assert_int_equal(e.kind, ERR_RETRY);
		examine_free(x);
		crypto_native_free(crypto);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds),
	};

	return cmocka_run_group_tests_name("exam/evaluate", tests, NULL, NULL);
}
