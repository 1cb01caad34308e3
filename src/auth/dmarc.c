/* SPDX-License-Identifier: ISC */
#include "auth/dmarc.h"

#include "auth/treewalk.h"
#include "dns/alabel.h"
#include "dns/name.h"
#include "dns/orgdom.h"
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

static const struct {
	const char *code;
	enum result result;
	const char *by_list, *by_walk; /* why */
} rows[] = {
	[DMARC_PASS] = { "pass", RESULT_PASS,
	    "RFC 7489 section 6.6.2: an authenticated identifier is aligned",
	    "RFC 9989 section 5.3.5: an authenticated identifier is aligned" },
	[DMARC_UNALIGNED] = { "dmarc-unaligned", RESULT_FAIL,
	    "RFC 7489 section 6.6.2: no authenticated identifier is aligned",
	    "RFC 9989 section 5.3.5: no authenticated identifier is aligned" },
	[DMARC_NO_RECORD] = { "dmarc-no-record", RESULT_NONE,
	    "RFC 7489 section 6.6.3: the domain publishes no policy",
	    "RFC 9989 section 4.10.1: neither the domain nor one above it has a policy for it" },
	[DMARC_RECORDS] = { "dmarc-records", RESULT_NONE,
	    "RFC 7489 section 6.6.3: several policies are as none", NULL },
	[DMARC_POLICY] = { "dmarc-policy", RESULT_PERMERROR,
	    "RFC 7489 section 6.6.3: the record has no valid p=, or an invalid sp=",
	    "RFC 9989 section 4.10.1: the record has no valid p=, or an invalid sp= or np=" },
	[DMARC_FROM_MISSING] = { "dmarc-from-missing", RESULT_PERMERROR,
	    "RFC 7489 section 6.6.1: there is no From",
	    "RFC 9989 section 5.3.1: there is no From" },
	[DMARC_FROM_SEVERAL] = { "dmarc-from-several", RESULT_PERMERROR,
	    "RFC 7489 section 6.6.1: several From, or several domains in it",
	    "RFC 9989 section 5.3.1: several From, or several domains in it" },
	[DMARC_FROM_DOMAIN] = { "dmarc-from-domain", RESULT_NONE,
	    "RFC 7489 section 6.6.1: no meaningful domain in From",
	    "RFC 9989 section 5.3.1: no domain in From" },
	[DMARC_FROM_UNICODE] = { "dmarc-from-unicode", RESULT_PERMERROR,
	    "RFC 8616 section 6: the domain in From has a label that is no U-label",
	    "RFC 8616 section 6: the domain in From has a label that is no U-label" },
	[DMARC_UNAVAILABLE] = { "dmarc-unavailable", RESULT_TEMPERROR,
	    "RFC 7489 section 6.6.3: the policy, or what it is for, could not be learned",
	    "RFC 9989 section 5.3.6: the policy, or what it is for, could not be learned" },
	[DMARC_PENDING] = { "dmarc-pending", RESULT_TEMPERROR,
	    "RFC 7489 section 11.2: a signature that may be aligned could not be verified",
	    "RFC 9989 section 5.3.6: whether what may be aligned passes, or is, could not be "
	    "learned" },
};

/* ---- names ---- */

static bool
is_host_char(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '_' || c == '.';
}

/* In A-labels (RFC 8616 section 6) and without a final dot; .p NULL when it is no name of a host. */
static struct str
host_name(struct arena *a, struct str name)
{
	struct buf out = BUF_MAX(ALABEL_NAME_MAX);
	struct str copy = { NULL, 0 };
	struct dns_name wire;
	size_t n = 0;

	if (str_ends(name, STR(".")))
		name.n--;
	if (alabel_name(name, &out, NULL) == 0)
		while (n < out.n && is_host_char(out.p[n]))
			n++;
	if (n > 0 && n == out.n && dns_name_parse(buf_str(&out), &wire, NULL) == 0)
		copy = arena_str(a, buf_str(&out));
	buf_free(&out);
	return copy;
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

/* ---- the author's domain (RFC 7489 section 6.6.1, RFC 9989 section 5.3.1) ---- */

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
		if (seen.n == 0) {
			r->domain = host_name(v->arena, seen = address.domain);
		} else if (!str_caseeq(seen, address.domain) &&
		           !alabel_same(r->domain, address.domain)) {
			r->domain = STR("");
			return DMARC_FROM_SEVERAL;
		}
	}
	if (r->domain.n > 0)
		return DMARC_PASS;
	return str_is_ascii(seen) ? DMARC_FROM_DOMAIN : DMARC_FROM_UNICODE;
}

