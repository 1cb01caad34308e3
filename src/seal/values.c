/* SPDX-License-Identifier: ISC */
#include "seal/values.h"

#include "base/base64.h"
#include "base/hex.h"

enum {
	LABEL_MAX = 64,
};

void
values_add(struct buf *values, struct str label, struct str bytes)
{
	buf_add(values, label);
	buf_byte(values, ' ');
	base64_add(values, bytes);
	buf_byte(values, '\n');
}

struct hash
values_commit(struct buf *values, const struct seed *seed, struct str label, struct str bytes)
{
	values_add(values, label, bytes);
	return commit_value(seed, label, bytes);
}

void
values_add_segment(
    struct buf *values, uint64_t i, uint64_t offset, uint64_t length, struct str kind)
{
	char label[SEGMENT_LABEL_MAX];

	buf_add(values, segment_label(label, i, offset, length, kind));
	buf_add(values, STR(" -\n"));
}

static bool
is_label(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !char_is_digit(s.p[i]) && s.p[i] != '.' &&
		    s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= LABEL_MAX;
}

static int
take_number(struct str *rest, uint64_t *n)
{
	struct str part;

	return str_cut(rest, ' ', &part) ? str_u64(part, INT64_MAX, n) : -1;
}

/* As str_line, but the last line, too, ends in LF: one text, one spelling. */
static int
take_line(struct str *rest, struct str *line, struct err *e)
{
	if (!str_line(rest, line))
		return 0;
	if (rest->p == NULL)
		return err_set(e, ERR_SYNTAX, "a line that has no end");
	return 1;
}

/* A label at the start of the line, with its final space taken off too. */
static int
take_label(struct str *rest, struct value *v, struct err *e)
{
	struct str all = *rest;

	*v = (struct value){ 0 };
	if (!str_cut(rest, ' ', &v->label) || !is_label(v->label))
		return err_set(e, ERR_SYNTAX, "a line that has no label");
	if (!str_eq(v->label, STR("seg")))
		return 0;
	if (take_number(rest, &v->index) == -1 || take_number(rest, &v->offset) == -1 ||
	    take_number(rest, &v->length) == -1 || !str_cut(rest, ' ', &v->kind) || rest->p == NULL)
		return err_set(e, ERR_SYNTAX, "a segment is: seg index offset length kind");
	v->label = str_head(all, (size_t)(v->kind.p + v->kind.n - all.p));
	return 0;
}

int
values_next(struct str *rest, struct value *v, struct err *e)
{
	struct str line;
	int rc = take_line(rest, &line, e);

	if (rc != 1)
		return rc;
	if (take_label(&line, v, e) == -1)
		return -1;
	if (line.p == NULL || (v->kind.p != NULL && !str_eq(line, STR("-"))))
		return err_set(e, ERR_SYNTAX, "a value is: label base64, or for a segment -");
	if (v->kind.p == NULL)
		v->base64 = line;
	return 1;
}

static void
add_salt(struct buf *out, uint64_t seq, struct str label, struct hash salt)
{
	buf_printf(out, "%llu ", (unsigned long long)seq);
	buf_add(out, label);
	buf_byte(out, ' ');
	hex_add(out, hash_str(&salt));
}

int
salts_add(struct buf *out, uint64_t seq, struct hash leaf_salt, const struct seed *seed,
    bool message, struct str values, struct err *e)
{
	struct value v;
	int rc;

	add_salt(out, seq, STR("leaf"), leaf_salt);
	buf_byte(out, '\n');
	if (message) {
		add_salt(out, seq, STR("ers"), commit_salt(seed, STR("ers")));
		buf_byte(out, '\n');
	}
	while ((rc = values_next(&values, &v, e)) == 1) {
		add_salt(out, seq, v.label, commit_salt(seed, v.label));
		if (v.kind.p == NULL) {
			buf_byte(out, ' ');
			buf_add(out, v.base64);
		}
		buf_byte(out, '\n');
	}
	return rc;
}

int
salts_next(struct str *rest, struct salt *s, struct err *e)
{
	struct str line, hex;
	int rc = take_line(rest, &line, e);

	if (rc != 1)
		return rc;
	if (take_number(&line, &s->seq) == -1)
		return err_set(e, ERR_SYNTAX, "a line that has no record number");
	if (take_label(&line, &s->value, e) == -1)
		return -1;
	if (!str_cut(&line, ' ', &hex) || hex_decode(hex, s->salt.b, sizeof s->salt.b) == -1)
		return err_set(e, ERR_SYNTAX, "a salt is 64 hex digits");
	s->value.base64 = line;
	if (line.p != NULL && s->value.kind.p != NULL)
		return err_set(e, ERR_SYNTAX, "a segment's value is in the message");
	return 1;
}

int
salter_take(struct salter *s, struct str label, struct hash *salt, struct err *e)
{
	struct salt next;
	int rc;

	if (s->seed != NULL) {
		*salt = commit_salt(s->seed, label);
		return 0;
	}
	rc = salts_next(&s->salts, &next, e);
	if (rc == -1)
		return -1;
	if (rc == 0 || next.seq != s->seq || !str_eq(next.value.label, label))
		return err_set(e, ERR_SYNTAX, "record %llu: no salt where one for %.*s should be",
		    (unsigned long long)s->seq, STR_FMT(label));
	*salt = next.salt;
	return 0;
}
