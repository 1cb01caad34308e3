/* SPDX-License-Identifier: ISC */
#include "auth/dmarc.h"

#include "auth/test_message.h"

#define REJECT  "_dmarc.example.org. TXT \"v=DMARC1; p=reject\"\n"
#define STRICT  "_dmarc.example.org. TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"\n"
#define ROOT    ". TXT \"v=DMARC1; p=reject\"\n"
#define LABEL   "a123456789b123456789c123456789d123456789e123456789f123456789"
#define LONG    LABEL "." LABEL "." LABEL "." LABEL /* no room for _dmarc in front */
#define BUECHER "_dmarc.xn--bcher-kva.example. TXT \"v=DMARC1; p=reject\"\n"
#define SP      "_dmarc.example.org. TXT \"v=DMARC1; p=none; sp=quarantine\"\n"

#define BELOW_NO "_dmarc.b.example.org. TXT \"v=DMARC1; p=none; psd=n\"\n"
#define BANK     "_dmarc.bank.example. TXT \"v=DMARC1; p=none; sp=quarantine; np=reject; psd=y\"\n"
#define EXISTS   "mega.bank.example. MX 0 .\n"

struct row {
	const char *what, *header, *zone;
	const char *dkim; /* the d= of a signature; with a "!" in front it fails, with "?" later */
	const char *spf;  /* the same */
	const char *want; /* code, policy, then what is aligned */
	const char *walk; /* the same by RFC 9989; NULL: no difference */
};

