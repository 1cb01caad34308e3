/* SPDX-License-Identifier: ISC */
#include "store/manifest.h"

#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "seal/grammar.h"

static const struct grammar_row grammar[] = {
	{ "mailseal-backup/1", NULL },
	{ "log", "graph" },
	{ "time", "n" },
	{ "records", "n" },
	{ "last", "hash" },
	{ "file", "graph n hash", GRAMMAR_ANY },
	{ "end", NULL },
	{ 0 },
};

bool
manifest_name_ok(struct str name)
{
	static const char *const folders[] = { "packs/", "slots/", "custodian/" };
	struct str plain = STR("");

	if (name.n >= MANIFEST_NAME_MAX)
		return false;
	if (str_eq(name, STR("db.sqlite")) || str_eq(name, STR("signer/state")))
		return true;
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (str_starts(name, str_of(folders[i])))
			plain = str_from(name, str_of(folders[i]).n);
	for (size_t i = 0; i < plain.n; i++)
		if (!char_is_alpha(plain.p[i]) && !char_is_digit(plain.p[i]) &&
		    str_chr(STR("-_."), plain.p[i]) == -1)
			return false;
	return plain.n > 0 && plain.p[0] != '.';
}

int
manifest_parse(struct str text, struct manifest *m, struct err *e)
{
	struct str rest = text;
	struct manifest_file f;
	struct grammar_line l;

	if (grammar_check(grammar, text, e) == -1)
		return err_at(e, "manifest");
	*m = (struct manifest){ 0 };
	grammar_next(&rest, &l);
	grammar_next(&rest, &l);
	m->origin = l.arg[0];
	grammar_next(&rest, &l);
	m->time_ms = grammar_number(l.arg[0]);
	grammar_next(&rest, &l);
	m->records = grammar_number(l.arg[0]);
	grammar_next(&rest, &l);
	m->last = grammar_hash(l.arg[0]);
	m->files = rest;
	while (manifest_next(&rest, &f))
		if (!manifest_name_ok(f.name))
			return err_set(e, ERR_SYNTAX, "manifest: no file of a backup: %.*s",
			    STR_FMT(str_head(f.name, 80)));
	return 0;
}

bool
manifest_next(struct str *files, struct manifest_file *f)
{
	struct grammar_line l;

	do
		if (!grammar_next(files, &l))
			return false;
	while (!str_eq(l.name, STR("file")));
	*f = (struct manifest_file){ l.arg[0], grammar_number(l.arg[1]), grammar_hash(l.arg[2]) };
	return true;
}

bool
manifest_find(const struct manifest *m, struct str name, struct manifest_file *f)
{
	struct str rest = m->files;

	while (manifest_next(&rest, f))
		if (str_eq(f->name, name))
			return true;
	return false;
}

void
manifest_begin(struct buf *out, const struct manifest *m)
{
	char last[65];

	buf_printf(out,
	    "mailseal-backup/1\nlog %.*s\ntime %" PRIu64 "\nrecords %" PRIu64 "\nlast %s\n",
	    STR_FMT(m->origin), m->time_ms, m->records,
	    hex_encode(last, m->last.b, sizeof m->last.b));
}

void
manifest_add(struct buf *out, const struct manifest_file *f)
{
	char sum[65];

	buf_printf(out, "file %.*s %" PRIu64 " %s\n", STR_FMT(f->name), f->bytes,
	    hex_encode(sum, f->sha256.b, sizeof f->sha256.b));
}

void
manifest_end(struct buf *out)
{
	buf_add(out, STR("end\n"));
}
