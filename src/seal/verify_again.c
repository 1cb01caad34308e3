/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/limits.h"
#include "seal/verify_rules.h"

enum {
	KEY_WORK = 256, /* to look at one record whether it is that of a key, as bytes hashed */
};

/* 0 while there may be more. */
static int
work(struct verifying *v, uint64_t bytes, struct err *e)
{
	v->work += bytes;
	if (v->work <= LIMIT_VERIFY_WORK)
		return 0;
	return err_set(e, ERR_LIMIT, "to examine the message as often as it was takes too long");
}

/* The packet with that hash; .p NULL when the file has it not. */
static struct str
packet_of(struct verifying *v, struct hash hash)
{
	for (size_t i = 0; i < v->b.n_packets; i++)
		if (hash_eq(v->b.packet[i].hash, hash)) {
			v->b.packet[i].named = true;
			return v->b.packet[i].bytes;
		}
	return (struct str){ 0 };
}

static int
recorded_answer(struct verifying *v, struct str *salts, const struct grammar_line *l,
    struct dns_answer *a, struct err *e)
{
	char label[64];

	snprintf(label, sizeof label, "evidence.%.*s.name", STR_FMT(str_head(l->arg[0], 20)));
	*a = (struct dns_answer){
		.name = verify_value(v, salts, label),
		.type = (enum dns_type)grammar_number(l->arg[2]),
		.outcome = str_eq(l->arg[3], STR("answered")) ? DNS_ANSWERED : DNS_FAILED,
		.security = str_eq(l->arg[4], STR("secure"))  ? DNS_SECURE
		            : str_eq(l->arg[4], STR("bogus")) ? DNS_BOGUS
		                                              : DNS_INSECURE,
		.packet_hash = grammar_hash(l->arg[1]),
	};
	if (a->outcome == DNS_FAILED)
		return 0;
	a->packet = packet_of(v, a->packet_hash);
	return a->packet.p != NULL ? 0 : err_set(e, ERR_SYNTAX, "a DNS answer is missing");
}

/* The DNS as it was for this examination. */
static int
recorded_evidence(
    struct verifying *v, const struct bundle_part *p, struct evidence *ev, struct err *e)
{
	struct dns_answer *answers;
	struct str rest = p->r.body, salts = p->salts;
	struct grammar_line l;
	size_t n = 0;

	while (grammar_next(&rest, &l))
		n += str_eq(l.name, STR("evidence"));
	if (n > LIMIT_QUESTIONS)
		return err_set(e, ERR_LIMIT, "more than %u DNS answers", LIMIT_QUESTIONS);
	answers = arena_array(v->arena, n, sizeof *answers);
	*ev = (struct evidence){ .answers = answers };
	if (answers == NULL)
		return err_set(e, ERR_LIMIT, "no room for the DNS answers");
	for (rest = p->r.body; grammar_next(&rest, &l);)
		if (str_eq(l.name, STR("evidence")) &&
		    recorded_answer(v, &salts, &l, &answers[ev->n++], e) == -1)
			return -1;
	return 0;
}

/* The record of that key under that name: zeros when the file has none. */
static struct hash
key_record(struct verifying *v, const struct key_line *k)
{
	struct record_key key;

	for (size_t i = 0; i < v->b.n_parts; i++) {
		const struct bundle_part *p = &v->b.part[i];
		struct str salts = p->salts;

		if (p->r.head.kind != RECORD_KEY)
			continue;
		record_key_read(&p->r, &key);
		if (hash_eq(key.value, k->value) && key.bits == k->bits &&
		    str_eq(key.algorithm, k->algorithm) &&
		    str_eq(verify_value(v, &salts, "owner"), k->answer->name))
			return p->hash;
	}
	return (struct hash){ 0 };
}

static const struct hash *
key_records(struct verifying *v, const struct examination_lines *lines, const struct evidence *ev)
{
	struct hash *hash = arena_array(v->arena, lines->n_keys + 1, sizeof *hash);
	struct str rest = lines->text;
	struct key_line k;

	for (size_t i = 0; hash != NULL && examination_key(&rest, ev, &k); i++)
		hash[i] = key_record(v, &k);
	return hash;
}

/* What its salts are after those of its leaf and segments. */
static struct salter
salter_of(const struct bundle_part *p)
{
	struct salter salter = { .seq = p->seq, .salts = p->salts };
	struct str rest = p->salts;
	struct salt s;

	while (salts_next(&rest, &s, NULL) == 1 && s.value.base64.p == NULL)
		salter.salts = rest;
	return salter;
}

