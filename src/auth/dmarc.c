/* SPDX-License-Identifier: ISC */
#include "auth/dmarc.h"

#include "dns/orgdom.h"
#include "dns/packet.h"
#include "dns/policyrecord.h"
#include "msg/address.h"

enum dmarc_code {
	DMARC_PASS,
	DMARC_UNALIGNED,
	DMARC_NO_RECORD,
	DMARC_RECORDS,
	DMARC_POLICY,
	DMARC_FROM_MISSING,
	DMARC_FROM_SEVERAL,
	DMARC_FROM_DOMAIN,
	DMARC_FROM_UNICODE,
	DMARC_UNAVAILABLE,
	DMARC_PENDING,
};

static const struct code_row rows[] = {
	[DMARC_PASS] = { "pass", RESULT_PASS,
	    "RFC 7489 section 6.6.2: an authenticated identifier is aligned" },
	[DMARC_UNALIGNED] = { "dmarc-unaligned", RESULT_FAIL,
	    "RFC 7489 section 6.6.2: no authenticated identifier is aligned" },
	[DMARC_NO_RECORD] = { "dmarc-no-record", RESULT_NONE,
	    "RFC 7489 section 6.6.3: the domain publishes no policy" },
	[DMARC_RECORDS] = { "dmarc-records", RESULT_NONE,
	    "RFC 7489 section 6.6.3: several policies are as none" },
	[DMARC_POLICY] = { "dmarc-policy", RESULT_PERMERROR,
	    "RFC 7489 section 6.6.3: the record has no valid p=, or an invalid sp=" },
	[DMARC_FROM_MISSING] = { "dmarc-from-missing", RESULT_PERMERROR,
	    "RFC 7489 section 6.6.1: there is no From" },
	[DMARC_FROM_SEVERAL] = { "dmarc-from-several", RESULT_PERMERROR,
	    "RFC 7489 section 6.6.1: several From, or several domains in it" },
	[DMARC_FROM_DOMAIN] = { "dmarc-from-domain", RESULT_NONE,
	    "RFC 7489 section 6.6.1: no meaningful domain in From" },
	[DMARC_FROM_UNICODE] = { "dmarc-from-unicode", RESULT_PERMERROR,
	    "RFC 7489 section 6.6.1: the domain in From is not in A-labels" },
	[DMARC_UNAVAILABLE] = { "dmarc-unavailable", RESULT_TEMPERROR,
	    "RFC 7489 section 6.6.3: the policy, or what it is for, could not be learned" },
	[DMARC_PENDING] = { "dmarc-pending", RESULT_TEMPERROR,
	    "RFC 7489 section 11.2: a signature that may be aligned could not be verified" },
};

/* ---- names ---- */

static bool
is_host_char(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '_' || c == '.';
}

/* In lower case and without a final dot; .p NULL when it is no name of a host. */
static struct str
host_name(struct arena *a, struct str name)
{
	struct buf out = BUF_MAX(DNS_NAME_MAX);
	struct str copy = { NULL, 0 };
	struct dns_name wire;
	size_t n = 0;

	if (str_ends(name, STR(".")))
		name.n--;
	for (n = 0; n < name.n && is_host_char(name.p[n]); n++)
		buf_byte(&out, char_lower(name.p[n]));
	if (n > 0 && n == name.n && dns_name_parse(buf_str(&out), &wire, NULL) == 0)
		copy = arena_str(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 127)
			return false;
	return true;
}

/* RFC 7489 3.2: 0 with *o set; -1 when the list could not be asked, or not yet. */
static int
find_orgdom(struct verifier *v, struct str name, struct orgdom *o)
{
	const struct dns_answer *answer = evidence_find(v->evidence, name, DNS_ORGDOM);

	if (answer == NULL)
		needs_add(v->needs, name, DNS_ORGDOM);
	else if (answer->outcome == DNS_ANSWERED && orgdom_read(answer->packet, name, o, NULL) == 0)
		return 0;
	v->incomplete = true;
	return -1;
}

/* ---- the author's domain (section 6.6.1) ---- */

static const struct header *
from_field(const struct fields *f)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (str_caseeq(f->field[i].name, STR("From")))
			return &f->field[i];
	return NULL;
}

/* DMARC_PASS with r->domain set, or why there is none. */
static enum dmarc_code
author_domain(struct verifier *v, struct dmarc_result *r)
{
	uint32_t n = fields_count(v->fields, STR("from"));
	struct address address;
	struct str rest, seen = { NULL, 0 };

	if (n != 1)
		return n == 0 ? DMARC_FROM_MISSING : DMARC_FROM_SEVERAL;
	rest = from_field(v->fields)->body;
	while (address_next(&rest, &address)) {
		if (address.domain.n == 0)
			continue;
		if (seen.n > 0 && !str_caseeq(seen, address.domain))
			return DMARC_FROM_SEVERAL;
		seen = address.domain;
	}
	if (!is_ascii(seen))
		return DMARC_FROM_UNICODE;
	r->domain = host_name(v->arena, seen);
	return r->domain.n > 0 ? DMARC_PASS : DMARC_FROM_DOMAIN;
}

/* ---- the policy (section 6.6.3) ---- */

/* .p NULL when that would be longer than a name can be. */
static struct str
policy_name(struct arena *a, struct str domain)
{
	struct buf name = BUF_MAX(sizeof "_dmarc." + DNS_NAME_MAX);
	struct str copy = { NULL, 0 };
	struct dns_name wire;

	buf_printf(&name, "_dmarc.%.*s", STR_FMT(domain));
	if (dns_name_parse(buf_str(&name), &wire, NULL) == 0)
		copy = arena_str(a, buf_str(&name));
	buf_free(&name);
	return copy;
}

