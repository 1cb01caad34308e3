/* SPDX-License-Identifier: ISC */
#include "seal/examination.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/limits.h"

#define SIGNATURE "n " RECORD_SIGNATURE " key=n|-"
#define CLAIMS                                                            \
	"{from,to,cc,date,subject,message-id,reply-to,in-reply-to,body} " \
	"{holds,fails,not-proven} words"

static const struct grammar_row grammar[] = {
	{ "segment", "n n kind", GRAMMAR_ANY },
	{ "key", "n hash value=hash algorithm={rsa,ed25519,-} bits=n", GRAMMAR_ANY },
	{ "rules", "n" },
	{ "dkim", SIGNATURE, GRAMMAR_ANY },
	{ "arc", RECORD_ARC },
	{ "arc-set", "n cv={none,pass,fail,-}", GRAMMAR_ANY },
	{ "ams", SIGNATURE, GRAMMAR_ANY },
	{ "seal", SIGNATURE, GRAMMAR_ANY },
	{ "spf", RECORD_SPF },
	{ "dmarc", RECORD_DMARC },
	{ "dmarc-walk", RECORD_DMARC_WALK },
	{ "claim", CLAIMS, GRAMMAR_ANY },
	{ "finding", "word {note,weakens,breaks} text", GRAMMAR_ANY },
	{ "value", "word base64", GRAMMAR_ANY },
	{ "sender", "base64" },
	{ "complete", "{yes,no}" },
	{ 0 },
};

enum {
	DMARC_ARGS = 8,      /* before what is aligned */
	DMARC_WALK_ARGS = 5, /* the same */
	REST_VALUES = 5,     /* of SPF and DMARC */
};

struct reading {
	struct examination_lines *lines;
	const struct evidence *ev;
	uint64_t size, end; /* of the message; of the segments so far */
	size_t n_sets_said, n_ams, n_seal;
	size_t n_values;
};

static int
counted(struct grammar_line *l, size_t want, struct err *e)
{
	if (grammar_number(l->arg[0]) != want)
		return err_set(e, ERR_SYNTAX, "this should be number %zu", want);
	return 0;
}

static int
read_segment(struct reading *r, struct grammar_line *l, struct err *e)
{
	uint64_t length = grammar_number(l->arg[1]);

	if (++r->lines->n_segments > LIMIT_SEGMENTS)
		return err_set(e, ERR_LIMIT, "more than %u segments", LIMIT_SEGMENTS);
	if (grammar_number(l->arg[0]) != r->end || length > r->size - r->end)
		return err_set(e, ERR_SYNTAX, "does not begin at %llu or passes the end",
		    (unsigned long long)r->end);
	r->end += length;
	return 0;
}

static const struct dns_answer *
handed_out(const struct evidence *ev, struct hash packet)
{
	for (size_t i = 0; i < ev->n; i++)
		if (ev->answers[i].outcome == DNS_ANSWERED &&
		    hash_eq(ev->answers[i].packet_hash, packet))
			return &ev->answers[i];
	return NULL;
}

static int
read_key(struct reading *r, struct grammar_line *l, struct err *e)
{
	if (handed_out(r->ev, grammar_hash(l->arg[1])) == NULL)
		return err_set(e, ERR_SYNTAX, "from a packet that was not handed out");
	return counted(l, r->lines->n_keys++, e);
}

static int
check_key_index(struct reading *r, struct grammar_line *l, struct err *e)
{
	struct str key = l->arg[RECORD_ARG_KEY];

	if (!str_eq(key, STR("-")) && grammar_number(key) >= r->lines->n_keys)
		return err_set(e, ERR_SYNTAX, "there is no key %.*s", STR_FMT(key));
	return 0;
}

static int
read_dkim(struct reading *r, struct grammar_line *l, struct err *e)
{
	if (counted(l, r->lines->n_dkim++, e) == -1)
		return -1;
	if (r->lines->n_dkim > LIMIT_SIGNATURES_LISTED)
		return err_set(e, ERR_LIMIT, "more than %u signatures", LIMIT_SIGNATURES_LISTED);
	return check_key_index(r, l, e);
}

static int
read_arc(struct reading *r, struct grammar_line *l, struct err *e)
{
	uint64_t n = grammar_number(l->arg[2]);

	if (n > LIMIT_ARC_SETS)
		return err_set(e, ERR_LIMIT, "RFC 8617 4.2.1: more than %u sets", LIMIT_ARC_SETS);
	r->n_sets_said = (size_t)n;
	return 0;
}