static const struct row rows[] = {
	{ "aligned", "from:a@example.org\r\n", REJECT, "example.org", NULL, "pass reject dkim" },
	{ "by SPF", "from:a@example.org\r\n", REJECT, NULL, "example.org", "pass reject spf" },
	{ "by both", "from:a@example.org\r\n", REJECT, "example.org", "example.org",
	    "pass reject dkim spf" },
	{ "case does not matter", "from:a@EXAMPLE.org.\r\n", REJECT, "Example.ORG", NULL,
	    "pass reject dkim" },
	{ "relaxed, From below", "from:a@b.example.org\r\n", REJECT, "example.org", NULL,
	    "pass reject dkim" },
	{ "relaxed, d= below", "from:a@example.org\r\n", REJECT, "b.c.example.org", NULL,
	    "pass reject dkim" },
	{ "relaxed, beside", "from:a@b.example.org\r\n", REJECT, "c.example.org", "d.example.org",
	    "pass reject dkim spf" },
	{ "only the end is the same", "from:a@example.org\r\n", REJECT, "anexample.org",
	    "anexample.org", "dmarc-unaligned reject" },
	{ "strict, the same", "from:a@example.org\r\n", STRICT, "example.org", "example.org",
	    "pass reject dkim spf" },
	{ "strict, below", "from:a@example.org\r\n", STRICT, "b.example.org", "b.example.org",
	    "dmarc-unaligned reject" },
	{ "another's", "from:a@example.org\r\n", REJECT, "example.com", "example.com",
	    "dmarc-unaligned reject" },
	{ "a suffix is nobody's (RFC 7489 3.1.1)", "from:a@example.org\r\n", REJECT, "org", NULL,
	    "dmarc-unaligned reject" },
	{ "nothing passes", "from:a@example.org\r\n", REJECT, "!example.org", "!example.org",
	    "dmarc-unaligned reject" },
	{ "a key is wanting", "from:a@example.org\r\n", REJECT, "?example.org", NULL,
	    "dmarc-pending reject open" },
	{ "another's key is wanting", "from:a@example.org\r\n", REJECT, "?example.com", NULL,
	    "dmarc-unaligned reject" },
	{ "SPF is wanting", "from:a@example.org\r\n", REJECT, NULL, "?example.org",
	    "dmarc-pending reject open" },
	{ "a key is wanting, but SPF", "from:a@example.org\r\n", REJECT, "?example.org",
	    "example.org", "pass reject spf open" },
	{ "p= for the domain itself", "from:a@example.org\r\n", SP, NULL, NULL,
	    "dmarc-unaligned none" },
	{ "sp= for those below", "from:a@b.example.org\r\n", SP, NULL, NULL,
	    "dmarc-unaligned quarantine" },
	{ "one of its own", "from:a@b.example.org\r\n",
	    SP "_dmarc.b.example.org. TXT \"v=DMARC1; p=reject; sp=none\"\n", NULL, NULL,
	    "dmarc-unaligned reject" },
	{ "between them nobody asks", "from:a@c.b.example.org\r\n",
	    SP "_dmarc.b.example.org. TXT \"v=DMARC1; p=reject\"\n", NULL, NULL,
	    "dmarc-unaligned quarantine" },
	{ "two of its own", "from:a@b.example.org\r\n",
	    SP "_dmarc.b.example.org. TXT \"v=DMARC1; p=none\"\n"
	       "_dmarc.b.example.org. TXT \"v=DMARC1; p=reject\"\n",
	    NULL, NULL, "dmarc-records -", "dmarc-unaligned quarantine" },
	{ "and others that are none", "from:a@example.org\r\n",
	    REJECT "_dmarc.example.org. TXT \"v=spf1 -all\"\n", NULL, NULL,
	    "dmarc-unaligned reject" },
	{ "none of its own that is one", "from:a@b.example.org\r\n",
	    SP "_dmarc.b.example.org. TXT \"v=spf1 -all\"\n", NULL, NULL,
	    "dmarc-unaligned quarantine" },
	{ "too long a name to have one", "from:a@" LONG ".ab.org\r\n", ROOT, NULL, NULL,
	    "dmarc-no-record -" },
	{ "too long, but one above has one", "from:a@" LONG ".ab.org\r\n",
	    ROOT "_dmarc.ab.org. TXT \"v=DMARC1; p=none; sp=quarantine\"\n", NULL, NULL,
	    "dmarc-unaligned quarantine" },
	{ "an alias", "from:a@example.org\r\n",
	    "_dmarc.example.org. CNAME d.example.net.\nd.example.net. TXT \"v=DMARC1; p=none\"\n",
	    NULL, NULL, "dmarc-unaligned none" },
	{ "no policy", "from:a@example.org\r\n", "", "example.org", NULL, "dmarc-no-record - dkim",
	    "dmarc-no-record -" },
	{ "no valid policy", "from:a@example.org\r\n",
	    "_dmarc.example.org. TXT \"v=DMARC1; p=block\"\n", "example.org", NULL,
	    "dmarc-policy - dkim", "dmarc-policy -" },
	{ "the DNS fails", "from:a@example.org\r\n", ";! _dmarc.example.org. TIMEOUT\n",
	    "example.org", NULL, "dmarc-unavailable - dkim", "dmarc-unavailable -" },
	{ "the DNS fails above", "from:a@b.example.org\r\n", ";! _dmarc.example.org. TIMEOUT\n",
	    NULL, NULL, "dmarc-unavailable -" },
	{ "no From", "to:a@example.org\r\n", REJECT, "example.org", NULL, "dmarc-from-missing -" },
	{ "two From", "from:a@example.org\r\nfrom:a@example.org\r\n", REJECT, "example.org", NULL,
	    "dmarc-from-several -" },
	{ "two domains", "from:a@example.org, b@example.com\r\n", REJECT, "example.org", NULL,
	    "dmarc-from-several -" },
	{ "two of one domain", "from:a@example.org, b@Example.org\r\n", REJECT, "example.org", NULL,
	    "pass reject dkim" },
	{ "a name that looks like one", "from:\"a@example.com\" <b@example.org>\r\n", REJECT,
	    "example.com", NULL, "dmarc-unaligned reject" },
	{ "an empty group", "from:nobody:;\r\n", REJECT, "example.org", NULL,
	    "dmarc-from-domain -" },
	{ "a literal", "from:a@[192.0.2.1]\r\n", REJECT, NULL, NULL, "dmarc-from-domain -" },
	{ "a blank in it (RFC 5322 4.4)", "from:a@example.org .example.com\r\n", REJECT,
	    "example.org", NULL, "dmarc-from-domain -" },
	{ "empty labels", "from:a@example..org\r\n", REJECT, NULL, NULL, "dmarc-from-domain -" },
	{ "psd=n between (RFC 9989 4.10.2)", "from:a@a.b.example.org\r\n",
	    SP "_dmarc.b.example.org. TXT \"v=DMARC1; p=reject; psd=n\"\n", "example.org",
	    "b.example.org", "pass quarantine dkim spf", "pass reject spf" },
	{ "psd=n below From", "from:a@example.org\r\n", REJECT BELOW_NO, "b.example.org", NULL,
	    "pass reject dkim", "dmarc-unaligned reject" },
	{ "a record below From", "from:a@example.org\r\n",
	    REJECT "_dmarc.b.example.org. TXT \"v=DMARC1; p=none\"\n", "c.b.example.org", NULL,
	    "pass reject dkim" },
	{ "its own record alone", "from:a@b.example.org\r\n",
	    "_dmarc.b.example.org. TXT \"v=DMARC1; p=reject\"\n", "example.org", "c.example.org",
	    "pass reject dkim spf", "dmarc-unaligned reject" },
	{ "a suffix that is on no list (RFC 9989 B.4.3)", "from:a@giant.bank.example\r\n",
	    BANK "_dmarc.giant.bank.example. TXT \"v=DMARC1; p=reject\"\n",
	    "mail.mega.bank.example", "mail.giant.bank.example", "pass reject dkim spf",
	    "pass reject spf" },
	{ "the suffix's policy", "from:a@mega.bank.example\r\n", BANK EXISTS, "mega.bank.example",
	    NULL, "pass quarantine dkim" },
	{ "the suffix's policy for what is not there", "from:a@mega.bank.example\r\n", BANK, NULL,
	    NULL, "dmarc-unaligned quarantine", "dmarc-unaligned reject" },
	{ "whether it is there is not known", "from:a@mega.bank.example\r\n",
	    BANK ";! mega.bank.example. TIMEOUT\n", NULL, NULL, "dmarc-unaligned quarantine",
	    "dmarc-unavailable -" },
	{ "np= is not for the domain itself", "from:a@bank.example\r\n", BANK, NULL, NULL,
	    "dmarc-unaligned none" },
	{ "np= invalid", "from:a@b.example.org\r\n",
	    "_dmarc.example.org. TXT \"v=DMARC1; p=reject; np=x\"\n", NULL, NULL,
	    "dmarc-unaligned reject", "dmarc-policy -" },
	{ "np= invalid, but reports", "from:a@b.example.org\r\n",
	    "_dmarc.example.org. TXT \"v=DMARC1; p=reject; np=x; rua=mailto:a@b\"\n", NULL, NULL,
	    "dmarc-unaligned reject", "dmarc-unaligned none" },
	{ "np= invalid, but reports, of the domain itself", "from:a@example.org\r\n",
	    "_dmarc.example.org. TXT \"v=DMARC1; p=reject; np=x; rua=mailto:a@b\"\n", NULL, NULL,
	    "dmarc-unaligned reject", "dmarc-unaligned none" },
	{ "tested (RFC 9989 B.2.5)", "from:a@test.example.com\r\n",
	    "_dmarc.test.example.com. TXT \"v=DMARC1; p=quarantine; "
	    "rua=mailto:d@example.com;t=y\"\n",
	    NULL, NULL, "dmarc-unaligned quarantine", "dmarc-unaligned none" },
	{ "reject is tested", "from:a@example.org\r\n",
	    "_dmarc.example.org. TXT \"v=DMARC1; p=reject; t=Y\"\n", NULL, NULL,
	    "dmarc-unaligned reject", "dmarc-unaligned quarantine" },
	{ "none is tested", "from:a@example.org\r\n",
	    "_dmarc.example.org. TXT \"v=DMARC1; p=none; t=y\"\n", NULL, NULL,
	    "dmarc-unaligned none" },
	{ "the DNS fails where only the walk goes", "from:a@c.b.example.org\r\n",
	    REJECT ";! _dmarc.b.example.org. TIMEOUT\n", "example.org", NULL, "pass reject dkim",
	    "dmarc-unavailable -" },
	{ "and the identifier is the same", "from:a@b.example.org\r\n",
	    "_dmarc.b.example.org. TXT \"v=DMARC1; p=reject\"\n;! _dmarc.org. TIMEOUT\n",
	    "b.example.org", "example.com", "pass reject dkim", "pass reject dkim open" },
	{ "the DNS fails below From", "from:a@example.org\r\n",
	    REJECT ";! _dmarc.b.example.org. TIMEOUT\n", "b.example.org", NULL, "pass reject dkim",
	    "dmarc-pending reject open" },
	{ "U-labels, From", "from:a@bücher.example\r\n", BUECHER, "xn--bcher-kva.example", NULL,
	    "pass reject dkim" },
	{ "U-labels, d= and SPF", "from:a@xn--bcher-kva.example\r\n", BUECHER, "bücher.example",
	    "bücher.example", "pass reject dkim spf" },
	{ "U-labels, relaxed", "from:a@post.bücher.example\r\n", BUECHER, "xn--bcher-kva.example",
	    "buch.BücHer.example", "pass reject dkim spf" },
	{ "U-labels, another's", "from:a@bücher.example\r\n", BUECHER, "bucher.example",
	    "b\u00fccher.example.org", "dmarc-unaligned reject" },
	{ "U-labels, two of one domain", "from:a@bücher.example, b@xn--bcher-kva.example\r\n",
	    BUECHER, "bücher.example", NULL, "pass reject dkim" },
	{ "no U-label", "from:a@BÜCHER.example\r\n", BUECHER, "BÜCHER.example", NULL,
	    "dmarc-from-unicode -" },
	{ "not UTF-8", "from:a@b\xfc.example\r\n", REJECT, NULL, NULL, "dmarc-from-unicode -" },
	{ "d= that is no U-label", "from:a@bücher.example\r\n", BUECHER, "bu\u0308cher.example",
	    NULL, "dmarc-unaligned reject" },
};

