/* SPDX-License-Identifier: ISC */
#include "imap/folder.h"

void
folder_quote(struct buf *out, struct str name)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, name.p[i]);
	}
	buf_byte(out, '"');
}

/* ---- LIST ---- */

/* Takes a quoted string or an atom off *s; its content is added to *out unless that is NULL. */
static int
take_string(struct str *s, struct buf *out, struct err *e)
{
	bool quoted = s->n > 0 && s->p[0] == '"';
	size_t i = quoted;

	for (; i < s->n && s->p[i] != (quoted ? '"' : ' '); i++) {
		if (quoted && s->p[i] == '\\')
			i++;
		if (i < s->n && out != NULL)
			buf_byte(out, s->p[i]);
	}
	if (i == 0 || (quoted && i >= s->n))
		return err_set(e, ERR_SYNTAX, "LIST: RFC 3501 9: a folder's name is no string");
	*s = str_from(*s, i + quoted);
	return 0;
}

static bool
has_attribute(struct str attributes, struct str use)
{
	struct str word;

	while (str_cut(&attributes, ' ', &word))
		if (str_caseeq(word, use))
			return true;
	return false;
}

/* XLIST is older than RFC 6154 and has another word for one of them. */
static bool
is_marked(struct str attributes, struct str use)
{
	if (has_attribute(attributes, use))
		return true;
	if (str_caseeq(use, STR("\\All")))
		return has_attribute(attributes, STR("\\AllMail"));
	return str_caseeq(use, STR("\\Junk")) && has_attribute(attributes, STR("\\Spam"));
}

int
folder_listed(struct buf *name, struct str line, struct str use, struct err *e)
{
	struct str rest = line, attributes;

	if (str_casestarts(line, STR("* LIST (")))
		rest = str_from(line, 8);
	else if (str_casestarts(line, STR("* XLIST (")))
		rest = str_from(line, 9);
	else
		return 0;
	if (str_chr(rest, ')') == -1)
		return err_set(e, ERR_SYNTAX, "LIST: RFC 3501 7.2.2: the attributes have no end");
	str_cut(&rest, ')', &attributes);
	if (!is_marked(attributes, use) || has_attribute(attributes, STR("\\NonExistent")))
		return 0;
	rest = str_trim(rest);
	if (take_string(&rest, NULL, e) == -1) /* the separator */
		return -1;
	rest = str_trim(rest);
	return take_string(&rest, name, e) == -1 ? -1 : 1;
}

/* ---- EXAMINE ---- */

/* The number after the word, which *s begins with: 1, 0 when it does not, -1. */
static int
number_after(struct str s, struct str word, uint64_t max, uint64_t *value, struct err *e)
{
	struct str digits;

	if (!str_casestarts(s, word))
		return 0;
	s = str_from(s, word.n);
	str_cut(&s, ']', &digits);
	if (str_u64(str_trim(digits), max, value) == -1)
		return err_set(e, ERR_SYNTAX, "EXAMINE: RFC 3501 9: %.*s is no number that may be",
		    STR_FMT(str_trim(word)));
	return 1;
}

int
folder_examined(struct imap_folder *f, struct str line, struct err *e)
{
	struct str rest = line, code, number;
	uint64_t v;
	int rc;

	if (!str_starts(line, STR("* ")))
		return 0;
	code = str_casestarts(line, STR("* OK [")) ? str_from(line, 6) : STR("");
	if ((rc = number_after(code, STR("UIDVALIDITY "), UINT32_MAX, &v, e)) == 1)
		f->uidvalidity = (uint32_t)v;
	else if (rc == 0 && (rc = number_after(code, STR("UIDNEXT "), UINT32_MAX, &v, e)) == 1)
		f->uidnext = (uint32_t)v;
	else if (rc == 0 && (rc = number_after(code, STR("HIGHESTMODSEQ "), INT64_MAX, &v, e)) == 1)
		f->highestmodseq = v;
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	rest = str_from(line, 2);
	str_cut(&rest, ' ', &number);
	if (!str_caseeq(rest, STR("EXISTS")))
		return 0;
	if (str_u64(number, UINT32_MAX, &v) == -1)
		return err_set(
		    e, ERR_SYNTAX, "EXAMINE: RFC 3501 9: EXISTS is no number that may be");
	f->exists = (uint32_t)v;
	return 0;
}