/* ---- the policy ---- */

/* Of the record at the author's domain, or above. */
static enum dmarc_code
use_record(struct dmarc_result *r, struct str at, const struct policyrecord *record)
{
	r->record_domain = at;
	if (record->p == POLICY_INVALID)
		return DMARC_POLICY;
	r->strict_dkim = record->strict_dkim;
	r->strict_spf = record->strict_spf;
	return DMARC_PASS;
}

/* RFC 7489 6.6.3: DMARC_PASS with the policy in r, or why there is none. */
static enum dmarc_code
policy_by_list(struct verifier *v, struct dmarc_result *r)
{
	struct policyrecord record;
	struct str at = r->domain;
	int found = treewalk_record(v, at, &record);
	enum dmarc_code code;

	if (found == 0 && r->organizational.n > 0 && !str_eq(r->organizational, at)) {
		at = r->organizational;
		found = treewalk_record(v, at, &record);
	}
	if (found == -1 || (r->organizational.n == 0 && found == 0))
		return DMARC_UNAVAILABLE;
	if (found != 1)
		return found == 0 ? DMARC_NO_RECORD : DMARC_RECORDS;
	code = use_record(r, at, &record);
	if (code == DMARC_PASS) {
		r->policy = policy_word(str_eq(at, r->domain) ? record.p : record.sp);
		r->pct = record.pct;
	}
	return code;
}

/* RFC 9989 4.7, 4.10.1: which of its policies is to be applied, one level below when tested. */
static enum dmarc_code
apply(struct verifier *v, struct policyrecord *record, struct dmarc_result *r)
{
	enum policy p;
	int exists = 1;

	if (record->np == POLICY_INVALID && !record->reports)
		return DMARC_POLICY;
	if (record->np == POLICY_INVALID)
		record->p = record->sp = record->np = POLICY_NONE;
	p = record->p;
	if (!str_eq(r->record_domain, r->domain)) {
		if (record->np != record->sp)
			exists = treewalk_exists(v, r->domain);
		if (exists == -1)
			return DMARC_UNAVAILABLE;
		p = exists == 1 ? record->sp : record->np;
	}
	r->policy = policy_word(record->testing && p > POLICY_NONE ? p - 1 : p);
	return DMARC_PASS;
}

/* RFC 9989 4.10.1: the same. */
static enum dmarc_code
policy_by_walk(struct verifier *v, struct str suffix, struct dmarc_result *r)
{
	const struct str at[] = { r->domain, r->organizational, suffix };
	struct policyrecord record;

	for (size_t i = 0; i < sizeof at / sizeof at[0] && at[i].n > 0; i++) {
		int found = treewalk_record(v, at[i], &record);

		if (found == -1)
			return DMARC_UNAVAILABLE;
		if (found != 1)
			continue;
		if (use_record(r, at[i], &record) == DMARC_POLICY)
			return DMARC_POLICY;
		return apply(v, &record, r);
	}
	return r->organizational.n > 0 ? DMARC_NO_RECORD : DMARC_UNAVAILABLE;
}

/* ---- alignment (RFC 7489 section 3.1, RFC 9989 section 4.4) ---- */

enum aligned {
	ALIGNED_NO,
	ALIGNED_YES,
	ALIGNED_UNKNOWN,
};

/* Have they one organizational domain? */
static enum aligned
relaxed_by_list(struct verifier *v, const struct dmarc_result *r, struct str name)
{
	struct orgdom o;

	if (r->organizational.n == 0 || find_orgdom(v, name, &o) == -1)
		return ALIGNED_UNKNOWN;
	return str_eq(o.domain, r->organizational) ? ALIGNED_YES : ALIGNED_NO;
}

/* The same, with a walk only from what passed, and only from where it can end there. */
static enum aligned
relaxed_by_walk(
    struct verifier *v, const struct dmarc_result *r, struct str name, enum result result)
{
	struct treewalk w;

	if (r->organizational.n > 0 && !alabel_below(name, r->organizational))
		return ALIGNED_NO;
	if (r->organizational.n == 0 || result != RESULT_PASS || treewalk(v, name, &w) == -1)
		return ALIGNED_UNKNOWN;
	return str_eq(w.organizational, r->organizational) ? ALIGNED_YES : ALIGNED_NO;
}

