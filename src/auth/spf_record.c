/* SPDX-License-Identifier: ISC */
#include "auth/spf_record.h"

#include <string.h>

#include "auth/spf_macro.h"

enum domain_spec {
	SPEC_NONE,
	SPEC_MAYBE,
	SPEC_MUST,
};

/* Directives (RFC 7208 section 5) and modifiers (section 6). */
static const struct row {
	const char *name;
	enum spf_kind kind;
	enum domain_spec spec; /* of ip4 and ip6, the network */
	bool prefixes;         /* may have a dual-cidr-length */
} mechanisms[] = {
	{ "all", SPF_ALL, SPEC_NONE, false },
	{ "include", SPF_INCLUDE, SPEC_MUST, false },
	{ "a", SPF_A, SPEC_MAYBE, true },
	{ "mx", SPF_MX, SPEC_MAYBE, true },
	{ "ptr", SPF_PTR, SPEC_MAYBE, false },
	{ "ip4", SPF_IP4, SPEC_MUST, false },
	{ "ip6", SPF_IP6, SPEC_MUST, false },
	{ "exists", SPF_EXISTS, SPEC_MUST, false },
};

bool
spf_record_is(struct str text, struct str *terms)
{
	struct str version = STR("v=spf1");

	*terms = str_from(text, version.n);
	return str_casestarts(text, version) && (terms->n == 0 || terms->p[0] == ' ');
}

/* "/24" at the end: 0 with *bits when there is one, or when there is none; -1 past most. */
static int
take_prefix(struct str *s, unsigned most, unsigned *bits)
{
	size_t at = s->n;
	uint64_t n;

	while (at > 0 && char_is_digit(s->p[at - 1]))
		at--;
	if (at == 0 || at == s->n || s->p[at - 1] != '/')
		return 0;
	if (str_u64(str_from(*s, at), most, &n) == -1)
		return -1;
	*bits = (unsigned)n;
	*s = str_head(*s, at - 1);
	return 0;
}

/* [ "/" ip4 ] [ "//" ip6 ] at the end (RFC 7208 section 5.6). */
static int
take_prefixes(struct str *s, struct spf_term *t)
{
	struct str before = *s;
	unsigned bits = 128;

	if (take_prefix(&before, 128, &bits) == -1)
		return -1;
	if (before.n < s->n && str_ends(before, STR("/"))) {
		t->bits6 = bits;
		*s = str_head(before, before.n - 1);
	}
	return take_prefix(s, 32, &t->bits4);
}

static int
read_network(struct str s, struct spf_term *t)
{
	unsigned *bits = t->kind == SPF_IP4 ? &t->bits4 : &t->bits6;

	if (take_prefix(&s, *bits, bits) == -1 || ip_parse(s, &t->network, NULL) == -1)
		return -1;
	t->domain.n = 0;
	return t->network.n == (t->kind == SPF_IP4 ? 4 : 16) ? 0 : -1;
}

/* What follows a mechanism's name. */
static int
read_arguments(const struct row *row, struct str s, struct spf_term *t)
{
	if (row->prefixes && take_prefixes(&s, t) == -1)
		return -1;
	if (s.n == 0)
		return row->spec == SPEC_MUST ? -1 : 0;
	if (s.p[0] != ':' || row->spec == SPEC_NONE)
		return -1;
	t->domain = str_from(s, 1);
	if (t->kind == SPF_IP4 || t->kind == SPF_IP6)
		return read_network(t->domain, t);
	return spf_macro_valid(t->domain, SPF_MACRO_DOMAIN) ? 0 : -1;
}

static int
read_mechanism(struct str s, struct spf_term *t)
{
	size_t n = 0;

	if (s.n > 0 && memchr("+-~?", s.p[0], 4) != NULL) {
		t->qualifier = s.p[0];
		s = str_from(s, 1);
	}
	while (n < s.n && s.p[n] != ':' && s.p[n] != '/')
		n++;
	for (size_t i = 0; i < sizeof mechanisms / sizeof mechanisms[0]; i++)
		if (str_caseeq(str_head(s, n), str_of(mechanisms[i].name))) {
			t->kind = mechanisms[i].kind;
			return read_arguments(&mechanisms[i], str_from(s, n), t);
		}
	return -1;
}

static int
read_modifier(struct str name, struct str value, struct spf_term *t)
{
	t->kind = str_caseeq(name, STR("redirect")) ? SPF_REDIRECT
	          : str_caseeq(name, STR("exp"))    ? SPF_EXP
	                                            : SPF_UNKNOWN;
	t->domain = value;
	return spf_macro_valid(value, t->kind == SPF_UNKNOWN ? SPF_MACRO_STRING : SPF_MACRO_DOMAIN)
	           ? 0
	           : -1;
}

/* The length of the name before "=" when the term is a modifier, else 0. */
static size_t
modifier_name(struct str s)
{
	size_t n = 0;

	if (s.n == 0 || !char_is_alpha(s.p[0]))
		return 0;
	while (n < s.n &&
	       (char_is_alpha(s.p[n]) || char_is_digit(s.p[n]) || memchr("-_.", s.p[n], 3) != NULL))
		n++;
	return n < s.n && s.p[n] == '=' ? n : 0;
}

int
spf_record_next(struct str *terms, struct spf_term *t, struct err *e)
{
	struct str s = { NULL, 0 };
	size_t n;
	int rc;

	while (s.n == 0)
		if (!str_cut(terms, ' ', &s))
			return 0;
	*t = (struct spf_term){ .text = s, .qualifier = '+', .bits4 = 32, .bits6 = 128 };
	n = modifier_name(s);
	rc = n > 0 ? read_modifier(str_head(s, n), str_from(s, n + 1), t) : read_mechanism(s, t);
	if (rc == -1)
		return err_set(e, ERR_SYNTAX, "RFC 7208 4.6.1: a term that is none");
	return 1;
}

int
spf_record_check(struct str terms, struct spf_modifiers *m, struct err *e)
{
	struct spf_term t;
	int rc;

	*m = (struct spf_modifiers){ { .kind = SPF_UNKNOWN }, { .kind = SPF_UNKNOWN } };
	while ((rc = spf_record_next(&terms, &t, e)) == 1) {
		struct spf_term *one = t.kind == SPF_REDIRECT ? &m->redirect : &m->exp;

		if (t.kind != SPF_REDIRECT && t.kind != SPF_EXP)
			continue;
		if (one->kind != SPF_UNKNOWN)
			return err_set(e, ERR_SYNTAX, "RFC 7208 6: a modifier twice");
		*one = t;
	}
	return rc;
}
