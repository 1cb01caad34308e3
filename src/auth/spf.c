/* SPDX-License-Identifier: ISC */
/*
 * What bounds the work, whatever a domain publishes:
 * 1. check_host calls itself for include only, and each include and redirect is one of ten terms.
 * 2. A term asks for at most one name and the addresses of ten others.
 * 3. A record, and what macros make of it, is no longer than the packet it came in, or cut.
 */
#include "auth/spf.h"

#include "auth/spf_macro.h"
#include "auth/spf_record.h"
#include "base/limits.h"
#include "dns/alabel.h"
#include "dns/name.h"
#include "dns/packet.h"

enum code {
	GO_ON, /* a term did not match; a question has its answer */
	MATCHES,
	/* the end */
	PASS,
	FAIL,
	SOFTFAIL,
	NEUTRAL,
	DEFAULT,
	NO_DOMAIN,
	NO_RECORD,
	PENDING,
	DNS,
	SEVERAL,
	SYNTAX,
	TERMS,
	VOIDS,
	NAMES,
	INCLUDE_NONE,
	REDIRECT_NONE,
	CODES,
};

static const struct {
	const char *code;
	enum result result;
	const char *reason;
} rows[CODES] = {
	[PASS] = { "pass", RESULT_PASS,
	    "RFC 7208 section 2.6.3: the domain lets this host send in its name" },
	[FAIL] = { "fail", RESULT_FAIL,
	    "RFC 7208 section 2.6.4: the domain says that this host may not send in its name" },
	[SOFTFAIL] = { "softfail", RESULT_SOFTFAIL,
	    "RFC 7208 section 2.6.5: the domain believes that this host may not send for it" },
	[NEUTRAL] = { "neutral", RESULT_NEUTRAL,
	    "RFC 7208 section 2.6.2: the domain says nothing of this host" },
	[DEFAULT] = { "default", RESULT_NEUTRAL,
	    "RFC 7208 section 4.7: no mechanism matches this host" },
	[NO_DOMAIN] = { "no-domain", RESULT_NONE,
	    "RFC 7208 section 4.3: not a domain that could publish a record" },
	[NO_RECORD] = { "no-record", RESULT_NONE,
	    "RFC 7208 section 4.5: the domain publishes no record" },
	[PENDING] = { "dns-unavailable", RESULT_TEMPERROR,
	    "RFC 7208 section 4.4: the DNS has not been asked yet" },
	[DNS] = { "dns-unavailable", RESULT_TEMPERROR,
	    "RFC 7208 section 4.4: the DNS did not answer" },
	[SEVERAL] = { "several-records", RESULT_PERMERROR,
	    "RFC 7208 section 4.5: the domain publishes more than one record" },
	[SYNTAX] = { "syntax", RESULT_PERMERROR,
	    "RFC 7208 section 4.6: a record that cannot be read" },
	[TERMS] = { "too-many-terms", RESULT_PERMERROR,
	    "RFC 7208 section 4.6.4: more than ten terms that ask the DNS" },
	[VOIDS] = { "too-many-voids", RESULT_PERMERROR,
	    "RFC 7208 section 4.6.4: more than two questions that have no answer" },
	[NAMES] = { "too-many-names", RESULT_PERMERROR,
	    "RFC 7208 section 4.6.4: more than ten mail exchangers" },
	[INCLUDE_NONE] = { "include-none", RESULT_PERMERROR,
	    "RFC 7208 section 5.2: an included domain publishes no record" },
	[REDIRECT_NONE] = { "redirect-none", RESULT_PERMERROR,
	    "RFC 7208 section 6.1: the domain of redirect= publishes no record" },
};

struct run {
	struct arena *arena;
	const struct evidence *evidence;
	struct needs *needs;
	struct ip ip;
	struct spf_macros macros; /* of d, the domain at hand: a canonical name */
	unsigned terms, voids;
};

/* ---- names ---- */

/* Canonical, as questions are asked; empty when it is no name that could be asked for. */
static struct str
canonical(struct run *r, const struct dns_name *name)
{
	struct buf text = BUF_MAX(DNS_NAME_MAX);
	struct str s = { NULL, 0 };

	dns_name_text(name, &text);
	if (name->n > 1 && !text.over)
		s = arena_str(r->arena, buf_str(&text));
	buf_free(&text);
	return s.p == NULL ? STR("") : s;
}

