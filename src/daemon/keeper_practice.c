/* SPDX-License-Identifier: ISC */
/*
 * keeper_practice: how a domain signs is learned from the last examination of each message, and told when a
 * message has less than was usual (store/practice.h).
 */
#include <stdio.h>

#include "auth/sender.h"
#include "base/base64.h"
#include "base/limits.h"
#include "daemon/keeper_trouble.h"
#include "daemon/protocol.h"
#include "seal/examination.h"
#include "store/practice.h"

enum {
	STRONG_RSA_BITS = 2048,
};

/* What an examination says of the signatures by which From's domain binds a message. */
struct bound {
	struct str text; /* of the examination's lines */
	struct practice_message m;
	bool of_sender[LIMIT_SIGNATURES_LISTED]; /* dkim lines, by number: d= is the sender's */
	struct buf covers;                       /* "from to subject body" */
	struct grammar_line first; /* the dkim line that binds From; without a name: none does */
	struct str code;           /* why the first signature is not good; empty: there is none */
};

/* "value dkim.3.domain …": is it the sender's? */
static void
hear_value(struct bound *s, const struct grammar_line *value)
{
	struct str rest = value->arg[0], kind, number;
	struct buf signer = BUF_MAX(PRACTICE_VALUE_MAX);
	uint64_t i;

	str_cut(&rest, '.', &kind);
	str_cut(&rest, '.', &number);
	if (!str_eq(kind, STR("dkim")) || !str_eq(rest, STR("domain")) ||
	    str_u64(number, LIMIT_SIGNATURES_LISTED - 1, &i) == -1)
		return;
	if (base64_decode(value->arg[1], BASE64_STRICT, &signer, NULL) == 0)
		s->of_sender[i] = sender_is_related(buf_str(&signer), s->m.domain);
	buf_free(&signer);
}

/* The first of the claim's signatures that is a DKIM-Signature of the sender's domain: its number. */
static bool
find_dkim(const struct bound *s, const struct grammar_line *claim, struct str *number)
{
	struct str rest = grammar_tail(claim, 2), by, kind;
	uint64_t i;

	while (str_cut(&rest, ' ', &by)) {
		str_cut(&by, ':', &kind);
		*number = by;
		if (str_eq(kind, STR("dkim")) &&
		    str_u64(by, LIMIT_SIGNATURES_LISTED - 1, &i) == 0 && s->of_sender[i])
			return true;
	}
	return false;
}

static bool
is_strong(const struct grammar_line *dkim)
{
	return str_eq(dkim->arg[RECORD_ARG_ALGORITHM], STR("ed25519-sha256")) ||
	       grammar_number(dkim->arg[RECORD_ARG_BITS]) >= STRONG_RSA_BITS;
}

static void
hear_claim(struct bound *s, const struct grammar_line *claim)
{
	struct str number;
	bool bound = find_dkim(s, claim, &number);

	if (bound)
		buf_printf(
		    &s->covers, "%s%.*s", s->covers.n == 0 ? "" : " ", STR_FMT(claim->arg[0]));
	if (bound && str_eq(claim->arg[0], STR("from")))
		grammar_find_arg(s->text, "dkim", number, &s->first);
	for (unsigned what = 0; what < PRACTICES; what++)
		if (practice_claims[what] != NULL &&
		    str_eq(claim->arg[0], str_of(practice_claims[what]))) {
			s->m.applies |= 1u << what;
			s->m.has |= bound ? 1u << what : 0;
		}
}

/* A message that nothing binds has lost its signature, and not each claim besides. */
static void
sum_up(struct bound *s)
{
	if (s->first.name.n == 0) {
		s->m.applies = 1u << PRACTICE_SIGNED;
		s->m.has = 0;
		return;
	}
	s->m.applies |= 1u << PRACTICE_SIGNED | 1u << PRACTICE_KEY;
	s->m.has |= 1u << PRACTICE_SIGNED;
	s->m.has |= is_strong(&s->first) ? 1u << PRACTICE_KEY : 0;
}

/* Twice: whose signatures they are stands behind the claims. */
static void
read_lines(struct bound *s)
{
	struct str rest = s->text;
	struct grammar_line l;

	while (grammar_next(&rest, &l)) {
		if (str_eq(l.name, STR("value")))
			hear_value(s, &l);
		else if (str_eq(l.name, STR("dkim")) && s->code.n == 0)
			s->code = l.arg[RECORD_ARG_CODE];
	}
	for (rest = s->text; grammar_next(&rest, &l);)
		if (str_eq(l.name, STR("claim")))
			hear_claim(s, &l);
	sum_up(s);
}

/* ---- what is kept of it ---- */

static int
saw(struct keeper *k, const struct bound *s, const char *kind, struct str value, struct err *e)
{
	if (value.n == 0)
		return 0;
	return practice_saw(store_db(k->store), s->m.domain, kind, value, s->m.at_ms, e);
}