/* Of the records at _dmarc.DOMAIN the one: DMARC_PASS with *text, or DMARC_NO_RECORD, …RECORDS,
 * …UNAVAILABLE. */
static enum dmarc_code
look_up(struct verifier *v, struct str domain, struct str *text)
{
	struct str name = policy_name(v->arena, domain), *values;
	const struct dns_answer *answer;
	size_t n = 0, found = 0;

	if (name.p == NULL)
		return DMARC_NO_RECORD;
	answer = evidence_find(v->evidence, name, DNS_TXT);
	if (answer == NULL)
		needs_add(v->needs, name, DNS_TXT);
	if (answer == NULL || answer->outcome == DNS_FAILED || answer->security == DNS_BOGUS)
		return DMARC_UNAVAILABLE;
	switch (packet_txt(v->arena, answer->packet, name, &values, &n, NULL)) {
	case PACKET_FOUND:
		break;
	case PACKET_NXDOMAIN:
	case PACKET_NODATA:
		return DMARC_NO_RECORD;
	case PACKET_MALFORMED:
		return DMARC_UNAVAILABLE;
	}
	for (size_t i = 0; i < n; i++)
		if (policyrecord_is(values[i]) && ++found == 1)
			*text = values[i];
	return found == 0 ? DMARC_NO_RECORD : found > 1 ? DMARC_RECORDS : DMARC_PASS;
}

/* DMARC_PASS with the policy in r, or why there is none. */
static enum dmarc_code
find_policy(struct verifier *v, struct dmarc_result *r)
{
	struct policyrecord record;
	struct str text;
	enum dmarc_code code = look_up(v, r->domain, &text);
	bool above = false;

	if (code == DMARC_NO_RECORD && r->organizational.n == 0)
		return DMARC_UNAVAILABLE;
	if (code == DMARC_NO_RECORD && !str_eq(r->organizational, r->domain)) {
		above = true;
		code = look_up(v, r->organizational, &text);
	}
	if (code != DMARC_PASS)
		return code;
	r->record_domain = above ? r->organizational : r->domain;
	if (policyrecord_parse(text, &record, NULL) == -1)
		return DMARC_POLICY;
	r->policy = policy_word(above ? record.sp : record.p);
	r->pct = record.pct;
	r->strict_dkim = record.strict_dkim;
	r->strict_spf = record.strict_spf;
	return DMARC_PASS;
}

/* ---- alignment (section 3.1) ---- */

enum aligned {
	ALIGNED_NO,
	ALIGNED_YES,
	ALIGNED_UNKNOWN,
};

static enum aligned
align(struct verifier *v, const struct dmarc_result *r, struct str identifier, bool strict)
{
	struct str name = host_name(v->arena, identifier);
	struct orgdom o;

	if (name.n == 0)
		return ALIGNED_NO;
	if (str_eq(name, r->domain))
		return ALIGNED_YES;
	if (strict)
		return ALIGNED_NO;
	if (r->organizational.n == 0 || find_orgdom(v, name, &o) == -1)
		return ALIGNED_UNKNOWN;
	return str_eq(o.domain, r->organizational) ? ALIGNED_YES : ALIGNED_NO;
}

/* Adds the signatures that pass and are aligned; r->open when others may be, too. */
static void
align_dkim(struct verifier *v, const struct sig_result *dkim, size_t n, struct dmarc_result *r)
{
	struct by *by = arena_array(v->arena, n, sizeof *by);

	for (size_t i = 0; i < n && by != NULL; i++) {
		enum aligned aligned = ALIGNED_NO;

		if (dkim[i].result == RESULT_PASS || dkim[i].result == RESULT_TEMPERROR)
			aligned = align(v, r, dkim[i].domain, r->strict_dkim);
		if (aligned == ALIGNED_YES && dkim[i].result == RESULT_PASS)
			by[r->n++] = (struct by){ BY_DKIM, (unsigned)i };
		else
			r->open = r->open || aligned != ALIGNED_NO;
	}
	r->by = by;
}

static void
align_spf(struct verifier *v, const struct spf_result *spf, struct dmarc_result *r)
{
	enum aligned aligned = ALIGNED_NO;

	if (spf != NULL && (spf->result == RESULT_PASS || spf->result == RESULT_TEMPERROR))
		aligned = align(v, r, spf->domain, r->strict_spf);
	r->spf_aligned = aligned == ALIGNED_YES && spf->result == RESULT_PASS;
	r->open = r->open || (aligned != ALIGNED_NO && !r->spf_aligned);
}

static void
say(struct dmarc_result *r, enum dmarc_code code)
{
	r->result = rows[code].result;
	r->code = rows[code].code;
	r->reason = rows[code].reason;
}

void
dmarc_judge(struct verifier *v, const struct sig_result *dkim, size_t n_dkim,
    const struct spf_result *spf, struct dmarc_result *r)
{
	struct orgdom o = { 0 };
	enum dmarc_code code;

	*r = (struct dmarc_result){ .policy = policy_word(POLICY_INVALID), .pct = 100 };
	code = author_domain(v, r);
	if (code != DMARC_PASS) {
		say(r, code);
		return;
	}
	find_orgdom(v, r->domain, &o);
	r->organizational = o.domain;
	r->suffix_list = o.list;
	code = find_policy(v, r);
	align_dkim(v, dkim, n_dkim, r);
	align_spf(v, spf, r);
	if (code == DMARC_PASS && r->n == 0 && !r->spf_aligned)
		code = r->open ? DMARC_PENDING : DMARC_UNALIGNED;
	v->incomplete = v->incomplete || code == DMARC_UNAVAILABLE || code == DMARC_PENDING;
	say(r, code);
}
