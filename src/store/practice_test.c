/* SPDX-License-Identifier: ISC */
#include "store/practice.h"

#include "base/limits.h"
#include "store/test_db.h"

#define DAY INT64_C(86400000)

#define BIT(p) (1u << PRACTICE_##p)

static uint64_t seq;

/* n messages of a domain, one a minute from then; what is broken after the last. */
static unsigned
arrive(const char *domain, int n, int64_t at_ms, unsigned applies, unsigned has)
{
	struct practice_message m = { .domain = str_of(domain), .applies = applies, .has = has };
	struct err e = { 0 };
	unsigned broken = 0;

	for (int i = 0; i < n; i++) {
		m.seq = seq++;
		m.at_ms = at_ms + i * 60000;
		must(practice_add(db, &m, &broken, &e), &e);
	}
	return broken;
}

/* The first message without what ten in a row had is told, and the next with it ends that. */
static void
test_regression(void **unused)
{
	unsigned all = BIT(SIGNED) | BIT(KEY) | BIT(TO) | BIT(CC);
	struct practice_broken at = { 0 };
	struct err e = { 0 };

	(void)unused;
	assert_int_equal(arrive("a.example", 9, 0, all, all), 0);
	assert_int_equal(arrive("a.example", 1, DAY, all, 0), 0); /* not usual yet */
	assert_int_equal(arrive("a.example", 10, DAY, all, all), 0);
	assert_int_equal(
	    arrive("a.example", 5, DAY, BIT(SIGNED), BIT(SIGNED)), 0); /* no Cc: no news */
	assert_int_equal(arrive("b.example", 5, DAY, all, 0), 0); /* never signed: not learned */
	assert_int_equal(arrive("a.example", 1, 2 * DAY, all, all & ~BIT(TO)), BIT(TO));
	must(practice_next_broken(db, STR("a.example"), &at, &e), &e);
	assert_int_equal(at.what, PRACTICE_TO);
	assert_int_equal(at.seq, seq - 1);
	assert_int_equal(at.ms, 2 * DAY);
	assert_int_equal(practice_next_broken(db, STR("a.example"), &at, &e), 0);
	assert_int_equal(
	    arrive("a.example", 3, 3 * DAY, all, all & ~(BIT(TO) | BIT(KEY))), BIT(TO) | BIT(KEY));
	assert_int_equal(arrive("a.example", 1, 4 * DAY, all, all & ~BIT(KEY)), BIT(KEY));
	assert_int_equal(arrive("a.example", 1, 4 * DAY, all, all), 0);
}

/* After a month it is how it is. */
static void
test_accepted(void **unused)
{
	struct err e = { 0 };

	(void)unused;
	arrive("a.example", 10, 0, BIT(SIGNED) | BIT(TO), BIT(SIGNED) | BIT(TO));
	assert_int_equal(arrive("a.example", 1, DAY, BIT(TO), 0), BIT(TO));
	assert_int_equal(practice_is_broken(db, STR("a.example"), 31 * DAY, &e), 1);
	assert_int_equal(practice_is_broken(db, STR("a.example"), 31 * DAY + 1, &e), 0);
	assert_int_equal(practice_is_broken(db, STR("b.example"), DAY, &e), 0);
	assert_int_equal(arrive("a.example", 20, 30 * DAY, BIT(TO), 0), BIT(TO));
	assert_int_equal(arrive("a.example", 1, 32 * DAY, BIT(TO), 0), 0);
	assert_int_equal(arrive("a.example", 1, 33 * DAY, BIT(TO), 0), 0);
}

static size_t
count_seen(const char *domain, struct practice_seen *last)
{
	struct practice_seen at = { 0 };
	struct err e = { 0 };
	size_t n = 0;
	int rc;

	while ((rc = practice_next_seen(db, str_of(domain), &at, &e)) == 1) {
		*last = at;
		n++;
	}
	must(rc, &e);
	return n;
}

/* What was seen is counted; of very many values the latest are kept, of very many domains, too. */
static void
test_bounds(void **unused)
{
	struct practice_domain at = { 0 };
	struct practice_seen last = { 0 };
	struct err e = { 0 };
	char text[64];
	size_t n = 0;

	(void)unused;
	must(db_begin(db, &e), &e);
	arrive("a.example", 1, 5, BIT(SIGNED), BIT(SIGNED));
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "selector %02d", i / 2);
		must(practice_saw(db, STR("a.example"), "signer", str_of(text), i, &e), &e);
	}
	must(practice_saw(db, STR("a.example"), "sealer", STR("g.example"), 5, &e), &e);
	assert_int_equal(count_seen("a.example", &last), 17);
	test_str("kind", str_of(last.kind), "signer");
	test_str("value", str_of(last.value), "selector 49");
	assert_int_equal(last.messages, 2);
	assert_int_equal(last.first_ms, 98);
	assert_int_equal(last.last_ms, 99);
	for (unsigned i = 0; i < LIMIT_FLOWS + 5; i++) {
		snprintf(text, sizeof text, "d%u.example", i);
		arrive(text, 1, 10 + (int64_t)i, BIT(SIGNED), BIT(SIGNED));
	}
	while (practice_next_domain(db, &at, &e) == 1)
		n++;
	must(db_commit(db, &e), &e);
	assert_int_equal(n, LIMIT_FLOWS);
	assert_int_equal(count_seen("a.example", &last), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_regression, test_db_open, test_db_close),
		cmocka_unit_test_setup_teardown(test_accepted, test_db_open, test_db_close),
		cmocka_unit_test_setup_teardown(test_bounds, test_db_open, test_db_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
