/* SPDX-License-Identifier: ISC */
#include "tlog/check.h"

#include "base/base64.h"
#include "base/test.h"

/* The algorithms against our own proofs of all sizes are in tree_test.c; here, those of others:
 * transparency-dev/merkle, testdata. */

/* Base64 of 32 bytes; false for "-" (nothing), "%" (an element of no bytes) and other lengths. */
static bool
take_hash(struct str text, struct hash *h)
{
	struct buf b = BUF_MAX(64);
	bool ok = base64_decode(text, BASE64_STRICT, &b, NULL) == 0 && b.n == sizeof h->b;

	if (ok)
		memcpy(h->b, b.p, sizeof h->b);
	buf_free(&b);
	return ok;
}

struct row {
	bool want;
	struct str name;
	uint64_t number[2];
	struct hash hash[2], proof[70];
	size_t n;
	bool well_formed; /* all hashes have 32 bytes */
};

static void
take_row(struct str line, struct row *row)
{
	struct str field, text;

	*row = (struct row){ .well_formed = true };
	assert_true(str_cut(&line, '\t', &field));
	row->want = str_eq(field, STR("ok"));
	assert_true(str_cut(&line, '\t', &row->name));
	for (size_t i = 0; i < 2; i++) {
		assert_true(str_cut(&line, '\t', &field));
		assert_int_equal(str_u64(field, UINT64_MAX, &row->number[i]), 0);
	}
	for (size_t i = 0; i < 2; i++) {
		assert_true(str_cut(&line, '\t', &field));
		row->well_formed &= take_hash(field, &row->hash[i]);
	}
	if (str_eq(line, STR("-")))
		return;
	for (text = line; str_cut(&text, ',', &field); row->n++) {
		assert_true(row->n < TEST_ROWS(row->proof));
		row->well_formed &= take_hash(field, &row->proof[row->n]);
	}
}

static void
run(const char *file, bool (*holds)(const struct row *row))
{
	struct buf b = BUF_MAX(1 << 20);
	struct str rest, line;
	size_t n = 0;

	test_corpus(file, &b);
	for (rest = buf_str(&b); str_line(&rest, &line); n++) {
		struct row row;

		take_row(line, &row);
		if ((row.well_formed && holds(&row)) != row.want)
			fail_msg("%.*s", STR_FMT(row.name));
	}
	buf_free(&b);
	assert_true(n > 40);
}

static bool
inclusion_holds(const struct row *row)
{
	return tlog_check_inclusion(row->hash[1], row->number[0], row->number[1], row->hash[0],
	           row->proof, row->n, NULL) == 0;
}

static bool
consistency_holds(const struct row *row)
{
	struct tlog_head older = { row->number[0], row->hash[0] };
	struct tlog_head newer = { row->number[1], row->hash[1] };

	return tlog_check_consistency(older, newer, row->proof, row->n, NULL) == 0;
}

static void
inclusion(void **state)
{
	(void)state;
	run("tlog/merkle/inclusion.tsv", inclusion_holds);
}

static void
consistency(void **state)
{
	(void)state;
	run("tlog/merkle/consistency.tsv", consistency_holds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inclusion),
		cmocka_unit_test(consistency),
	};

	return cmocka_run_group_tests_name("tlog/check", tests, NULL, NULL);
}
