/* SPDX-License-Identifier: ISC */
#include "auth/recipients.h"

#include "base/base64.h"
#include "base/test.h"

/*
 * How the form of fh= was settled: it was computed in every way that seemed likely for the To of
 * four real messages of Gmail (three recipients, 2023 and 2024); of all of them the SHA-256 of the
 * relaxed field with its CR LF fits, and an absent Cc is nothing.  That a Cc stands before To is
 * told by others; no real message with one was at hand.  The addresses are not repeated here.
 */
static void
hash(void **state)
{
	static const struct {
		const char *what;
		struct str header, same;
	} rows[] = {
		{ "To alone", STR("To: b@firm.example\r\n\r\n"), STR("to:b@firm.example\r\n") },
		{ "Cc first", STR("TO:  b@c \r\nCc: d@e,\r\n f@g\r\n\r\n"),
		    STR("cc:d@e, f@g\r\nto:b@c\r\n") },
		{ "the last of two", STR("To: a@b\r\nTo: c@d\r\n\r\n"), STR("to:c@d\r\n") },
		{ "neither", STR("From: a@b\r\n\r\n"), STR("") },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct hash got, want = sha256(rows[i].same);
		struct fields f;

		assert_int_equal(fields_parse(a, rows[i].header, &f, NULL), 0);
		got = recipients_hash(&f);
		if (!hash_eq(got, want))
			fail_msg("%s: another hash", rows[i].what);
		arena_free(a);
	}
}

static void
tags(void **state)
{
	static const struct {
		const char *what;
		struct str tags;
		const char *want;
	} rows[] = {
		/* the base64 of "to:b@firm.example\r\n" hashed, by another program */
		{ "the hash of To", STR(" fh=yl+zj6tqp5/aDkV/+1E0qUV3OTUtEuViath9BkygAyc="), "" },
		{ "folded", STR(" fh=yl+zj6tqp5/aDkV/+1E0\r\n qUV3OTUtEuViath9BkygAyc="), "" },
		{ "another hash", STR(" fh=AKWw92sdXoMEDdHXKLL06vnizTpObKPGCfYXnoQDKO8="),
		    "recipients-changed " },
		{ "no hash", STR(" fh="), "recipients-changed " },
		{ "for that domain", STR(" darn=FIRM.example"), "" },
		{ "for another", STR(" darn=other.example"), "recipient-domain " },
		{ "for part of one", STR(" darn=example"), "recipient-domain " },
		{ "for whom Google serves", STR(" dara=google.com"), "" },
		{ "for another operator", STR(" dara=other.example"), "recipient-domain " },
		{ "neither", STR(" x=1"), "" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct header field = { .body = rows[i].tags };
		struct signature sig = { .field = &field };
		struct covering by = { .sig = &sig };
		struct findings found = { 0 };
		struct fields f;
		struct coverage c = { .fields = &f, .by = &by, .n_by = 1, .found = &found };
		struct buf got = BUF_MAX(1000);

		assert_int_equal(
		    fields_parse(
		        a, STR("To: B <b@firm.example>\r\nTo: b@firm.example\r\n\r\n"), &f, NULL),
		    0);
		recipients_read(&c);
		for (int id = 0; id < FINDINGS; id++)
			if (found.is[id])
				buf_printf(&got, "%s ", finding_rows[id].code);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash),
		cmocka_unit_test(tags),
	};

	return cmocka_run_group_tests_name("auth/recipients", tests, NULL, NULL);
}
