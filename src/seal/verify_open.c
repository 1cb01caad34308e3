/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/base64.h"
#include "base/limits.h"
#include "msg/split.h"
#include "seal/verify_rules.h"

/* One record's commitments, opened with the lines of mailseal/salts. */
struct opening {
	struct verifying *v;
	const struct bundle_part *p;
	struct seghash *segments;
	struct str message; /* what the segments so far leave of it */
	uint64_t n_segments;
	struct str commits; /* the record's lines after the commitment that was opened last */
	bool ers;           /* the salt of m was there */
};

static int
open_segment(struct opening *o, const struct salt *s, struct err *e)
{
	const struct value *seg = &s->value;
	uint64_t offset = o->v->b.message.n - o->message.n;
	struct str bytes = str_head(o->message, (size_t)seg->length);

	if (seg->index != o->n_segments++ || seg->offset != offset || seg->length != bytes.n)
		return err_set(e, ERR_SYNTAX, "the segments do not tile the message");
	if (seghash_begin_salted(o->segments, seg->length, seg->kind, s->salt, e) == -1)
		return -1;
	seghash_add(o->segments, bytes);
	o->message = str_from(o->message, bytes.n);
	return 0;
}

static bool
next_commit(struct str *rest, struct grammar_line *l)
{
	while (grammar_next(rest, l))
		if (str_eq(l->name, STR("commit")))
			return true;
	return false;
}

/* Values come in the order of the record's lines, so that each is opened, and once. */
static int
open_value(struct opening *o, const struct salt *s, struct err *e)
{
	struct buf value = BUF_MAX(LIMIT_VALUES);
	struct str label = s->value.label;
	struct grammar_line l;
	int rc = base64_decode(s->value.base64, BASE64_STRICT, &value, e);

	if (rc == 0 && (!next_commit(&o->commits, &l) || !str_eq(l.arg[0], label)))
		rc = err_set(e, ERR_SYNTAX, "%.*s is not the next commitment", STR_FMT(label));
	if (rc == 0 &&
	    !hash_eq(grammar_hash(l.arg[1]), commit_with_salt(label, s->salt, buf_str(&value))))
		rc = err_set(e, ERR_REFUSED, "%.*s", STR_FMT(label));
	buf_free(&value);
	return rc;
}

/* FORMATS section 5: m is of this message. */
static int
open_ers(struct opening *o, const struct salt *s, struct err *e)
{
	struct hash m = ers_m(sha256(o->v->b.message), s->salt);

	o->ers = true;
	if (!hash_eq(m, o->v->out->message.ers))
		return err_set(e, ERR_REFUSED, "m is of another message");
	return 0;
}

static int
open_salt(struct opening *o, const struct salt *s, struct err *e)
{
	if (s->value.kind.p != NULL)
		return open_segment(o, s, e);
	if (s->value.base64.p != NULL)
		return open_value(o, s, e);
	if (o->p == o->v->b.letter && !o->ers && str_eq(s->value.label, STR("ers")))
		return open_ers(o, s, e);
	return err_set(e, ERR_SYNTAX, "a salt that opens nothing");
}

bool
verify_segment(struct str *rest, struct segment_line *line)
{
	struct salt s;

	while (salts_next(rest, &s, NULL) == 1)
		if (s.value.kind.p != NULL) {
			*line =
			    (struct segment_line){ s.value.offset, s.value.length, s.value.kind };
			return true;
		}
	return false;
}

/* FORMATS section 2: two segments, split at the first empty line. */
static int
check_split(const struct opening *o, struct err *e)
{
	struct split split = split_start();
	struct str rest = o->p->salts;
	struct segment_line header, body;

	split_add(&split, o->v->b.message);
	if (o->n_segments != 2 || !verify_segment(&rest, &header) ||
	    !verify_segment(&rest, &body) || header.length != split.header ||
	    !str_eq(header.kind, STR("header")) || !str_eq(body.kind, STR("body")))
		return err_set(e, ERR_SYNTAX, "not split where the header ends");
	return 0;
}

/* What the record says of the message as a whole. */
static int
check_letter(struct opening *o, struct err *e)
{
	struct str salts = o->p->salts;
	char size[32];

	snprintf(size, sizeof size, "%zu", o->v->b.message.n);
	if (!str_eq(verify_value(o->v, &salts, "size"), str_of(size)))
		return err_set(e, ERR_REFUSED, "size is not the message's");
	if (!o->ers)
		return err_set(e, ERR_SYNTAX, "m is not opened");
	return check_split(o, e);
}

static int
check_all_open(struct opening *o, struct err *e)
{
	enum record_kind kind = o->p->r.head.kind;
	struct segroots got, want;
	struct grammar_line l;

	if (next_commit(&o->commits, &l))
		return err_set(e, ERR_SYNTAX, "a commitment that is not opened");
	if (kind != RECORD_MESSAGE && kind != RECORD_EXAMINATION)
		return o->n_segments == 0 ? 0 : err_set(e, ERR_SYNTAX, "it has no segments");
	if (kind == RECORD_MESSAGE && check_letter(o, e) == -1)
		return -1;
	want = record_segments(&o->p->r);
	if (o->message.n > 0 || seghash_end(o->segments, &got, e) == -1)
		return err_set(e, ERR_SYNTAX, "the segments do not tile the message");
	if (!segroots_eq(&got, &want))
		return err_set(e, ERR_REFUSED, "the message is another");
	return 0;
}

static int
open_part(struct verifying *v, const struct bundle_part *p, struct err *e)
{
	struct opening o = {
		.v = v,
		.p = p,
		.segments = seghash_new(NULL),
		.message = v->b.message,
		.commits = p->r.body,
	};
	struct str rest = p->salts;
	struct salt s;
	int rc = salts_next(&rest, &s, e); /* the leaf's, which was used */

	while (rc == 1 && (rc = salts_next(&rest, &s, e)) == 1)
		if (open_salt(&o, &s, e) == -1)
			rc = -1;
	if (rc == 0)
		rc = check_all_open(&o, e);
	seghash_free(o.segments);
	return rc;
}

bool
rule_commitments(struct verifying *v)
{
	struct err e;

	for (size_t i = 0; i < v->b.n_parts; i++)
		if (open_part(v, &v->b.part[i], &e) == -1) {
			err_at(&e, "record %llu", (unsigned long long)v->b.part[i].seq);
			verify_say(v, VERDICT_FAILS, WORD_COMMITMENTS_FAIL, str_of(e.text), NULL);
			return false;
		}
	verify_say(v, VERDICT_HOLDS, WORD_COMMITMENTS_HOLD, (struct str){ 0 }, "math");
	return true;
}

struct str
verify_value(struct verifying *v, struct str *rest, const char *label)
{
	struct buf value = BUF_MAX(LIMIT_VALUES);
	struct str out = { 0 };
	struct salt s;

	while (salts_next(rest, &s, NULL) == 1)
		if (s.value.base64.p != NULL && str_eq(s.value.label, str_of(label))) {
			if (base64_decode(s.value.base64, BASE64_STRICT, &value, NULL) == 0)
				out = arena_str(v->arena, buf_str(&value));
			break;
		}
	buf_free(&value);
	return out;
}