static struct str
without_mark(const char *s)
{
	return str_of(s + (*s == '!' || *s == '?'));
}

static enum result
result_of(const char *s)
{
	return *s == '!' ? RESULT_FAIL : *s == '?' ? RESULT_TEMPERROR : RESULT_PASS;
}

static void
show(struct buf *out, const struct dmarc_result *r)
{
	buf_printf(out, "%s %s", r->code, r->policy);
	if (r->n > 0)
		buf_add(out, STR(" dkim"));
	if (r->spf_aligned)
		buf_add(out, STR(" spf"));
	if (r->open)
		buf_add(out, STR(" open"));
}

struct judged {
	struct dmarc_result list, walk;
	bool incomplete;
	size_t asked;
};

/* Judged until nothing is left to ask. */
static void
judge(struct arena *a, const struct row *row, struct judged *j)
{
	struct zone *zone = zone_parse(str_of(row->zone), "zone", NULL);
	struct dns_answer answer[NEEDS_MAX];
	struct evidence ev = { answer, 0 };
	struct needs needs = { .n = 0 };
	struct fields fields;
	struct sig_result dkim = { 0 };
	struct spf_result spf = { 0 };
	const struct authenticated by = { &dkim, row->dkim != NULL,
		row->spf != NULL ? &spf : NULL };

	assert_non_null(zone);
	assert_int_equal(fields_parse(a, str_of(row->header), &fields, NULL), 0);
	if (row->dkim != NULL)
		dkim = (struct sig_result){ .host = without_mark(row->dkim),
			.result = result_of(row->dkim) };
	if (row->spf != NULL)
		spf = (struct spf_result){ .domain = without_mark(row->spf),
			.result = result_of(row->spf) };
	for (int round = 0;; round++) {
		struct verifier v = {
			.evidence = &ev, .needs = &needs, .arena = a, .fields = &fields
		};

		assert_true(round < 4);
		needs.n = 0;
		dmarc_judge(&v, &by, &j->list, &j->walk);
		j->incomplete = v.incomplete;
		if (needs.n == 0)
			break;
		for (size_t i = 0; i < needs.n; i++)
			test_answer(zone, a, &needs.need[i], &answer[ev.n++]);
	}
	j->asked = 0;
	for (size_t i = 0; i < ev.n; i++)
		j->asked += answer[i].type == DNS_TXT;
	zone_free(zone);
}

