/* SPDX-License-Identifier: ISC */
#include "auth/spf.h"

#include "base/limits.h"
#include "base/test.h"
#include "dns/zone.h"

/* Runs spf_check as a shell does, from a zone: the rounds it took, SPF_ROUNDS + 1 when it did not
 * end. */
struct bench {
	struct arena *arena;
	struct zone *zone;
	struct dns_answer answer[256];
	struct evidence evidence;
	struct spf_result result;
};

static int
run(struct bench *b, const char *zone, struct spf_session *session)
{
	struct needs needs = { .n = 0 };
	struct err e;

	*b = (struct bench){ .arena = arena_new(1 << 24),
		.zone = zone_parse(str_of(zone), "zone", &e) };
	if (b->zone == NULL)
		fail_msg("%s", e.text);
	b->evidence.answers = b->answer;
	for (int round = 0; round <= SPF_ROUNDS; round++) {
		needs.n = 0;
		spf_check(b->arena, session, &b->evidence, 1700000000, &needs, &b->result);
		if (needs.n == 0)
			return round;
		for (size_t i = 0; i < needs.n; i++)
			if (zone_answer(b->zone, b->arena, needs.need[i].name, needs.need[i].type,
			        &b->answer[b->evidence.n++], NULL) == -1)
				fail();
	}
	return SPF_ROUNDS + 1;
}

static void
end(struct bench *b)
{
	zone_free(b->zone);
	arena_free(b->arena);
}

#define A10(what) \
	what " " what " " what " " what " " what " " what " " what " " what " " what " " what