/* "dkim:0" or "ams:2" */
static bool
is_by(const struct examination_lines *lines, struct str by)
{
	struct str kind;
	uint64_t i;

	str_cut(&by, ':', &kind);
	if (str_u64(by, UINT32_MAX, &i) == -1)
		return false;
	if (str_eq(kind, STR("dkim")))
		return i < lines->n_dkim;
	return str_eq(kind, STR("ams")) && i > 0 && i <= lines->n_sets;
}

/* What is aligned: "dkim:0" and so on, and "spf". */
static int
read_aligned(const struct reading *r, struct str rest, struct err *e)
{
	struct str word;

	while (str_cut(&rest, ' ', &word))
		if (!str_eq(word, STR("spf")) &&
		    (!str_starts(word, STR("dkim:")) || !is_by(r->lines, word)))
			return err_set(e, ERR_SYNTAX, "a signature that is not there is aligned");
	return 0;
}

static int
read_dmarc(struct reading *r, struct grammar_line *l, struct err *e)
{
	return read_aligned(r, grammar_tail(l, DMARC_ARGS), e);
}

static int
read_dmarc_walk(struct reading *r, struct grammar_line *l, struct err *e)
{
	return read_aligned(r, grammar_tail(l, DMARC_WALK_ARGS), e);
}

static int
read_arc_set(struct reading *r, struct grammar_line *l, struct err *e)
{
	return counted(l, ++r->lines->n_sets, e);
}

static int
read_ams(struct reading *r, struct grammar_line *l, struct err *e)
{
	return counted(l, ++r->n_ams, e) == -1 ? -1 : check_key_index(r, l, e);
}

static int
read_seal(struct reading *r, struct grammar_line *l, struct err *e)
{
	return counted(l, ++r->n_seal, e) == -1 ? -1 : check_key_index(r, l, e);
}

static int
read_claim(struct reading *r, struct grammar_line *l, struct err *e)
{
	struct str rest = grammar_tail(l, 2), by;

	while (str_cut(&rest, ' ', &by))
		if (!is_by(r->lines, by))
			return err_set(e, ERR_SYNTAX, "by a signature that is not there");
	return 0;
}

/* The label of the nth value: three for each signature, in the order of their lines, then those
 * of SPF and DMARC. */
static void
value_label(const struct examination_lines *lines, size_t n, struct buf *out)
{
	static const char *const what[] = { "domain", "selector", "identity" };
	static const char *const rest[REST_VALUES] = { "spf.ip", "spf.helo", "spf.mailfrom",
		"dmarc.domain", "dmarc.organizational" };
	size_t i = n / 3, n_dkim = lines->n_dkim, n_sets = lines->n_sets;
	size_t n_signatures = n_dkim + 2 * n_sets;

	if (i < n_dkim)
		buf_printf(out, "dkim.%zu.%s", i, what[n % 3]);
	else if (i < n_dkim + n_sets)
		buf_printf(out, "ams.%zu.%s", i - n_dkim + 1, what[n % 3]);
	else if (i < n_signatures)
		buf_printf(out, "seal.%zu.%s", i - n_dkim - n_sets + 1, what[n % 3]);
	else if (n < 3 * n_signatures + REST_VALUES)
		buf_add(out, str_of(rest[n - 3 * n_signatures]));
}

static int
read_value(struct reading *r, struct grammar_line *l, struct err *e)
{
	struct buf want = BUF_MAX(64);
	int rc = 0;

	value_label(r->lines, r->n_values++, &want);
	if (!str_eq(l->arg[0], buf_str(&want)))
		rc = err_set(
		    e, ERR_SYNTAX, "here should be the value: %.*s", STR_FMT(buf_str(&want)));
	buf_free(&want);
	return rc;
}