static void
policies(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct arena *a = arena_new(1 << 20);
		struct buf got = BUF_MAX(1000);
		struct buf walk = BUF_MAX(1000);
		struct judged j;

		judge(a, &rows[i], &j);
		show(&got, &j.list);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		show(&walk, &j.walk);
		test_str(rows[i].what, buf_str(&walk),
		    rows[i].walk != NULL ? rows[i].walk : rows[i].want);
		assert_int_equal(j.incomplete,
		    j.list.result == RESULT_TEMPERROR || j.walk.result == RESULT_TEMPERROR);
		if (strcmp(j.list.code, "dmarc-from-several") == 0) /* neither is the author's */
			test_str(rows[i].what, j.list.domain, "");
		buf_free(&got);
		buf_free(&walk);
		arena_free(a);
	}
}

/* One walk for the author; another only for what passes, and may be of the same organization. */
static void
questions(void **state)
{
	static const struct {
		struct row row;
		size_t asked; /* of TXT */
	} asking[] = {
		{ { "From alone", "from:a@example.org\r\n", REJECT, NULL, NULL }, 2 },
		{ { "the same", "from:a@example.org\r\n", REJECT, "example.org", NULL }, 2 },
		{ { "another's", "from:a@example.org\r\n", REJECT, "a.example.com", "b.org" }, 2 },
		{ { "above", "from:a@b.example.org\r\n", REJECT, "example.org", NULL }, 3 },
		{ { "below", "from:a@example.org\r\n", REJECT, "c.b.example.org", NULL }, 4 },
		{ { "failed", "from:a@example.org\r\n", REJECT, "!b.example.org", NULL }, 2 },
		{ { "not verified", "from:a@example.org\r\n", REJECT, "?b.example.org", NULL }, 2 },
		{ { "strict", "from:a@example.org\r\n", STRICT, "b.example.org", NULL }, 2 },
		{ { "no policy", "from:a@example.org\r\n", "", "b.example.org", NULL }, 2 },
		{ { "np= that is sp=", "from:a@b.example.org\r\n",
		      "_dmarc.example.org. TXT \"v=DMARC1; p=none; sp=reject; np=reject\"\n", NULL,
		      NULL },
		    3 },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(asking); i++) {
		struct arena *a = arena_new(1 << 20);
		struct judged j;

		judge(a, &asking[i].row, &j);
		if (j.asked != asking[i].asked)
			fail_msg("%s: %zu questions", asking[i].row.what, j.asked);
		arena_free(a);
	}
}