/* RFC 8616 section 4: a name has no bytes but ASCII's. */
static struct str
name_of(struct run *r, struct str text)
{
	struct dns_name name;

	if (!str_is_ascii(text))
		return STR("");
	return dns_name_of(text, &name, NULL) == -1 ? STR("") : canonical(r, &name);
}

/* RFC 8616 section 4: what the session names, its U-labels in A-labels.  As it is when it is in
 * ASCII, or no name. */
static struct str
converted(struct run *r, struct str text)
{
	struct buf name = BUF_MAX(ALABEL_NAME_MAX);
	struct str s = { NULL, 0 };

	if (!str_is_ascii(text) && alabel_name(text, &name, NULL) == 0)
		s = arena_str(r->arena, buf_str(&name));
	buf_free(&name);
	return s.p == NULL ? text : s;
}

/* RFC 7208 section 7.3: of more than 253 characters the labels on the left go. */
static struct str
shortened(struct str name)
{
	struct str label;

	if (str_ends(name, STR(".")))
		name.n--;
	while (name.n > 253 && str_cut(&name, '.', &label))
		continue;
	return name;
}

/* ---- questions ---- */

struct records {
	struct str packet;
	struct dns_data *data;
	size_t n;
};

static enum code
ask(struct run *r, struct str name, enum dns_type type, struct records *out)
{
	const struct dns_answer *answer = evidence_find(r->evidence, name, type);

	*out = (struct records){ .n = 0 };
	if (answer == NULL) {
		needs_add(r->needs, name, type);
		return PENDING;
	}
	if (answer->outcome == DNS_FAILED || answer->security == DNS_BOGUS)
		return DNS;
	out->packet = answer->packet;
	return packet_records(r->arena, out->packet, name, type, &out->data, &out->n, NULL) ==
	               PACKET_MALFORMED
	           ? DNS
	           : GO_ON;
}

/* A question of a term: of those without answer there may be two. */
static enum code
ask_term(struct run *r, struct str name, enum dns_type type, struct records *out)
{
	enum code code = ask(r, name, type, out);

	if (code == GO_ON && out->n == 0 && ++r->voids > LIMIT_SPF_VOIDS)
		return VOIDS;
	return code;
}

static enum code
ask_txt(struct run *r, struct str name, struct str **text, size_t *n)
{
	struct records records;
	enum code code = ask(r, name, DNS_TXT, &records);

	*n = 0;
	if (code == GO_ON && records.n > 0 &&
	    packet_txt(r->arena, records.packet, name, text, n, NULL) != PACKET_FOUND)
		return DNS;
	return code;
}

static enum dns_type
address_type(const struct run *r)
{
	return r->ip.n == 4 ? DNS_A : DNS_AAAA;
}

static bool
holds_client(const struct run *r, const struct records *addresses, unsigned bits4, unsigned bits6)
{
	for (size_t i = 0; i < addresses->n; i++) {
		struct ip a = ip_of(addresses->data[i].rdata);

		if (ip_within(&r->ip, &a, a.n == 4 ? bits4 : bits6))
			return true;
	}
	return false;
}

/* The name in the data of the i-th record, `skip` bytes in; empty when it cannot be asked for. */
static struct str
name_in(struct run *r, const struct records *records, size_t i, size_t skip)
{
	size_t at = records->data[i].rdata_at + skip;
	struct dns_name name;

	if (dns_name_unpack(records->packet, &at, &name, NULL) == -1)
		return STR("");
	return canonical(r, &name);
}

/* ---- the client's validated names (RFC 7208 sections 5.5 and 7.3) ---- */

enum rank {
	NOT_VALIDATED,
	ELSEWHERE,
	BELOW,
	EQUAL,
};

static enum rank
rank_of(struct str name, struct str domain)
{
	if (str_eq(name, domain))
		return EQUAL;
	return str_ends(name, domain) && name.p[name.n - domain.n - 1] == '.' ? BELOW : ELSEWHERE;
}

/*
 * *name: the one that is nearest to the domain.  What the DNS does not say is passed over.  GO_ON,
 * PENDING, or VOIDS when the question counts.
 */