/* The last line: is everything there that the others speak of? */
static int
read_complete(struct reading *r, struct grammar_line *l, struct err *e)
{
	struct examination_lines *lines = r->lines;

	lines->complete = str_eq(l->arg[0], STR("yes"));
	if (r->end != r->size)
		return err_set(e, ERR_SYNTAX, "the segments end before the message");
	if (lines->n_sets != r->n_sets_said || r->n_ams != lines->n_sets ||
	    r->n_seal != lines->n_sets)
		return err_set(e, ERR_SYNTAX, "not as many sets as arc says");
	if (r->n_values != 3 * (lines->n_dkim + 2 * lines->n_sets) + REST_VALUES)
		return err_set(e, ERR_SYNTAX, "values are missing");
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct reading *r, struct grammar_line *l, struct err *e);
} readers[] = {
	{ "segment", read_segment },
	{ "key", read_key },
	{ "dkim", read_dkim },
	{ "arc", read_arc },
	{ "arc-set", read_arc_set },
	{ "dmarc", read_dmarc },
	{ "dmarc-walk", read_dmarc_walk },
	{ "ams", read_ams },
	{ "seal", read_seal },
	{ "claim", read_claim },
	{ "value", read_value },
	{ "complete", read_complete },
};

static int
read_line(struct reading *r, struct grammar_line *l, struct err *e)
{
	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
		if (str_eq(l->name, str_of(readers[i].name)))
			return readers[i].read(r, l, e);
	if (str_starts(l->name, STR("x-")))
		return err_set(e, ERR_SYNTAX, "no line of ours");
	return 0;
}

int
examination_read(struct str text, uint64_t size, const struct evidence *ev,
    struct examination_lines *lines, struct err *e)
{
	struct reading r = { .lines = lines, .ev = ev, .size = size };
	struct grammar_line l;

	*lines = (struct examination_lines){ .text = text };
	if (text.n > LIMIT_EXAMINATION_LINES)
		return err_set(
		    e, ERR_LIMIT, "examination lines: more than %u bytes", LIMIT_EXAMINATION_LINES);
	if (grammar_check(grammar, text, e) == -1)
		return err_at(e, "examination lines");
	while (grammar_next(&text, &l))
		if (read_line(&r, &l, e) == -1)
			return err_at(e, "examination lines: %.*s %.*s", STR_FMT(l.name),
			    STR_FMT(str_head(l.arg[0], 32)));
	return 0;
}

static bool
next_named(struct str *rest, const char *name, struct grammar_line *l)
{
	while (grammar_next(rest, l))
		if (str_eq(l->name, str_of(name)))
			return true;
	return false;
}

bool
examination_segment(struct str *rest, struct segment_line *s)
{
	struct grammar_line l;

	if (!next_named(rest, "segment", &l))
		return false;
	*s = (struct segment_line){ grammar_number(l.arg[0]), grammar_number(l.arg[1]), l.arg[2] };
	return true;
}

bool
examination_key(struct str *rest, const struct evidence *ev, struct key_line *k)
{
	struct grammar_line l;

	if (!next_named(rest, "key", &l))
		return false;
	*k = (struct key_line){
		.packet = grammar_hash(l.arg[1]),
		.value = grammar_hash(l.arg[2]),
		.algorithm = l.arg[3],
		.bits = grammar_number(l.arg[4]),
	};
	k->answer = handed_out(ev, k->packet);
	return true;
}

/* The bytes of a line's argument, added to out. */
static void
add_decoded(struct str text, const char *name, struct str first, size_t arg, struct buf *out)
{
	struct grammar_line l;
	bool found =
	    first.n == 0 ? grammar_find(text, name, &l) : grammar_find_arg(text, name, first, &l);

	if (found)
		base64_decode(l.arg[arg], BASE64_STRICT, out, NULL);
}

void
examination_sender(struct str lines, struct buf *out)
{
	add_decoded(lines, "sender", STR(""), 0, out);
}

void
examination_value(
    struct str lines, const char *of, struct str number, const char *what, struct buf *out)
{
	struct buf label = BUF_MAX(64);

	buf_printf(&label, "%s.%.*s.%s", of, STR_FMT(number), what);
	if (!label.over)
		add_decoded(lines, "value", buf_str(&label), 1, out);
	buf_free(&label);
}

/* The record. */

struct composing {
	struct buf *body, *values;
	const struct examination_about *about;
	uint64_t n_segments;
};

static void
copy_line(struct composing *c, const struct grammar_line *l)
{
	buf_add(c->body, l->name);
	buf_byte(c->body, ' ');
	buf_add(c->body, l->args);
	buf_byte(c->body, '\n');
}