static void
differences(void **state)
{
	static const struct by first = { BY_DKIM, 0 }, second = { BY_DKIM, 1 };
	static const struct dmarc_result results[] = {
		{ .result = RESULT_PASS, .by = &first, .n = 1, .policy = "reject" },
		{ .result = RESULT_PASS, .by = &second, .n = 1, .policy = "reject" },
		{ .result = RESULT_PASS, .by = &first, .n = 1, .spf_aligned = true },
		{ .result = RESULT_PASS, .spf_aligned = true },
		{ .result = RESULT_FAIL, .policy = "none" },
		{ .result = RESULT_NONE, .by = &first, .n = 1 },
		{ .result = RESULT_TEMPERROR },
	};
	const size_t n = TEST_ROWS(results);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			assert_int_equal(dmarc_differ(&results[i], &results[k]),
			    i != k && i < n - 1 && k < n - 1);
	assert_false(dmarc_differ(&(struct dmarc_result){ .result = RESULT_NONE }, &results[5]));
}

/* What another list would say decides; and one that says what cannot be is not believed. */
static void
lists(void **state)
{
	static const struct {
		const char *orgdom, *want;
	} rows_of_list[] = {
		{ "mailseal-orgdom/1 example.org list=2023-02-09\n",
		    "pass example.org 2023-02-09" },
		{ "mailseal-orgdom/1 b.example.org list=2024-01-01\n",
		    "dmarc-no-record b.example.org 2024-01-01" },
		{ "mailseal-orgdom/1 example.com list=2024-01-01\n", "dmarc-unavailable  " },
		{ "rubbish", "dmarc-unavailable  " },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows_of_list); i++) {
		struct arena *a = arena_new(1 << 20);
		struct zone *zone = zone_parse(STR(REJECT), "zone", NULL);
		struct str line = str_of(rows_of_list[i].orgdom);
		struct dns_answer answer[4] = {
			{ .name = STR("b.example.org"), .type = DNS_ORGDOM, .packet = line }
		};
		struct evidence ev = { answer, 4 };
		struct needs needs = { .n = 0 };
		struct sig_result dkim = { .host = STR("b.example.org"), .result = RESULT_PASS };
		struct buf got = BUF_MAX(1000);
		const struct authenticated by = { &dkim, 1, NULL };
		struct dmarc_result r, walk;
		struct fields fields;
		struct verifier v = {
			.evidence = &ev, .needs = &needs, .arena = a, .fields = &fields
		};

		zone_answer(zone, a, STR("_dmarc.example.org"), DNS_TXT, &answer[1], NULL);
		zone_answer(zone, a, STR("_dmarc.b.example.org"), DNS_TXT, &answer[2], NULL);
		zone_answer(zone, a, STR("_dmarc.org"), DNS_TXT, &answer[3], NULL);
		assert_int_equal(
		    fields_parse(a, STR("from:a@b.example.org\r\n"), &fields, NULL), 0);
		dmarc_judge(&v, &by, &r, &walk);
		buf_printf(&got, "%s %.*s %.*s", r.code, STR_FMT(r.organizational),
		    STR_FMT(r.suffix_list));
		test_str(rows_of_list[i].orgdom, buf_str(&got), rows_of_list[i].want);
		assert_int_equal(needs.n, 0);
		buf_free(&got);
		zone_free(zone);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies),
		cmocka_unit_test(questions),
		cmocka_unit_test(differences),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests_name("auth/dmarc", tests, NULL, NULL);
}