static enum code
validate(struct run *r, struct str domain, bool counts, enum rank *best, struct str *name)
{
	struct buf reverse = BUF_MAX(DNS_NAME_MAX);
	struct records names, addresses;
	enum code code, all = GO_ON;
	struct str question;

	*best = NOT_VALIDATED;
	spf_macro_expand(STR("%{ir}.%{v}.arpa"), &r->macros, &reverse);
	question = name_of(r, buf_str(&reverse));
	buf_free(&reverse);
	code = counts ? ask_term(r, question, DNS_PTR, &names) : ask(r, question, DNS_PTR, &names);
	if (code != GO_ON)
		return code == DNS ? GO_ON : code;
	for (size_t i = 0; i < names.n && i < LIMIT_SPF_NAMES; i++) {
		struct str s = name_in(r, &names, i, 0);

		if (s.n == 0)
			continue;
		code = ask(r, s, address_type(r), &addresses);
		if (code == PENDING)
			all = PENDING;
		if (!holds_client(r, &addresses, 32, 128) || rank_of(s, domain) <= *best)
			continue;
		*best = rank_of(s, domain);
		*name = s;
	}
	return all;
}

/* Set %{p} if the text uses it: "unknown" when there is no validated name. */
static enum code
prepare(struct run *r, struct str text)
{
	struct str *p = spf_macro_value(&r->macros, 'p');
	enum rank best;

	*p = STR("unknown");
	if (!spf_macro_uses(text, 'p'))
		return GO_ON;
	return validate(r, *spf_macro_value(&r->macros, 'd'), false, &best, p);
}

/* What a domain-spec stands for.  GO_ON; *name is empty when that is no name to be asked for. */
static enum code
target(struct run *r, struct str spec, struct str *name)
{
	struct buf text = BUF_MAX(LIMIT_SPF_EXPANSION);
	enum code code = prepare(r, spec);

	*name = STR("");
	if (code != GO_ON)
		return code;
	spf_macro_expand(spec, &r->macros, &text);
	if (spec.n == 0)
		*name = *spf_macro_value(&r->macros, 'd');
	else if (!text.over)
		*name = name_of(r, shortened(buf_str(&text)));
	buf_free(&text);
	return GO_ON;
}

/* ---- mechanisms (RFC 7208 section 5) ---- */

/* Do addresses of that name match? */
static enum code
match_host(struct run *r, struct str name, const struct spf_term *t)
{
	struct records addresses;
	enum code code = ask_term(r, name, address_type(r), &addresses);

	if (code != GO_ON)
		return code;
	return holds_client(r, &addresses, t->bits4, t->bits6) ? MATCHES : GO_ON;
}

static enum code
match_mx(struct run *r, struct str name, const struct spf_term *t)
{
	struct records hosts;
	enum code code = ask_term(r, name, DNS_MX, &hosts), all = GO_ON;

	if (code != GO_ON)
		return code;
	if (hosts.n > LIMIT_SPF_NAMES)
		return NAMES;
	for (size_t i = 0; i < hosts.n; i++) {
		struct str host = name_in(r, &hosts, i, sizeof(uint16_t)); /* its preference */

		code = host.n == 0 ? GO_ON : match_host(r, host, t);
		if (code == MATCHES || code == VOIDS)
			return code;
		if (all != PENDING && code != GO_ON)
			all = code;
	}
	return all;
}

static enum code
match_ptr(struct run *r, struct str name)
{
	enum rank best;
	struct str nearest;
	enum code code = validate(r, name, true, &best, &nearest);

	if (code != GO_ON)
		return code;
	return best >= BELOW ? MATCHES : GO_ON;
}

static enum code
match_exists(struct run *r, struct str name)
{
	struct records addresses;
	enum code code = ask_term(r, name, DNS_A, &addresses);

	return code == GO_ON && addresses.n > 0 ? MATCHES : code;
}

/* How check_host ended, and whose words count. */
struct ended {
	enum code code;
	struct str mechanism; /* that matched */
	struct str domain;    /* at hand when it did, and its exp= */
	struct str exp;
};

static struct ended check_host(struct run *r, struct str domain);

/* The domain of "d" is another one for the time being. */
static enum code
match_include(struct run *r, struct str name)
{
	struct str *d = spf_macro_value(&r->macros, 'd'), outer = *d;
	enum code code = check_host(r, name).code;

	*d = outer;
	switch (rows[code].result) {
	case RESULT_PASS:
		return MATCHES;
	case RESULT_NONE:
		return INCLUDE_NONE;
	case RESULT_TEMPERROR:
	case RESULT_PERMERROR:
		return code;
	default:
		return GO_ON;
	}
}

/* RFC 8616 section 4: no name has the letters of such a local part. */
static bool
never_matches(struct run *r, struct str spec)
{
	return !str_is_ascii(*spf_macro_value(&r->macros, 'l')) &&
	       (spf_macro_uses(spec, 'l') || spf_macro_uses(spec, 's'));
}