/* Was it given up, because the checker died each time? */
static bool
is_unexaminable(const struct bundle_part *p)
{
	struct grammar_line l;

	return grammar_find(p->r.body, "arc", &l) && str_eq(l.arg[1], STR("unexaminable"));
}

/* What the checker said, or the keeper for it. */
static void
lines_again(struct verifying *v, const struct bundle_part *p, const struct evidence *ev,
    int64_t as_of, struct buf *out)
{
	struct needs needs;

	if (is_unexaminable(p)) {
		examination_unexaminable(out, v->b.message.n);
		return;
	}
	if (v->x == NULL) {
		v->x = examine_new(v->in->crypto);
		examine_filed(v->x);
		examine_add(v->x, v->b.message);
		examine_end(v->x);
	}
	v->result = examine_run(v->x, ev, as_of, &needs);
	v->work += v->result->work;
	examination_write(out, v->result);
}

/* The roots were checked; but do the segments lie where the parts of the message do? */
static int
check_segments(const struct bundle_part *p, const struct examination_lines *lines, struct err *e)
{
	struct str rest = lines->text, salts = p->salts;
	struct segment_line want, s;

	while (examination_segment(&rest, &want))
		if (!verify_segment(&salts, &s) || s.offset != want.offset ||
		    s.length != want.length || !str_eq(s.kind, want.kind))
			return err_set(e, ERR_REFUSED, "a segment at %llu was sealed as another",
			    (unsigned long long)want.offset);
	return verify_segment(&salts, &s) ? err_set(e, ERR_REFUSED, "more segments were sealed")
	                                  : 0;
}

/* The body of the record again, from the message and the recorded DNS. */
static int
compose_again(struct verifying *v, const struct bundle_part *p, const struct evidence *ev,
    struct buf *lines_text, struct buf *body, struct err *e)
{
	struct buf values = BUF_MAX(LIMIT_VALUES);
	struct salter salter = salter_of(p);
	struct examination_about about = {
		.of = v->b.letter->seq,
		.message_record = v->b.letter->hash,
		.as_of = grammar_number(record_value(&p->r, "as-of")),
		.segments = record_segments(&p->r),
		.ev = ev,
		.salter = &salter,
	};
	struct examination_lines lines;
	int rc;

	lines_again(v, p, ev, (int64_t)about.as_of, lines_text);
	if (work(v, lines_text->n, e) == -1 || buf_check(lines_text, "examination", e) == -1 ||
	    examination_read(buf_str(lines_text), v->b.message.n, ev, &lines, e) == -1 ||
	    check_segments(p, &lines, e) == -1)
		return -1;
	if (work(v, lines.n_keys * v->b.n_parts * KEY_WORK, e) == -1)
		return -1;
	about.key_record = key_records(v, &lines, ev);
	if (about.key_record == NULL)
		return err_set(e, ERR_LIMIT, "no room for the keys");
	rc = examination_record(body, &values, &lines, &about, e);
	buf_free(&values);
	return rc;
}

static bool
same_rules(const struct bundle_part *p)
{
	return grammar_number(record_value(&p->r, "rules")) == EXAMINE_RULES;
}

/* The next line that is to be compared: lines that a later version may have added (x-) are not,
 * and of other rules neither the findings. */
static bool
next_line(struct str *rest, bool same, struct str *line)
{
	while (str_line(rest, line)) {
		if (str_starts(*line, STR("x-")))
			continue;
		if (same ||
		    (!str_starts(*line, STR("finding ")) && !str_starts(*line, STR("rules "))))
			return true;
	}
	return false;
}

static int
compare(struct str recorded, struct str again, bool same, struct err *e)
{
	struct str line, want = { 0 };
	bool more;

	while (next_line(&recorded, same, &line))
		if (!next_line(&again, same, &want) || !str_eq(line, want))
			return err_set(e, ERR_REFUSED, "\"%.*s\" was sealed, \"%.*s\" is found",
			    STR_FMT(str_head(line, 120)), STR_FMT(str_head(want, 120)));
	more = next_line(&again, same, &want);
	return more ? err_set(e, ERR_REFUSED, "more is found than was sealed") : 0;
}

static int
examine_again(struct verifying *v, const struct bundle_part *p, struct err *e)
{
	struct buf lines = BUF_MAX(LIMIT_EXAMINATION_LINES), body = BUF_MAX(LIMIT_RECORD);
	struct evidence ev;
	int rc = recorded_evidence(v, p, &ev, e);

	if (rc == 0)
		rc = compose_again(v, p, &ev, &lines, &body, e);
	if (rc == 0)
		rc = compare(p->r.body, buf_str(&body), same_rules(p), e);
	buf_free(&lines);
	buf_free(&body);
	return rc;
}