static const struct row {
	const char *what, *zone, *ip, *helo, *from, *want;
} rows[] = {
	{ "pass", "a.ex TXT \"v=spf1 ip4:192.0.2.0/24 -all\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "pass pass ip4:192.0.2.0/24" },
	{ "fail", "a.ex TXT \"v=spf1 ip4:192.0.2.0/24 -all\"", "192.0.3.1", "h.ex", "u@a.ex",
	    "fail fail -all" },
	{ "softfail", "a.ex TXT \"v=spf1 ~all\"", "192.0.3.1", "h.ex", "u@a.ex",
	    "softfail softfail ~all" },
	{ "neutral", "a.ex TXT \"v=spf1 ?all\"", "192.0.3.1", "h.ex", "u@a.ex",
	    "neutral neutral ?all" },
	{ "default", "a.ex TXT \"v=spf1\"", "192.0.3.1", "h.ex", "u@a.ex", "neutral default " },
	{ "mapped", "a.ex TXT \"v=spf1 ip4:192.0.2.1 -all\"", "::ffff:192.0.2.1", "h.ex", "u@a.ex",
	    "pass pass ip4:192.0.2.1" },
	{ "helo", "h.ex TXT \"v=spf1 a -all\"\nh.ex A 192.0.2.1", "192.0.2.1", "h.ex", "",
	    "pass pass a" },
	{ "case", "a.ex TXT \"V=SPF1 IP4:192.0.2.1 -ALL\"", "192.0.2.1", "h.ex", "u@A.Ex",
	    "pass pass IP4:192.0.2.1" },
	{ "final dot", "a.ex TXT \"v=spf1 +all\"", "192.0.2.1", "h.ex", "u@a.ex.",
	    "pass pass +all" },

	{ "no record", "a.ex TXT \"v=spf10 -all\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "none no-record " },
	{ "no name", "", "192.0.2.1", "h.ex", "u@a.ex", "none no-record " },
	{ "one label", "ex TXT \"v=spf1 -all\"", "192.0.2.1", "h.ex", "u@ex", "none no-domain " },
	{ "literal", "", "192.0.2.1", "h.ex", "u@[192.0.2.1]", "none no-domain " },
	{ "empty label", "", "192.0.2.1", "h.ex", "u@a..ex", "none no-domain " },
	{ "nothing", "", "192.0.2.1", "", "", "none no-domain " },
	{ "U-labels",
	    "xn--bcher-kva.ex TXT \"v=spf1 a exists:%{o}.x.ex -all\"\n"
	    "xn--bcher-kva.ex.x.ex A 127.0.0.2",
	    "192.0.2.1", "h.ex", "u@bücher.ex", "pass pass exists:%{o}.x.ex" },
	{ "U-labels in HELO",
	    "xn--bcher-kva.ex TXT \"v=spf1 exists:%{h}.x.ex -all\"\n"
	    "xn--bcher-kva.ex.x.ex A 127.0.0.2",
	    "192.0.2.1", "bücher.ex", "", "pass pass exists:%{h}.x.ex" },
	{ "U-labels in %{s} of an explanation",
	    "xn--bcher-kva.ex TXT \"v=spf1 -all exp=e.ex\"\ne.ex TXT \"%{s}\"", "192.0.2.1", "h.ex",
	    "u@bücher.ex", "fail fail -all|u@xn--bcher-kva.ex" },
	{ "no U-labels", "", "192.0.2.1", "h.ex", "u@BÜCHER.ex", "none no-domain " },
	{ "U-labels in a record", "a.ex TXT \"v=spf1 include:b\\195\\188.ex ?all\"", "192.0.2.1",
	    "h.ex", "u@a.ex", "permerror syntax " },
	{ "no answer", ";! a.ex TIMEOUT", "192.0.2.1", "h.ex", "u@a.ex",
	    "temperror dns-unavailable " },
	{ "two", "a.ex TXT \"v=spf1 -all\"\na.ex TXT \"v=spf1 +all\"", "192.0.2.1", "h.ex",
	    "u@a.ex", "permerror several-records " },
	{ "syntax after the match", "a.ex TXT \"v=spf1 +all foo\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "permerror syntax " },

	{ "dual prefix", "a.ex TXT \"v=spf1 a/24//64 -all\"\na.ex AAAA 2001:db8::1", "2001:db8::2",
	    "h.ex", "u@a.ex", "pass pass a/24//64" },
	{ "mx", "a.ex TXT \"v=spf1 mx -all\"\na.ex MX 0 .\na.ex MX 1 m.ex\nm.ex A 192.0.2.1",
	    "192.0.2.1", "h.ex", "u@a.ex", "pass pass mx" },
	{ "mx, one host fails, another matches",
	    "a.ex TXT \"v=spf1 mx -all\"\na.ex MX 0 n.ex\na.ex MX 1 m.ex\nm.ex A 192.0.2.1\n"
	    ";! n.ex TIMEOUT",
	    "192.0.2.1", "h.ex", "u@a.ex", "pass pass mx" },
	{ "mx, one host fails", "a.ex TXT \"v=spf1 mx -all\"\na.ex MX 0 n.ex\n;! n.ex TIMEOUT",
	    "192.0.2.1", "h.ex", "u@a.ex", "temperror dns-unavailable " },
	{ "ptr",
	    "a.ex TXT \"v=spf1 ptr -all\"\n1.2.0.192.in-addr.arpa PTR x.a.ex\nx.a.ex A 192.0.2.1",
	    "192.0.2.1", "h.ex", "u@a.ex", "pass pass ptr" },
	{ "ptr, another name",
	    "a.ex TXT \"v=spf1 ptr -all\"\n1.2.0.192.in-addr.arpa PTR x.ba.ex\nx.ba.ex A 192.0.2.1",
	    "192.0.2.1", "h.ex", "u@a.ex", "fail fail -all" },
	{ "ptr, not validated",
	    "a.ex TXT \"v=spf1 ptr -all\"\n1.2.0.192.in-addr.arpa PTR x.a.ex\nx.a.ex A 192.0.2.2",
	    "192.0.2.1", "h.ex", "u@a.ex", "fail fail -all" },
	{ "ptr, no answer", "a.ex TXT \"v=spf1 ptr ?all\"\n;! 1.2.0.192.in-addr.arpa TIMEOUT",
	    "192.0.2.1", "h.ex", "u@a.ex", "neutral neutral ?all" },
	{ "exists",
	    "a.ex TXT \"v=spf1 exists:%{ir}.%{l1r+}._spf.%{d} -all\"\n"
	    "1.2.0.192.u._spf.a.ex A 127.0.0.2",
	    "192.0.2.1", "h.ex", "u+x@a.ex", "pass pass exists:%{ir}.%{l1r+}._spf.%{d}" },
	{ "exists asks for A", "a.ex TXT \"v=spf1 exists:x.ex -all\"\nx.ex A 127.0.0.2",
	    "2001:db8::1", "h.ex", "u@a.ex", "pass pass exists:x.ex" },
	{ "a byte that is none of a host's",
	    "a.ex TXT \"v=spf1 exists:%{l}.x.ex -all\"\na\\032b.x.ex A 127.0.0.2", "192.0.2.1",
	    "h.ex", "a b@a.ex", "pass pass exists:%{l}.x.ex" },
	{ "local part that is not ASCII", "a.ex TXT \"v=spf1 exists:%{l}.x.ex -all\"", "192.0.2.1",
	    "h.ex", "\xc3\xa9@a.ex", "fail fail -all" },
	{ "local part that is not ASCII, in include",
	    "a.ex TXT \"v=spf1 include:%{L}.x.ex include:%{s2}.x.ex ?all\"", "192.0.2.1", "h.ex",
	    "\xc3\xa9@a.ex", "neutral neutral ?all" },
	{ "local part that is not ASCII, elsewhere",
	    "a.ex TXT \"v=spf1 exists:%{o}.x.ex -all\"\n"
	    "a.ex.x.ex A 127.0.0.2",
	    "192.0.2.1", "h.ex", "\xc3\xa9@a.ex", "pass pass exists:%{o}.x.ex" },
	{ "%{p}",
	    "a.ex TXT \"v=spf1 exists:%{p}.x.ex -all\"\n1.2.0.192.in-addr.arpa PTR b.ex\n"
	    "1.2.0.192.in-addr.arpa PTR c.a.ex\n1.2.0.192.in-addr.arpa PTR d.a.ex\n"
	    "b.ex A 192.0.2.1\nd.a.ex A 192.0.2.1\nd.a.ex.x.ex A 127.0.0.2",
	    "192.0.2.1", "h.ex", "u@a.ex", "pass pass exists:%{p}.x.ex" },
	{ "%{p} of nobody", "a.ex TXT \"v=spf1 exists:%{p}.x.ex -all\"\nunknown.x.ex A 127.0.0.2",
	    "192.0.2.1", "h.ex", "u@a.ex", "pass pass exists:%{p}.x.ex" },

	{ "include", "a.ex TXT \"v=spf1 include:b.ex -all\"\nb.ex TXT \"v=spf1 +all\"", "192.0.2.1",
	    "h.ex", "u@a.ex", "pass pass include:b.ex" },
	{ "include fails", "a.ex TXT \"v=spf1 include:b.ex ?all\"\nb.ex TXT \"v=spf1 -all\"",
	    "192.0.2.1", "h.ex", "u@a.ex", "neutral neutral ?all" },
	{ "include none", "a.ex TXT \"v=spf1 include:b.ex ?all\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "permerror include-none " },
	{ "include is another domain",
	    "a.ex TXT \"v=spf1 include:b.ex exists:%{d}.x.ex -all\"\n"
	    "b.ex TXT \"v=spf1 exists:%{d}.y.ex\"\na.ex.x.ex A 127.0.0.2",
	    "192.0.2.1", "h.ex", "u@a.ex", "pass pass exists:%{d}.x.ex" },
	{ "include temperror", "a.ex TXT \"v=spf1 include:b.ex ?all\"\n;! b.ex TIMEOUT",
	    "192.0.2.1", "h.ex", "u@a.ex", "temperror dns-unavailable " },
	{ "include permerror", "a.ex TXT \"v=spf1 include:b.ex ?all\"\nb.ex TXT \"v=spf1 x\"",
	    "192.0.2.1", "h.ex", "u@a.ex", "permerror syntax " },
	{ "include itself", "a.ex TXT \"v=spf1 include:a.ex -all\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "permerror too-many-terms " },
	{ "redirect", "a.ex TXT \"v=spf1 redirect=b.ex\"\nb.ex TXT \"v=spf1 -all\"", "192.0.2.1",
	    "h.ex", "u@a.ex", "fail fail -all" },
	{ "redirect after all", "a.ex TXT \"v=spf1 redirect=b.ex ?all\"\nb.ex TXT \"v=spf1 -all\"",
	    "192.0.2.1", "h.ex", "u@a.ex", "neutral neutral ?all" },
	{ "redirect none", "a.ex TXT \"v=spf1 redirect=b.ex\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "permerror redirect-none " },
	{ "redirect to itself", "a.ex TXT \"v=spf1 redirect=a.ex\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "permerror too-many-terms " },
	{ "redirect to no name", "a.ex TXT \"v=spf1 redirect=b..ex\"", "192.0.2.1", "h.ex",
	    "u@a.ex", "permerror redirect-none " },

	{ "ten terms", "b.ex A 192.0.2.9\na.ex TXT \"v=spf1 " A10("a:b.ex") " -all\"", "192.0.2.1",
	    "h.ex", "u@a.ex", "fail fail -all" },
	{ "eleven terms", "b.ex A 192.0.2.9\na.ex TXT \"v=spf1 " A10("a:b.ex") " a:b.ex -all\"",
	    "192.0.2.1", "h.ex", "u@a.ex", "permerror too-many-terms " },
	{ "two voids", "a.ex TXT \"v=spf1 a:b.ex a:c.ex -all\"", "192.0.2.1", "h.ex", "u@a.ex",
	    "fail fail -all" },
	{ "three voids", "a.ex TXT \"v=spf1 a:b.ex mx:c.ex exists:d.ex -all\"", "192.0.2.1", "h.ex",
	    "u@a.ex", "permerror too-many-voids " },
	{ "many mx",
	    "a.ex TXT \"v=spf1 mx -all\"\n"
	    "a.ex MX 1 1.ex\na.ex MX 1 2.ex\na.ex MX 1 3.ex\na.ex MX 1 4.ex\na.ex MX 1 5.ex\n"
	    "a.ex MX 1 6.ex\na.ex MX 1 7.ex\na.ex MX 1 8.ex\na.ex MX 1 9.ex\na.ex MX 1 10.ex\n"
	    "a.ex MX 1 11.ex\n1.ex A 192.0.2.1",
	    "192.0.2.1", "h.ex", "u@a.ex", "permerror too-many-names " },

	{ "explanation",
	    "a.ex TXT \"v=spf1 -all exp=e.%{d}\"\n"
	    "e.a.ex TXT \"%{s} from %{c} to %{r} at %{t} for %{h}\"",
	    "2001:db8::1", "h.ex", "u@a.ex",
	    "fail fail -all|u@a.ex from 2001:db8::1 to unknown at 1700000000 for h.ex" },
	{ "explanation of a redirect",
	    "a.ex TXT \"v=spf1 redirect=b.ex exp=e.ex\"\nb.ex TXT \"v=spf1 -all exp=f.ex\"\n"
	    "e.ex TXT \"no\"\nf.ex TXT \"%{d}\"",
	    "192.0.2.1", "h.ex", "u@a.ex", "fail fail -all|b.ex" },
	{ "explanation of an include",
	    "a.ex TXT \"v=spf1 -include:b.ex exp=e.ex\"\nb.ex TXT \"v=spf1 +all exp=f.ex\"\n"
	    "e.ex TXT \"%{d}\"\nf.ex TXT \"no\"",
	    "192.0.2.1", "h.ex", "u@a.ex", "fail fail -include:b.ex|a.ex" },
	{ "explanation of what is no fail", "a.ex TXT \"v=spf1 ~all exp=e.ex\"\ne.ex TXT \"no\"",
	    "192.0.2.1", "h.ex", "u@a.ex", "softfail softfail ~all" },
	{ "explanation with a control character",
	    "a.ex TXT \"v=spf1 -all exp=e.ex\"\ne.ex TXT \"%{l}\"", "192.0.2.1", "h.ex",
	    "u\r\nx@a.ex", "fail fail -all" },
};

static void
results(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		const struct row *row = &rows[i];
		struct spf_session session = { .helo = str_of(row->helo),
			.mailfrom = str_of(row->from) };
		struct buf out = BUF_MAX(4096);
		static struct bench b;

		ip_parse(str_of(row->ip), &session.ip, NULL);
		if (run(&b, row->zone, &session) > SPF_ROUNDS)
			fail_msg("%s: does not end", row->what);
		buf_printf(&out, "%s %s %.*s", result_word(b.result.result), b.result.code,
		    STR_FMT(b.result.mechanism));
		if (b.result.explanation.n > 0)
			buf_printf(&out, "|%.*s", STR_FMT(b.result.explanation));
		test_str(row->what, buf_str(&out), row->want);
		buf_free(&out);
		end(&b);
	}
}

/* The longest way there is: every term with names, and their addresses; %{p}; an explanation. */
static void
rounds(void **state)
{
	static const char zone[] =
	    "a.ex TXT \"v=spf1 mx:1.ex mx:2.ex mx:3.ex mx:4.ex mx:5.ex mx:6.ex mx:7.ex mx:8.ex "
	    "mx:9.ex "
	    "mx:%{p}.ex -all exp=e.ex\"\n"
	    "1.ex MX 1 m1.ex\n2.ex MX 1 m2.ex\n3.ex MX 1 m3.ex\n4.ex MX 1 m4.ex\n5.ex MX 1 m5.ex\n"
	    "6.ex MX 1 m6.ex\n7.ex MX 1 m7.ex\n8.ex MX 1 m8.ex\n9.ex MX 1 m9.ex\n"
	    "p.ex.ex MX 1 m10.ex\nm1.ex A 1.1.1.1\nm2.ex A 1.1.1.1\nm3.ex A 1.1.1.1\n"
	    "m4.ex A 1.1.1.1\nm5.ex A 1.1.1.1\nm6.ex A 1.1.1.1\nm7.ex A 1.1.1.1\n"
	    "m8.ex A 1.1.1.1\nm9.ex A 1.1.1.1\nm10.ex A 1.1.1.1\n"
	    "1.2.0.192.in-addr.arpa PTR p.ex\np.ex A 192.0.2.1\ne.ex TXT \"here\"\n";
	struct spf_session session = { .helo = STR("h.ex"), .mailfrom = STR("u@a.ex") };
	static struct bench b;

	(void)state;
	ip_parse(STR("192.0.2.1"), &session.ip, NULL);
	assert_int_equal(run(&b, zone, &session), SPF_ROUNDS);
	test_str("explained", b.result.explanation, "here");
	end(&b);
}

/* A name of more than 253 characters loses labels on its left. */
static void
truncation(void **state)
{
	struct buf zone = BUF_MAX(4096), helo = BUF_MAX(4096);
	struct spf_session session = { .mailfrom = STR("u@a.ex") };
	static struct bench b;

	(void)state;
	for (int i = 0; i < 30; i++)
		buf_printf(&helo, "label%03d.", i);
	buf_add(&helo, STR("h.ex"));
	buf_add(&zone, STR("a.ex TXT \"v=spf1 exists:%{h} -all\"\n"));
	buf_printf(&zone, "%.*s A 127.0.0.2\n", STR_FMT(str_from(buf_str(&helo), 9 * 3)));
	buf_byte(&zone, '\0');
	session.helo = buf_str(&helo);
	ip_parse(STR("192.0.2.1"), &session.ip, NULL);
	run(&b, zone.p, &session);
	test_str("cut", str_of(b.result.code), "pass");
	end(&b);
	buf_free(&zone);
	buf_free(&helo);
}

/* What is longer than anything SMTP has is not judged, and not repeated either. */
static void
long_session(void **state)
{
	struct buf from = BUF_MAX(1 << 20);
	struct spf_session session = { 0 };
	static struct bench b;

	(void)state;
	memset(buf_room(&from, 1000), 'u', 1000);
	buf_byte(&from, '@');
	memset(buf_room(&from, 1000), 'd', 1000);
	session.helo = session.mailfrom = buf_str(&from);
	ip_parse(STR("192.0.2.1"), &session.ip, NULL);
	assert_int_equal(run(&b, "", &session), 0);
	test_str("code", str_of(b.result.code), "no-domain");
	assert_int_equal(b.result.domain.n, LIMIT_SPF_NAME);
	assert_int_equal(b.result.helo.n, LIMIT_SPF_NAME);
	assert_int_equal(b.result.mailfrom.n, LIMIT_SPF_NAME);
	end(&b);
	buf_free(&from);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results),
		cmocka_unit_test(rounds),
		cmocka_unit_test(truncation),
		cmocka_unit_test(long_session),
	};

	return cmocka_run_group_tests_name("auth/spf", tests, NULL, NULL);
}