/* One that asks: of these there may be ten. */
static enum code
match_name(struct run *r, const struct spf_term *t)
{
	struct str name;
	enum code code;

	if (++r->terms > LIMIT_SPF_TERMS)
		return TERMS;
	if (never_matches(r, t->domain))
		return GO_ON;
	code = target(r, t->domain, &name);
	if (t->kind == SPF_INCLUDE && code == GO_ON)
		return match_include(r, name);
	if (code != GO_ON || name.n == 0)
		return code;
	switch (t->kind) {
	case SPF_A:
		return match_host(r, name, t);
	case SPF_MX:
		return match_mx(r, name, t);
	case SPF_PTR:
		return match_ptr(r, name);
	default:
		return match_exists(r, name);
	}
}

static enum code
match(struct run *r, const struct spf_term *t)
{
	switch (t->kind) {
	case SPF_ALL:
		return MATCHES;
	case SPF_IP4:
		return ip_within(&r->ip, &t->network, t->bits4) ? MATCHES : GO_ON;
	case SPF_IP6:
		return ip_within(&r->ip, &t->network, t->bits6) ? MATCHES : GO_ON;
	case SPF_INCLUDE:
	case SPF_A:
	case SPF_MX:
	case SPF_PTR:
	case SPF_EXISTS:
		return match_name(r, t);
	case SPF_REDIRECT:
	case SPF_EXP:
	case SPF_UNKNOWN:
		break;
	}
	return GO_ON;
}

static enum code
qualified(char qualifier)
{
	return qualifier == '-'   ? FAIL
	       : qualifier == '~' ? SOFTFAIL
	       : qualifier == '?' ? NEUTRAL
	                          : PASS;
}

/* ---- check_host() (RFC 7208 section 4) ---- */

/* The terms of the one record of the domain at hand. */
static enum code
select_record(struct run *r, struct str domain, struct str *terms)
{
	struct str *text, found;
	size_t n, records = 0;
	enum code code;

	if (str_chr(domain, '.') == -1)
		return NO_DOMAIN;
	code = ask_txt(r, domain, &text, &n);
	if (code != GO_ON)
		return code;
	for (size_t i = 0; i < n; i++)
		if (spf_record_is(text[i], &found) && records++ == 0)
			*terms = found;
	return records == 0 ? NO_RECORD : records == 1 ? GO_ON : SEVERAL;
}

static struct ended
follow_directives(struct run *r, struct str terms)
{
	struct spf_term t;

	while (spf_record_next(&terms, &t, NULL) == 1) {
		enum code code = match(r, &t);

		if (code == MATCHES)
			return (
			    struct ended){ .code = qualified(t.qualifier), .mechanism = t.text };
		if (code != GO_ON)
			return (struct ended){ .code = code };
	}
	return (struct ended){ .code = DEFAULT };
}

/* One domain's record; *redirect is where it sends us, if it does and that counts. */
static struct ended
check_record(struct run *r, struct str domain, struct spf_term *redirect)
{
	struct spf_modifiers m;
	struct ended end = { .code = GO_ON };
	struct str terms;

	redirect->kind = SPF_UNKNOWN;
	*spf_macro_value(&r->macros, 'd') = domain;
	end.code = select_record(r, domain, &terms);
	if (end.code == GO_ON && spf_record_check(terms, &m, NULL) == -1)
		end.code = SYNTAX;
	if (end.code != GO_ON)
		return end;
	end = follow_directives(r, terms);
	if (end.code == DEFAULT)
		*redirect = m.redirect;
	end.domain = domain;
	end.exp = m.exp.domain;
	return end;
}

/* The domain is canonical, or empty: then nothing is published there. */
static struct ended
check_host(struct run *r, struct str domain)
{
	struct spf_term redirect;
	struct ended end = check_record(r, domain, &redirect);

	while (end.code == DEFAULT && redirect.kind == SPF_REDIRECT) {
		enum code code =
		    ++r->terms > LIMIT_SPF_TERMS ? TERMS : target(r, redirect.domain, &domain);

		if (code != GO_ON)
			return (struct ended){ .code = code };
		end = check_record(r, domain, &redirect);
		if (rows[end.code].result == RESULT_NONE)
			end.code = REDIRECT_NONE;
	}
	return end;
}

/* ---- the explanation (RFC 7208 section 6.2) ---- */

static bool
is_printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

