/* SPDX-License-Identifier: ISC */
#include "tlog/checkpoint.h"

#include <string.h>

#include "base/base64.h"
#include "base/limits.h"

/* 44 characters of base64; base64_decode is strict. */
static int
take_root(struct str line, struct hash *root)
{
	struct buf bytes = BUF_MAX(sizeof root->b);
	int rc = base64_decode(line, BASE64_STRICT, &bytes, NULL);

	if (rc == 0 && bytes.n == sizeof root->b)
		memcpy(root->b, bytes.p, sizeof root->b);
	else
		rc = -1;
	buf_free(&bytes);
	return rc;
}

int
checkpoint_parse(struct str text, struct checkpoint *c, struct err *e)
{
	struct str rest = text, line;

	if (!str_ends(text, STR("\n")) || str_starts(text, STR("\n")) ||
	    str_find(text, STR("\n\n")) != -1)
		return err_set(e, ERR_SYNTAX, "C2SP tlog-checkpoint: empty or unfinished line");
	if (!str_line(&rest, &c->origin))
		return err_set(e, ERR_SYNTAX, "C2SP tlog-checkpoint: no origin");
	if (!str_line(&rest, &line) || str_u64(line, LIMIT_TREE, &c->head.size) == -1)
		return err_set(e, ERR_SYNTAX, "C2SP tlog-checkpoint: no size");
	if (!str_line(&rest, &line) || take_root(line, &c->head.root) == -1)
		return err_set(e, ERR_SYNTAX, "C2SP tlog-checkpoint: no root");
	c->extra = rest;
	return 0;
}

void
checkpoint_add(struct buf *b, const struct checkpoint *c)
{
	buf_add(b, c->origin);
	buf_printf(b, "\n%llu\n", (unsigned long long)c->head.size);
	base64_add(b, hash_str(&c->head.root));
	buf_byte(b, '\n');
	buf_add(b, c->extra);
}

int
checkpoint_open(struct str bytes, const struct vkey *log, const struct crypto *crypto,
    struct checkpoint *c, struct note *n, struct err *e)
{
	int rc;

	if (note_parse(bytes, n, e) == -1 || checkpoint_parse(n->text, c, e) == -1)
		return -1;
	if (!str_eq(c->origin, log->name))
		return err_set(e, ERR_REFUSED, "checkpoint is of another log");
	rc = note_signed_by(n, log, crypto, NULL, e);
	if (rc == 0)
		return err_set(e, ERR_REFUSED, "checkpoint is not signed by its log");
	return rc == 1 ? 0 : -1;
}

int
checkpoint_origin_ok(struct str origin, struct err *e)
{
	if (!note_name_ok(origin))
		return err_set(
		    e, ERR_CONFIG, "origin: 1 to %u bytes without space and \"+\"", LIMIT_KEY_NAME);
	for (size_t i = 0; i < origin.n; i++)
		if (origin.p[i] < 0x21 || origin.p[i] > 0x7e)
			return err_set(e, ERR_CONFIG, "origin: printable ASCII only");
	if (str_find(origin, STR("://")) != -1)
		return err_set(e, ERR_CONFIG, "origin: without scheme, as in example.com/log");
	if (str_starts(origin, STR("/")) || str_ends(origin, STR("/")))
		return err_set(e, ERR_CONFIG, "origin: without slash at its ends");
	return 0;
}
