/* SPDX-License-Identifier: ISC */
#include "tlog/proof.h"

#include <string.h>

#include "base/base64.h"
#include "base/limits.h"

#define VERSION "c2sp.org/tlog-proof@v1"

/* Takes the prefix off *s. */
static bool
take(struct str *s, struct str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	*s = str_from(*s, prefix.n);
	return true;
}

static int
is_base64(struct str text)
{
	struct buf bytes = BUF_MAX(LIMIT_PROOF);
	int rc = base64_decode(text, BASE64_STRICT, &bytes, NULL);

	buf_free(&bytes);
	return rc == 0;
}

/* The hashes, and the empty line after them. */
static int
take_hashes(struct str *rest, struct tlog_proof *p, struct err *e)
{
	struct str line;

	for (p->n = 0; str_line(rest, &line); p->n++) {
		struct buf bytes = BUF_MAX(sizeof p->hash[0].b);
		int rc;

		if (line.n == 0)
			return 0;
		if (p->n == TLOG_PROOF_MAX)
			return err_set(
			    e, ERR_LIMIT, "proof of more than %d hashes", TLOG_PROOF_MAX);
		rc = base64_decode(line, BASE64_STRICT, &bytes, NULL);
		if (rc == 0 && bytes.n == sizeof p->hash[0].b)
			memcpy(p->hash[p->n].b, bytes.p, bytes.n);
		else
			rc = err_set(e, ERR_SYNTAX, "C2SP tlog-proof: line is no hash");
		buf_free(&bytes);
		if (rc == -1)
			return -1;
	}
	return err_set(e, ERR_SYNTAX, "C2SP tlog-proof: no checkpoint");
}

int
proof_parse(struct str bytes, struct tlog_proof *p, struct err *e)
{
	struct str rest = bytes, line;

	p->extra = (struct str){ 0 };
	if (bytes.n > LIMIT_PROOF)
		return err_set(e, ERR_LIMIT, "proof of more than %u bytes", LIMIT_PROOF);
	if (!str_line(&rest, &line) || !str_eq(line, STR(VERSION)))
		return err_set(e, ERR_SYNTAX, "C2SP tlog-proof: not \"" VERSION "\"");
	if (!str_line(&rest, &line))
		return err_set(e, ERR_SYNTAX, "C2SP tlog-proof: no index");
	if (take(&line, STR("extra "))) {
		p->extra = line;
		if (!is_base64(line) || !str_line(&rest, &line))
			return err_set(e, ERR_SYNTAX, "C2SP tlog-proof: bad extra data");
	}
	if (!take(&line, STR("index ")) || str_u64(line, LIMIT_TREE - 1, &p->index) == -1)
		return err_set(e, ERR_SYNTAX, "C2SP tlog-proof: no index");
	if (take_hashes(&rest, p, e) == -1)
		return -1;
	p->checkpoint = rest;
	if (rest.n == 0)
		return err_set(e, ERR_SYNTAX, "C2SP tlog-proof: no checkpoint");
	return 0;
}

void
proof_add(struct buf *b, const struct tlog_proof *p)
{
	buf_add(b, STR(VERSION "\n"));
	if (p->extra.p != NULL) {
		buf_add(b, STR("extra "));
		buf_add(b, p->extra);
		buf_byte(b, '\n');
	}
	buf_printf(b, "index %llu\n", (unsigned long long)p->index);
	for (size_t i = 0; i < p->n; i++) {
		base64_add(b, hash_str(&p->hash[i]));
		buf_byte(b, '\n');
	}
	buf_byte(b, '\n');
	buf_add(b, p->checkpoint);
}