static void
add_signature(struct buf *out, const struct sig_result *r)
{
	if (out->n > 0)
		buf_add(out, STR(", "));
	buf_printf(out, "%s ", result_word(r->result));
	buf_add(out, str_head(r->domain, 253));
	buf_byte(out, '/');
	buf_add(out, str_head(r->selector, 253));
}

static void
say_signatures(struct verifying *v)
{
	struct buf detail = BUF_MAX(256u << 10);

	for (size_t i = 0; i < v->result->n_dkim; i++)
		add_signature(&detail, &v->result->dkim[i]);
	if (v->result->n_dkim == 0)
		verify_say(v, VERDICT_UNKNOWN, WORD_DKIM_NONE, (struct str){ 0 }, NULL);
	else
		verify_say(v, VERDICT_HOLDS, WORD_DKIM_HOLDS, buf_str(&detail), "math");
	buf_free(&detail);
}

static int
key_again(struct verifying *v, const struct bundle_part *p, struct err *e)
{
	struct record_key key;

	record_key_read(&p->r, &key);
	return packet_of(v, key.answer).p != NULL
	           ? 0
	           : err_set(e, ERR_SYNTAX, "its DNS answer is missing");
}

/* Every examination, in their order, with all packets, and with no more. */
static int
all_again(struct verifying *v, struct err *e)
{
	for (size_t i = 0; i < v->b.n_parts; i++) {
		const struct bundle_part *p = &v->b.part[i];
		int rc = 0;

		if (p->r.head.kind == RECORD_KEY)
			rc = key_again(v, p, e);
		else if (p->r.head.kind == RECORD_EXAMINATION)
			rc = examine_again(v, p, e);
		if (rc == -1)
			return err_at(e, "record %llu", (unsigned long long)p->seq);
	}
	for (size_t i = 0; i < v->b.n_packets; i++)
		if (!v->b.packet[i].named)
			return err_set(e, ERR_SYNTAX, "a DNS answer that no record names");
	return 0;
}

/* The last examination's result stands. */
bool
rule_dkim(struct verifying *v)
{
	struct err e;

	if (all_again(v, &e) == -1) {
		if (e.kind == ERR_LIMIT)
			verify_say(v, VERDICT_UNKNOWN, WORD_DKIM_LIMIT, str_of(e.text), NULL);
		else
			verify_say(v, VERDICT_FAILS, WORD_DKIM_FAILS, str_of(e.text), NULL);
		return false;
	}
	if (v->last != NULL)
		v->out->examination = v->last->r.body;
	if (v->last == NULL || is_unexaminable(v->last)) {
		verify_say(v, VERDICT_UNKNOWN, WORD_DKIM_UNEXAMINED, (struct str){ 0 }, NULL);
		return false;
	}
	say_signatures(v);
	return true;
}

/* Of any examination: whose were not compared, and who must be believed for that.  Which there are
 * depends on keys and the suffix list, too: from-unaligned, and whose signature is the author's. */
bool
rule_findings(struct verifying *v)
{
	struct grammar_line l;
	struct str rest = v->last->r.body;
	unsigned n = 0;
	char number[16];

	for (size_t i = 0; i < v->b.n_parts; i++) {
		const struct bundle_part *p = &v->b.part[i];

		if (p->r.head.kind == RECORD_EXAMINATION && !same_rules(p)) {
			verify_say(v, VERDICT_UNKNOWN, WORD_FINDINGS_OTHER_RULES,
			    record_value(&p->r, "rules"), NULL);
			return true;
		}
	}
	while (grammar_next(&rest, &l))
		n += str_eq(l.name, STR("finding"));
	snprintf(number, sizeof number, "%u", n);
	verify_say(v, VERDICT_HOLDS, WORD_FINDINGS_HOLD, str_of(number), "operator");
	return true;
}

/* Where DKIM and ARC have their keys (RFC 6376 section 3.6.2.1). */
static bool
is_key_name(struct str name)
{
	return str_find(name, STR("._domainkey.")) != -1;
}

/* FORMATS section 4: without a chain, the key is the operator's word. */
bool
rule_key(struct verifying *v)
{
	struct buf names = BUF_MAX(256u << 10);
	struct str rest = v->last->r.body, salts = v->last->salts, name;
	struct grammar_line l;
	char label[64];

	while (grammar_next(&rest, &l)) {
		if (!str_eq(l.name, STR("evidence")) || !str_eq(l.arg[3], STR("answered")))
			continue;
		snprintf(
		    label, sizeof label, "evidence.%.*s.name", STR_FMT(str_head(l.arg[0], 20)));
		name = verify_value(v, &salts, label);
		if (!is_key_name(name))
			continue;
		if (names.n > 0)
			buf_add(&names, STR(", "));
		buf_add(&names, name);
	}
	if (names.n == 0)
		verify_say(v, VERDICT_UNKNOWN, WORD_KEY_NONE, (struct str){ 0 }, NULL);
	else
		verify_say(v, VERDICT_HOLDS, WORD_KEY_OPERATOR, buf_str(&names), "operator");
	buf_free(&names);
	return true;
}

