/* SPDX-License-Identifier: ISC */
#include "seal/opening.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/limits.h"

struct opening {
	const struct record *record;
	const struct seed *seed;
	struct str values; /* the lines whose segments have not begun */
	struct seghash *segments;
	uint64_t n;    /* bytes of the message so far */
	uint64_t left; /* of them, of the segment that has begun, still to come */
	struct digest *message;
	char size[24]; /* as its commitment was opened */
};

/* ---- values ---- */

static bool
next_commit(struct str *rest, struct grammar_line *l)
{
	while (grammar_next(rest, l))
		if (str_eq(l->name, STR("commit")))
			return true;
	return false;
}

static int
open_value(struct opening *o, const struct value *v, const struct grammar_line *commit,
    struct buf *plain, struct err *e)
{
	buf_clear(plain);
	if (!str_eq(commit->arg[0], v->label))
		return err_set(e, ERR_SYNTAX, "%.*s is not the next commitment", STR_FMT(v->label));
	if (base64_decode(v->base64, BASE64_STRICT, plain, e) == -1)
		return -1;
	if (!hash_eq(grammar_hash(commit->arg[1]), commit_value(o->seed, v->label, buf_str(plain))))
		return err_set(
		    e, ERR_REFUSED, "%.*s is not what was committed to", STR_FMT(v->label));
	if (str_eq(v->label, STR("size")))
		snprintf(o->size, sizeof o->size, "%.*s", STR_FMT(str_head(buf_str(plain), 20)));
	return 0;
}

static int
open_values(struct opening *o, struct err *e)
{
	struct str rest = o->values, commits = o->record->body;
	struct buf plain = BUF_MAX(LIMIT_VALUES);
	struct grammar_line commit;
	struct value v;
	int rc;

	while ((rc = values_next(&rest, &v, e)) == 1) {
		if (v.kind.p != NULL)
			continue;
		if (!next_commit(&commits, &commit))
			rc = err_set(e, ERR_SYNTAX, "a value without a commitment");
		else
			rc = open_value(o, &v, &commit, &plain, e);
		if (rc == -1)
			break;
	}
	if (rc == 0 && next_commit(&commits, &commit))
		rc = err_set(e, ERR_SYNTAX, "a commitment without a value");
	buf_free(&plain);
	return rc;
}

struct opening *
opening_new(const struct record *r, const struct seed *seed, struct str values, struct err *e)
{
	struct opening *o = calloc(1, sizeof *o);

	if (o == NULL)
		abort();
	*o = (struct opening){ .record = r, .seed = seed, .values = values };
	o->segments = seghash_new(seed);
	o->message = digest_new(DIGEST_SHA256);
	if (open_values(o, e) == 0)
		return o;
	opening_free(o);
	return NULL;
}

void
opening_free(struct opening *o)
{
	if (o == NULL)
		return;
	seghash_free(o->segments);
	digest_free(o->message);
	free(o);
}

/* ---- segments ---- */

/* The next segment begins: 1, 0 when there is none more, -1. */
static int
begin_segment(struct opening *o, struct err *e)
{
	struct value v;
	int rc;

	do
		rc = values_next(&o->values, &v, e);
	while (rc == 1 && v.kind.p == NULL);
	if (rc != 1)
		return rc;
	if (v.offset != o->n)
		return err_set(e, ERR_SYNTAX, "the segments do not tile the message");
	o->left = v.length;
	return seghash_begin(o->segments, v.length, v.kind, e) == -1 ? -1 : 1;
}

int
opening_put(struct opening *o, struct str chunk, struct err *e)
{
	digest_add(o->message, chunk);
	while (chunk.n > 0) {
		int rc = o->left == 0 ? begin_segment(o, e) : 1;
		size_t took;

		if (rc != 1)
			return rc == -1 ? -1 : err_set(e, ERR_SYNTAX, "bytes after the segments");
		took = seghash_add(o->segments, chunk);
		o->left -= took;
		o->n += took;
		chunk = str_from(chunk, took);
	}
	return 0;
}

static int
end_message(struct opening *o, struct err *e)
{
	struct hash salt = commit_salt(o->seed, STR("ers")), sum;
	struct record_message m;
	uint8_t out[64];
	char size[24];

	record_message_read(o->record, &m);
	digest_end(o->message, out);
	memcpy(sum.b, out, sizeof sum.b);
	if (!hash_eq(m.ers, ers_m(sum, salt)))
		return err_set(e, ERR_REFUSED, "m is of another message");
	snprintf(size, sizeof size, "%llu", (unsigned long long)o->n);
	if (strcmp(size, o->size) != 0)
		return err_set(e, ERR_REFUSED, "size is not the message's");
	return 0;
}

int
opening_end(struct opening *o, struct err *e)
{
	enum record_kind kind = o->record->head.kind;
	struct segroots got, want;
	int rc;

	if (kind != RECORD_MESSAGE && kind != RECORD_EXAMINATION)
		return 0;
	do /* those that are empty, at the end */
		rc = o->left > 0 ? 0 : begin_segment(o, e);
	while (rc == 1 && o->left == 0);
	if (rc == -1)
		return -1;
	if (o->left > 0 || seghash_end(o->segments, &got, e) == -1)
		return err_set(e, ERR_SYNTAX, "the segments do not tile the message");
	want = record_segments(o->record);
	if (!segroots_eq(&got, &want))
		return err_set(e, ERR_REFUSED, "the message is another");
	return kind == RECORD_MESSAGE ? end_message(o, e) : 0;
}