static int
commit_to(struct composing *c, struct str label, struct str bytes, struct err *e)
{
	struct hash salt, commitment;
	char hex[65];

	if (salter_take(c->about->salter, label, &salt, e) == -1)
		return -1;
	commitment = commit_with_salt(label, salt, bytes);
	buf_add(c->body, STR("commit "));
	buf_add(c->body, label);
	buf_printf(c->body, " %s\n", hex_encode(hex, commitment.b, 32));
	values_add(c->values, label, bytes);
	return 0;
}

static void
compose_segment(struct composing *c, const struct grammar_line *l)
{
	values_add_segment(c->values, c->n_segments++, grammar_number(l->arg[0]),
	    grammar_number(l->arg[1]), l->arg[2]);
}

/* The key by its record, in place of its number here. */
static void
compose_signature(struct composing *c, struct grammar_line *l)
{
	const struct hash *key_record = c->about->key_record;
	char hex[65];

	if (str_eq(l->arg[RECORD_ARG_KEY], STR("-"))) {
		copy_line(c, l);
		return;
	}
	buf_add(c->body, l->name);
	buf_byte(c->body, ' ');
	buf_add(c->body, str_head(l->args, (size_t)(l->arg[RECORD_ARG_KEY].p - l->args.p)));
	buf_printf(c->body, "%s\n",
	    hex_encode(hex, key_record[grammar_number(l->arg[RECORD_ARG_KEY])].b, 32));
}

static int
compose_value(struct composing *c, const struct grammar_line *l, struct err *e)
{
	struct buf value = BUF_MAX(LIMIT_EXAMINATION_LINES);
	int rc = base64_decode(l->arg[1], BASE64_STRICT, &value, e);

	if (rc == 0)
		rc = commit_to(c, l->arg[0], buf_str(&value), e);
	buf_free(&value);
	return rc;
}

static int
compose_names(struct composing *c, struct err *e)
{
	const struct evidence *ev = c->about->ev;
	char label[64];

	for (size_t i = 0; i < ev->n; i++) {
		snprintf(label, sizeof label, "evidence.%zu.name", i);
		if (commit_to(c, str_of(label), ev->answers[i].name, e) == -1)
			return -1;
	}
	return 0;
}

static int
compose_line(struct composing *c, struct grammar_line *l, struct err *e)
{
	int rc = 0;

	if (str_eq(l->name, STR("segment"))) {
		compose_segment(c, l);
	} else if (str_eq(l->name, STR("dkim")) || str_eq(l->name, STR("ams")) ||
	           str_eq(l->name, STR("seal"))) {
		compose_signature(c, l);
	} else if (str_eq(l->name, STR("value"))) {
		rc = compose_value(c, l, e);
	} else if (str_eq(l->name, STR("complete"))) {
		rc = compose_names(c, e);
		copy_line(c, l);
	} else if (!str_eq(l->name, STR("key")) && !str_eq(l->name, STR("sender"))) {
		copy_line(c, l);
	}
	return rc;
}

static void
compose_evidence(struct buf *body, const struct evidence *ev)
{
	static const char *const securities[] = {
		[DNS_INSECURE] = "insecure",
		[DNS_SECURE] = "secure",
		[DNS_BOGUS] = "bogus",
	};
	char hex[65];

	for (size_t i = 0; i < ev->n; i++) {
		const struct dns_answer *a = &ev->answers[i];
		bool answered = a->outcome == DNS_ANSWERED;

		buf_printf(body, "evidence %zu %s type=%u outcome=%s security=%s chain=-\n", i,
		    answered ? hex_encode(hex, a->packet_hash.b, 32) : "-", (unsigned)a->type,
		    answered ? "answered" : "failed", securities[a->security]);
	}
}

int
examination_record(struct buf *body, struct buf *values, const struct examination_lines *lines,
    const struct examination_about *about, struct err *e)
{
	struct composing c = { .body = body, .values = values, .about = about };
	struct str rest = lines->text;
	struct grammar_line l;
	char hex[65];

	buf_printf(body, "of %llu\nmessage-record %s\nas-of %llu\n", (unsigned long long)about->of,
	    hex_encode(hex, about->message_record.b, 32), (unsigned long long)about->as_of);
	record_put_segments(body, &about->segments);
	compose_evidence(body, about->ev);
	while (grammar_next(&rest, &l))
		if (compose_line(&c, &l, e) == -1)
			return -1;
	if (buf_check(body, "examination record", e) == -1)
		return -1;
	return buf_check(values, "values of an examination", e);
}
