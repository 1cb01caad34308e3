/* SPDX-License-Identifier: ISC */
#include "auth/treewalk.h"

#include "auth/test_message.h"
#include "base/limits.h"
#include "dns/name.h"

#define P   ". TXT \"v=DMARC1; p=none\"\n"
#define YES ". TXT \"v=DMARC1; p=none; psd=y\"\n"
#define NO  ". TXT \"v=DMARC1; p=none; psd=n\"\n"
#define AT  "_dmarc."

/* RFC 9989 appendix B.4.3 */
#define BANK AT "bank.example" YES AT "giant.bank.example" P

#define LABEL   "a123456789b123456789c123456789d123456789e123456789f123456789"
#define TEN     "a.a.a.a.a.a.a.a.a.a."
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
	const char *what, *name, *zone;
	const char *want; /* organizational domain, and the suffix, or "?"; then the questions */
} rows[] = {
	{ "RFC 9989 4.10", "a.b.c.d.e.f.g.h.i.j.mail.example.com", "",
	    "a.b.c.d.e.f.g.h.i.j.mail.example.com: a.b.c.d.e.f.g.h.i.j.mail.example.com "
	    "g.h.i.j.mail.example.com h.i.j.mail.example.com i.j.mail.example.com "
	    "j.mail.example.com mail.example.com example.com com" },
	{ "RFC 9989 5.1.8", "mail.a.b.c.d.e.f.g.example.com",
	    AT "b.c.d.e.f.g.example.com" NO AT "example.com" P,
	    "example.com: mail.a.b.c.d.e.f.g.example.com c.d.e.f.g.example.com "
	    "d.e.f.g.example.com e.f.g.example.com f.g.example.com g.example.com example.com "
	    "com" },
	{ "RFC 9989 4.10.2, the first", "a.mail.example.com",
	    AT "mail.example.com" P AT "example.com" P,
	    "example.com: a.mail.example.com mail.example.com example.com com" },
	{ "RFC 9989 4.10.2, psd=n", "a.mail.example.com",
	    AT "mail.example.com" NO AT "example.com" P,
	    "mail.example.com: a.mail.example.com mail.example.com example.com com" },
	{ "RFC 9989 4.10.2, psd=y", "a.mail.example.com", AT "com" YES,
	    "example.com com: a.mail.example.com mail.example.com example.com com" },
	{ "RFC 9989 4.10.2, psd=y in the rule", "a.mail.example.com",
	    AT "mail.example.com" P AT "example.com" YES,
	    "mail.example.com example.com: a.mail.example.com mail.example.com example.com com" },
	{ "RFC 9989 B.4.1", "signing.example.com", AT "signing.example.com" P AT "example.com" P,
	    "example.com: signing.example.com example.com com" },
	{ "RFC 9989 B.4.2", "a.b.c.d.e.f.g.h.i.j.k.example.com", AT "example.com" P,
	    "example.com: a.b.c.d.e.f.g.h.i.j.k.example.com g.h.i.j.k.example.com "
	    "h.i.j.k.example.com i.j.k.example.com j.k.example.com k.example.com example.com "
	    "com" },
	{ "RFC 9989 B.4.3, author", "giant.bank.example", BANK,
	    "giant.bank.example bank.example: giant.bank.example bank.example example" },
	{ "RFC 9989 B.4.3, MAIL FROM", "mail.giant.bank.example", BANK,
	    "giant.bank.example bank.example: mail.giant.bank.example giant.bank.example "
	    "bank.example example" },
	{ "RFC 9989 B.4.3, DKIM", "mail.mega.bank.example", BANK,
	    "mega.bank.example bank.example: mail.mega.bank.example mega.bank.example "
	    "bank.example example" },
	{ "eight labels", "a.b.c.d.e.f.g.h", "",
	    "a.b.c.d.e.f.g.h: a.b.c.d.e.f.g.h b.c.d.e.f.g.h c.d.e.f.g.h d.e.f.g.h e.f.g.h f.g.h "
	    "g.h h" },
	{ "psd=y below which nothing was asked", "a.b.c.d.e.f.g.h.i.j", AT "d.e.f.g.h.i.j" YES,
	    "c.d.e.f.g.h.i.j d.e.f.g.h.i.j: a.b.c.d.e.f.g.h.i.j d.e.f.g.h.i.j e.f.g.h.i.j "
	    "f.g.h.i.j g.h.i.j h.i.j i.j j" },
	{ "a suffix that sends mail itself", "bank.example", AT "bank.example" YES AT "example" P,
	    "bank.example: bank.example example" },
	{ "one label", "example", AT "example" P, "example: example" },
	{ "nobody has one", "a.example.com", "", "a.example.com: a.example.com example.com com" },
	{ "two of them are none", "a.example.com",
	    AT "example.com" NO AT "example.com" P AT "a.example.com" P,
	    "a.example.com: a.example.com example.com com" },
	{ "two, but one is another thing", "a.example.com",
	    AT "example.com" P AT "example.com. TXT \"v=spf1 -all\"\n",
	    "example.com: a.example.com example.com com" },
	{ "no policy can be had of it", "a.example.com",
	    AT "example.com. TXT \"v=DMARC1; p=block; psd=n\"\n",
	    "example.com: a.example.com example.com com" },
	{ "psd=u, and no such word", "a.example.com",
	    AT "a.example.com. TXT \"v=DMARC1; psd=u\"\n" AT
	       "example.com. TXT \"v=DMARC1; psd=yes\"\n",
	    "example.com: a.example.com example.com com" },
	{ "the DNS fails below", "a.example.com", ";! _dmarc.a.example.com. TIMEOUT\n" AT "com" NO,
	    "?: a.example.com example.com com" },
	{ "the DNS fails above", "a.example.com", ";! _dmarc.com. TIMEOUT\n" AT "example.com" P,
	    "?: a.example.com example.com com" },
	{ "the DNS fails above where it ends", "a.example.com",
	    ";! _dmarc.com. TIMEOUT\n" AT "example.com" NO,
	    "example.com: a.example.com example.com com" },
	{ "too long a name to have one", LABEL "." LABEL "." LABEL "." LABEL ".ab.org",
	    AT "ab.org" P,
	    "ab.org: " LABEL "." LABEL "." LABEL ".ab.org " LABEL "." LABEL ".ab.org " LABEL
	    ".ab.org ab.org org" },
	{ "120 labels, without room for _dmarc", HUNDRED TEN "a.a.a.a.a.a.a.a.example.com", "",
	    HUNDRED TEN "a.a.a.a.a.a.a.a.example.com: a.a.a.a.a.example.com a.a.a.a.example.com "
	                "a.a.a.example.com a.a.example.com a.example.com example.com com" },
	{ "110 labels", HUNDRED "a.a.a.a.a.a.a.a.example.com", "",
	    HUNDRED "a.a.a.a.a.a.a.a.example.com: " HUNDRED "a.a.a.a.a.a.a.a.example.com "
	            "a.a.a.a.a.example.com a.a.a.a.example.com a.a.a.example.com a.a.example.com "
	            "a.example.com example.com com" },
};