/* Whatever is wrong with it, there is none then.  GO_ON or PENDING. */
static enum code
explain(struct run *r, const struct ended *end, struct str *explanation)
{
	struct buf out = BUF_MAX(LIMIT_SPF_EXPANSION);
	struct str name, *text;
	enum code code;
	size_t n;

	if (end->code != FAIL || end->exp.n == 0)
		return GO_ON;
	*spf_macro_value(&r->macros, 'd') = end->domain;
	code = target(r, end->exp, &name);
	if (code != GO_ON || name.n == 0)
		return code;
	code = ask_txt(r, name, &text, &n);
	if (code != GO_ON || n != 1 || !spf_macro_valid(text[0], SPF_MACRO_EXPLANATION))
		return code == PENDING ? PENDING : GO_ON;
	code = prepare(r, text[0]);
	spf_macro_expand(text[0], &r->macros, &out);
	if (!out.over && is_printable(buf_str(&out)))
		*explanation = arena_str(r->arena, buf_str(&out));
	buf_free(&out);
	return code;
}

/* ---- the session ---- */

/* A dot between all nibbles of an IPv6 address (RFC 7208 section 7.3). */
static void
dotted(const struct ip *ip, struct buf *out)
{
	if (ip->n == 4)
		ip_text(ip, out);
	for (size_t i = 0; ip->n == 16 && i < 16; i++)
		buf_printf(out, "%s%x.%x", i == 0 ? "" : ".", ip->b[i] >> 4, ip->b[i] & 15u);
}

static struct str
kept(struct run *r, struct buf *text)
{
	struct str s = arena_str(r->arena, buf_str(text));

	buf_clear(text);
	return s;
}

/* RFC 7208 section 4.3: who has no local part is postmaster. */
static void
set_macros(struct run *r, const struct spf_session *session, struct str local, struct str domain,
    int64_t now)
{
	struct spf_macros *m = &r->macros;
	struct buf text = BUF_MAX(2 * LIMIT_SPF_NAME + 16);

	*spf_macro_value(m, 'l') = local.n > 0 ? local : STR("postmaster");
	*spf_macro_value(m, 'o') = domain;
	*spf_macro_value(m, 'h') = converted(r, session->helo);
	*spf_macro_value(m, 'v') = r->ip.n == 4 ? STR("in-addr") : STR("ip6");
	*spf_macro_value(m, 'r') = STR("unknown");
	buf_add(&text, *spf_macro_value(m, 'l'));
	buf_byte(&text, '@');
	buf_add(&text, domain);
	*spf_macro_value(m, 's') = kept(r, &text);
	dotted(&r->ip, &text);
	*spf_macro_value(m, 'i') = kept(r, &text);
	ip_text(&r->ip, &text);
	*spf_macro_value(m, 'c') = kept(r, &text);
	buf_printf(&text, "%lld", (long long)now);
	*spf_macro_value(m, 't') = kept(r, &text);
	buf_free(&text);
}

static void
split_sender(const struct spf_session *session, struct str *local, struct str *domain)
{
	size_t at = session->mailfrom.n;

	while (at > 0 && session->mailfrom.p[at - 1] != '@')
		at--;
	*local = str_head(session->mailfrom, at > 0 ? at - 1 : 0);
	*domain = session->mailfrom.n > 0 ? str_from(session->mailfrom, at) : session->helo;
}

void
spf_check(struct arena *a, const struct spf_session *session, const struct evidence *ev,
    int64_t now, struct needs *needs, struct spf_result *out)
{
	struct run r = { .arena = a, .evidence = ev, .needs = needs };
	struct ended end = { .code = NO_DOMAIN };
	struct str local, domain, host, explanation = STR("");

	r.ip = ip_unmapped(session->ip);
	split_sender(session, &local, &domain);
	if (session->helo.n <= LIMIT_SPF_NAME && session->mailfrom.n <= LIMIT_SPF_NAME &&
	    !str_starts(domain, STR("["))) {
		host = converted(&r, domain);
		set_macros(&r, session, local, host, now);
		end = check_host(&r, name_of(&r, host));
	}
	if (explain(&r, &end, &explanation) == PENDING)
		end = (struct ended){ .code = PENDING };
	*out = (struct spf_result){
		.result = rows[end.code].result,
		.domain = str_head(domain, LIMIT_SPF_NAME),
		.code = rows[end.code].code,
		.reason = rows[end.code].reason,
		.mechanism = end.mechanism,
		.explanation = explanation,
		.ip = *spf_macro_value(&r.macros, 'c'),
		.helo = str_head(session->helo, LIMIT_SPF_NAME),
		.mailfrom = str_head(session->mailfrom, LIMIT_SPF_NAME),
	};
}