static int
saw_signer(struct keeper *k, const struct bound *s, struct err *e)
{
	struct buf value = BUF_MAX(PRACTICE_VALUE_MAX), part = BUF_MAX(PRACTICE_VALUE_MAX);
	int rc;

	examination_value(s->text, "dkim", s->first.arg[0], "domain", &value);
	examination_value(s->text, "dkim", s->first.arg[0], "selector", &part);
	buf_printf(&value, " %.*s %.*s %.*s bits", STR_FMT(buf_str(&part)),
	    STR_FMT(s->first.arg[RECORD_ARG_ALGORITHM]), STR_FMT(s->first.arg[RECORD_ARG_BITS]));
	rc = saw(k, s, "signer", value.over ? STR("") : buf_str(&value), e);
	buf_free(&value);
	buf_free(&part);
	return rc;
}

/* Who sealed it last: the filing mailbox's provider, if it does. */
static int
saw_sealer(struct keeper *k, const struct bound *s, struct err *e)
{
	struct buf value = BUF_MAX(PRACTICE_VALUE_MAX);
	struct grammar_line arc;
	int rc = 0;

	if (grammar_find(s->text, "arc", &arc) && str_eq(arc.arg[0], STR("pass"))) {
		examination_value(s->text, "seal", arc.arg[2], "domain", &value);
		rc = saw(k, s, "sealer", value.over ? STR("") : buf_str(&value), e);
	}
	buf_free(&value);
	return rc;
}

/* ---- what is told of it ---- */

static void
add_reason(struct buf *text, const struct bound *s, unsigned broken)
{
	const char *between = " does not cover ";

	if ((broken & 1u << PRACTICE_SIGNED) != 0) {
		if (s->code.n == 0)
			buf_add(text, STR(" has no signature"));
		else
			buf_printf(text, " has no good signature (%.*s)%s", STR_FMT(s->code),
			    str_eq(s->code, STR("body-hash"))
			        ? ": is something added to it after signing, a footer?"
			        : "");
		return;
	}
	for (unsigned what = PRACTICE_BODY; what < PRACTICES; what++)
		if ((broken & 1u << what) != 0) {
			buf_printf(text, "%s%s", between, practice_words[what]);
			between = ", ";
		}
	if ((broken & 1u << PRACTICE_KEY) != 0)
		buf_printf(text, "%s is signed with a smaller key, %.*s bits",
		    between[0] == ',' ? ", and" : "", STR_FMT(s->first.arg[RECORD_ARG_BITS]));
}

/* "2026-000123 does not cover To": the message as people cite it. */
static int
describe(struct keeper *k, const struct bound *s, unsigned broken, struct buf *text, struct err *e)
{
	char number[RECORD_NUMBER_MAX];
	struct store_record r;

	int rc = store_get(k->store, s->m.seq, &r, e);

	if (rc != 1)
		return rc == 0 ? err_set(e, ERR_DAMAGED, "an examination without its message") : -1;
	buf_add(text, str_of(record_number(number, (uint64_t)r.time_ms, s->m.seq)));
	add_reason(text, s, broken);
	buf_byte(text, '\0');
	return 0;
}

static int
tell(struct keeper *k, const struct bound *s, unsigned broken, struct err *e)
{
	struct buf text = BUF_MAX(TROUBLE_TEXT_MAX);
	char mend[TROUBLE_MEND_MAX];
	int rc = 0;

	if (broken == 0)
		trouble_clear(k, "coverage", s->m.domain);
	else
		rc = describe(k, s, broken, &text, e);
	if (broken != 0 && rc == 0) {
		snprintf(mend, sizeof mend, "mailseal coverage %.*s",
		    STR_FMT(str_head(s->m.domain, 200)));
		trouble_raise(k, "coverage", s->m.domain,
		    text.over ? "it signs less than was usual" : text.p, mend);
	}
	buf_free(&text);
	return rc;
}

/* Letters, digits, dots and hyphens: it is shown, and stands in a command. */
static bool
is_plain(struct str domain)
{
	for (size_t i = 0; i < domain.n; i++)
		if (!char_is_alpha(domain.p[i]) && !char_is_digit(domain.p[i]) &&
		    domain.p[i] != '.' && domain.p[i] != '-')
			return false;
	return domain.n > 0 && domain.p[0] != '-';
}

static int
learn(struct keeper *k, struct bound *s, struct err *e)
{
	unsigned broken;

	if (practice_add(store_db(k->store), &s->m, &broken, e) == -1)
		return -1;
	if (s->first.name.n > 0 &&
	    (saw_signer(k, s, e) == -1 || saw(k, s, "covers", buf_str(&s->covers), e) == -1))
		return -1;
	if (saw_sealer(k, s, e) == -1)
		return -1;
	return tell(k, s, broken, e);
}

int
keeper_learn(struct keeper *k, const struct examination_lines *lines, uint64_t seq, int64_t as_of,
    struct err *e)
{
	struct buf domain = BUF_MAX(PRACTICE_VALUE_MAX);
	struct bound s = { .text = lines->text, .covers = BUF_MAX(PRACTICE_VALUE_MAX) };
	int rc = 0;

	examination_sender(lines->text, &domain);
	if (is_plain(buf_str(&domain))) {
		s.m = (struct practice_message){
			.domain = buf_str(&domain), .seq = seq, .at_ms = as_of * 1000
		};
		read_lines(&s);
		rc = learn(k, &s, e);
	}
	buf_free(&domain);
	buf_free(&s.covers);
	return rc;
}