bool
rule_arc(struct verifying *v)
{
	const struct arc_result *arc = &v->result->arc;
	struct buf detail = BUF_MAX(64u << 10);

	for (size_t i = 0; i < arc->n; i++)
		add_signature(&detail, &arc->sets[i].seal);
	if (arc->result == RESULT_PASS)
		verify_say(v, VERDICT_HOLDS, WORD_ARC_HOLDS, buf_str(&detail), "math");
	else if (arc->result == RESULT_NONE)
		verify_say(v, VERDICT_UNKNOWN, WORD_ARC_NONE, (struct str){ 0 }, NULL);
	else
		verify_say(v, VERDICT_UNKNOWN, WORD_ARC_NOT_PROVEN, str_of(arc->code), NULL);
	buf_free(&detail);
	return true;
}

bool
rule_spf(struct verifying *v)
{
	const struct spf_result *r = v->result->spf;
	struct buf detail = BUF_MAX(4096);

	if (r == NULL) {
		verify_say(v, VERDICT_UNKNOWN, WORD_SPF_NONE, (struct str){ 0 }, NULL);
		return true;
	}
	buf_printf(&detail, "%s, ", result_word(r->result));
	buf_add(&detail, r->ip);
	buf_add(&detail, STR(", "));
	buf_add(&detail, r->domain);
	if (r->result == RESULT_PASS)
		verify_say(v, VERDICT_HOLDS, WORD_SPF_HOLDS, buf_str(&detail), "operator");
	else
		verify_say(v, VERDICT_UNKNOWN, WORD_SPF_NOT_PROVEN, buf_str(&detail), NULL);
	buf_free(&detail);
	return true;
}

bool
rule_dmarc(struct verifying *v)
{
	const struct dmarc_result *d = &v->result->dmarc;
	bool passes = d->result == RESULT_PASS;
	struct buf detail = BUF_MAX(512);

	buf_add(&detail, passes ? d->domain : str_of(d->code != NULL ? d->code : "not-judged"));
	if (d->domain.n > 0)
		buf_printf(&detail, "; RFC 9989: %s", result_word(v->result->dmarc_walk.result));
	if (passes)
		verify_say(v, VERDICT_HOLDS, WORD_DMARC_HOLDS, buf_str(&detail), "operator");
	else
		verify_say(v, VERDICT_UNKNOWN, WORD_DMARC_NOT_PROVEN, buf_str(&detail), NULL);
	buf_free(&detail);
	return true;
}

static void
add_voucher(struct buf *out, const char *what, struct str domain)
{
	struct buf word = BUF_MAX(512);

	buf_add(&word, str_of(what));
	buf_add(&word, domain);
	if (str_find(buf_str(out), buf_str(&word)) == -1) {
		buf_add(out, buf_str(&word));
		buf_byte(out, ' ');
	}
	buf_free(&word);
}

/* The signers; and, as long as no chain shows that the keys are theirs, the operator. */
static void
say_claim(struct verifying *v, const struct claim *c)
{
	const struct examination *r = v->result;
	struct buf vouchers = BUF_MAX(64u << 10);

	for (size_t i = 0; i < c->n; i++)
		if (c->by[i].kind == BY_DKIM)
			add_voucher(&vouchers, "signer:", r->dkim[c->by[i].index].domain);
		else
			add_voucher(
			    &vouchers, "provider:", r->arc.sets[c->by[i].index - 1].ams.domain);
	buf_add(&vouchers, STR("operator"));
	buf_byte(&vouchers, '\0');
	if (c->verdict == VERDICT_HOLDS)
		verify_say(v, c->verdict, WORD_CLAIM_HOLDS, (struct str){ 0 }, vouchers.p);
	else
		verify_say(v, c->verdict, WORD_CLAIM_NOT_PROVEN, (struct str){ 0 }, NULL);
	buf_free(&vouchers);
}

bool
rule_claims(struct verifying *v)
{
	for (size_t i = 0; i < v->result->n_claims; i++) {
		const struct claim *c = &v->result->claims[i];
		const struct verify_rule row = { c->name, v->rule->section, NULL };
		const struct verify_rule *table = v->rule;

		v->rule = &row;
		say_claim(v, c);
		v->rule = table;
	}
	return true;
}
