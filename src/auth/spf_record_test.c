/* SPDX-License-Identifier: ISC */
#include "auth/spf_record.h"

#include "base/test.h"

static void
show(struct buf *out, const struct spf_term *t)
{
	static const char *const kinds[] = { "all", "include", "a", "mx", "ptr", "ip4", "ip6",
		"exists", "redirect", "exp", "unknown" };

	if (t->kind < SPF_REDIRECT)
		buf_byte(out, t->qualifier);
	buf_add(out, str_of(kinds[t->kind]));
	if (t->domain.n > 0)
		buf_printf(out, " %.*s", STR_FMT(t->domain));
	if (t->network.n > 0) {
		buf_byte(out, ' ');
		ip_text(&t->network, out);
	}
	if (t->bits4 != 32 || t->bits6 != 128)
		buf_printf(out, " %u %u", t->bits4, t->bits6);
	buf_byte(out, ';');
}

static const struct {
	const char *text, *want;
} rows[] = {
	{ "v=spf1", "" },
	{ "V=SPF1   ", "" },
	{ "v=spf10 -all", "no record" },
	{ "v=spf1\t-all", "no record" },
	{ " v=spf1 -all", "no record" },
	{ "v=spf1  -all ", "-all;" },
	{ "v=spf1 A Mx:a.b -ALL", "+a;+mx a.b;-all;" },
	{ "v=spf1 a/24 mx//64 a:%{d}/8//0", "+a 24 128;+mx 32 64;+a %{d} 8 0;" },
	{ "v=spf1 a/33", "!" },
	{ "v=spf1 a//129", "!" },
	{ "v=spf1 a/", "!" },
	{ "v=spf1 a/08", "!" },
	{ "v=spf1 a///64", "!" },
	{ "v=spf1 a:", "!" },
	{ "v=spf1 a:b", "!" },
	{ "v=spf1 ip4:1.2.3.4 ?ip4:1.2.3.0/24", "+ip4 1.2.3.4;?ip4 1.2.3.0 24 128;" },
	{ "v=spf1 ip4:1.2.3.4/33", "!" },
	{ "v=spf1 ip4:1.2.3", "!" },
	{ "v=spf1 ip4:::1", "!" },
	{ "v=spf1 ip4", "!" },
	{ "v=spf1 ip6:::1 ip6:1::/0", "+ip6 ::1;+ip6 1:: 32 0;" },
	{ "v=spf1 ip6:1.2.3.4", "!" },
	{ "v=spf1 ip6:1::/129", "!" },
	{ "v=spf1 include:a.b ~exists:%{i}.a.b ptr ptr:a.b",
	    "+include a.b;~exists %{i}.a.b;+ptr;+ptr a.b;" },
	{ "v=spf1 include", "!" },
	{ "v=spf1 exists:a.b/24", "!" },
	{ "v=spf1 ptr/24", "!" },
	{ "v=spf1 all:a.b", "!" },
	{ "v=spf1 -", "!" },
	{ "v=spf1 --all", "!" },
	{ "v=spf1 alle", "!" },
	{ "v=spf1 redirect=a.b exp=c.d", "redirect a.b;exp c.d;" },
	{ "v=spf1 redirect=", "!" },
	{ "v=spf1 redirect=a.b redirect=a.b", "!" },
	{ "v=spf1 exp=a.b exp=a.b", "!" },
	{ "v=spf1 -redirect=a.b", "!" },
	{ "v=spf1 x_y-z.1=a%{d} a=b", "unknown a%{d};unknown b;" },
	{ "v=spf1 x=%{c}", "!" },
	{ "v=spf1 x=%a", "!" },
	{ "v=spf1 9x=a", "!" },
	{ "v=spf1 =a", "!" },
	{ "v=spf1 v=spf1 -all", "unknown spf1;-all;" },
	{ "v=spf1 -all\r\n", "!" },
	{ "v=spf1 a:caf\xc3\xa9.fr", "!" },
};

static void
records(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(1000);
		struct spf_modifiers m;
		struct spf_term t;
		struct str terms;

		if (!spf_record_is(str_of(rows[i].text), &terms))
			buf_add(&out, STR("no record"));
		else if (spf_record_check(terms, &m, NULL) == -1)
			buf_add(&out, STR("!"));
		else
			while (spf_record_next(&terms, &t, NULL) == 1)
				show(&out, &t);
		test_str(rows[i].text, buf_str(&out), rows[i].want);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
	};

	return cmocka_run_group_tests_name("auth/spf_record", tests, NULL, NULL);
}