/* An identifier and the result of what authenticates it: is it aligned, or may it be? */
static enum aligned
align(struct verifier *v, const struct dmarc_result *r, struct str identifier, enum result result,
    bool strict)
{
	struct str name = host_name(v->arena, identifier);
	enum aligned aligned = ALIGNED_NO;

	if ((result != RESULT_PASS && result != RESULT_TEMPERROR) || name.n == 0)
		return ALIGNED_NO;
	if (str_eq(name, r->domain))
		aligned = ALIGNED_YES;
	else if (!strict)
		aligned =
		    r->by_walk ? relaxed_by_walk(v, r, name, result) : relaxed_by_list(v, r, name);
	return aligned == ALIGNED_YES && result != RESULT_PASS ? ALIGNED_UNKNOWN : aligned;
}

/* Adds the signatures that pass and are aligned; r->open when others may be, too. */
static void
align_dkim(struct verifier *v, const struct sig_result *dkim, size_t n, struct dmarc_result *r)
{
	struct by *by = arena_array(v->arena, n, sizeof *by);

	for (size_t i = 0; i < n && by != NULL; i++) {
		enum aligned aligned = align(v, r, dkim[i].host, dkim[i].result, r->strict_dkim);

		if (aligned == ALIGNED_YES)
			by[r->n++] = (struct by){ BY_DKIM, (unsigned)i };
		r->open = r->open || aligned == ALIGNED_UNKNOWN;
	}
	r->by = by;
}

static void
align_spf(struct verifier *v, const struct spf_result *spf, struct dmarc_result *r)
{
	enum aligned aligned = ALIGNED_NO;

	if (spf != NULL)
		aligned = align(v, r, spf->domain, spf->result, r->strict_spf);
	r->spf_aligned = aligned == ALIGNED_YES;
	r->open = r->open || aligned == ALIGNED_UNKNOWN;
}

/* ---- the verdicts ---- */

static void
say(struct dmarc_result *r, enum dmarc_code code)
{
	r->result = rows[code].result;
	r->code = rows[code].code;
	r->reason = r->by_walk ? rows[code].by_walk : rows[code].by_list;
}

/* code: DMARC_PASS when there is a policy; without one nobody needs to walk (RFC 9989 4.10.2). */
static void
judge(struct verifier *v, const struct authenticated *by, enum dmarc_code code,
    struct dmarc_result *r)
{
	if (code == DMARC_PASS || !r->by_walk) {
		align_dkim(v, by->dkim, by->n_dkim, r);
		align_spf(v, by->spf, r);
	}
	if (code == DMARC_PASS && r->n == 0 && !r->spf_aligned)
		code = r->open ? DMARC_PENDING : DMARC_UNALIGNED;
	say(r, code);
}

static void
judge_by_list(struct verifier *v, const struct authenticated *by, struct dmarc_result *r)
{
	struct orgdom o = { 0 };

	find_orgdom(v, r->domain, &o);
	r->organizational = o.domain;
	r->suffix_list = o.list;
	judge(v, by, policy_by_list(v, r), r);
	v->incomplete = v->incomplete || r->result == RESULT_TEMPERROR;
}

static void
judge_by_walk(struct verifier *v, const struct authenticated *by, struct dmarc_result *r)
{
	struct treewalk w;

	treewalk(v, r->domain, &w);
	r->organizational = w.organizational;
	judge(v, by, policy_by_walk(v, w.suffix, r), r);
	v->incomplete = v->incomplete || r->result == RESULT_TEMPERROR;
}

void
dmarc_judge(struct verifier *v, const struct authenticated *by, struct dmarc_result *r,
    struct dmarc_result *walk)
{
	enum dmarc_code code;

	*r = (struct dmarc_result){ .policy = policy_word(POLICY_INVALID), .pct = 100 };
	code = author_domain(v, r);
	*walk = *r;
	walk->by_walk = true;
	if (code == DMARC_PASS) {
		judge_by_list(v, by, r);
		judge_by_walk(v, by, walk);
	} else {
		say(r, code);
		say(walk, code);
	}
}

static bool
same_by(const struct dmarc_result *a, const struct dmarc_result *b)
{
	if (a->n != b->n || a->spf_aligned != b->spf_aligned)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->by[i].index != b->by[i].index)
			return false;
	return true;
}

bool
dmarc_differ(const struct dmarc_result *a, const struct dmarc_result *b)
{
	if (a->result == RESULT_TEMPERROR || b->result == RESULT_TEMPERROR)
		return false;
	return a->result != b->result || (a->result == RESULT_PASS && !same_by(a, b));
}