static void
walk(size_t i, struct arena *a, struct buf *got)
{
	struct zone *zone = zone_parse(str_of(rows[i].zone), "zone", NULL);
	struct dns_answer answer[LIMIT_TREE_WALK];
	struct evidence ev = { answer, 0 };
	struct needs needs = { .n = 0 };
	struct verifier v = { .evidence = &ev, .needs = &needs, .arena = a };
	struct treewalk w;
	int rc;

	assert_non_null(zone);
	assert_int_equal(treewalk(&v, str_of(rows[i].name), &w), -1);
	assert_int_equal(w.organizational.n, 0);
	assert_true(needs.n <= LIMIT_TREE_WALK);
	for (; ev.n < needs.n; ev.n++)
		test_answer(zone, a, &needs.need[ev.n], &answer[ev.n]);
	rc = treewalk(&v, str_of(rows[i].name), &w);
	assert_int_equal(needs.n, ev.n);
	if (rc == 0)
		buf_add(got, w.organizational);
	else
		buf_byte(got, '?');
	if (w.suffix.n > 0)
		buf_printf(got, " %.*s", STR_FMT(w.suffix));
	buf_byte(got, ':');
	for (size_t k = 0; k < needs.n; k++) {
		assert_true(str_starts(needs.need[k].name, STR(AT)));
		buf_printf(got, " %.*s", STR_FMT(str_from(needs.need[k].name, sizeof AT - 1)));
	}
	zone_free(zone);
}

static void
walks(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct buf got = BUF_MAX(4096);

		walk(i, a, &got);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
		arena_free(a);
	}
}

/* A sender may publish as much as fits: nothing of it stays. */
static void
memory(void **state)
{
	struct arena *a = arena_new(1 << 20), *run = arena_new(1 << 20);
	struct buf text = BUF_MAX(1 << 20);
	struct dns_answer answer;
	struct evidence ev = { &answer, 1 };
	struct needs needs = { .n = 0 };
	struct verifier v = { .evidence = &ev, .needs = &needs, .arena = run };
	struct need need = { STR(AT "example.com"), DNS_TXT };
	struct policyrecord record;
	struct zone *zone;

	(void)state;
	buf_add(&text, STR(AT "example.com" P));
	for (int i = 0; i < 500; i++)
		buf_printf(&text, AT "example.com. TXT \"v=spf1 exists:%d.example.com\"\n", i);
	zone = zone_parse(buf_str(&text), "zone", NULL);
	test_answer(zone, a, &need, &answer);
	for (int i = 0; i < 100; i++)
		assert_int_equal(treewalk_record(&v, STR("example.com"), &record), 1);
	assert_true(arena_used(run) < 100 * DNS_NAME_MAX);
	zone_free(zone);
	buf_free(&text);
	arena_free(a);
	arena_free(run);
}

/* RFC 9989 3.2.13 */
static void
existence(void **state)
{
	static const struct {
		const char *name;
		int asked, known;
	} names[] = {
		{ "a.example.com", -1, 1 },
		{ "b.example.com", -1, 1 }, /* something is below it */
		{ "d.example.com", -1, 0 },
		{ "e.example.com", -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(names); i++) {
		struct arena *a = arena_new(1 << 20);
		struct zone *zone = zone_parse(STR("a.example.com. TXT \"x\"\n"
		                                   "c.b.example.com. TXT \"x\"\n"
		                                   ";! e.example.com. TIMEOUT\n"),
		    "zone", NULL);
		struct dns_answer answer;
		struct evidence ev = { &answer, 0 };
		struct needs needs = { .n = 0 };
		struct verifier v = { .evidence = &ev, .needs = &needs, .arena = a };

		assert_int_equal(treewalk_exists(&v, str_of(names[i].name)), names[i].asked);
		assert_int_equal(needs.n, 1);
		test_answer(zone, a, &needs.need[0], &answer);
		ev.n = 1;
		assert_int_equal(treewalk_exists(&v, str_of(names[i].name)), names[i].known);
		zone_free(zone);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks),
		cmocka_unit_test(memory),
		cmocka_unit_test(existence),
	};

	return cmocka_run_group_tests_name("auth/treewalk", tests, NULL, NULL);
}
