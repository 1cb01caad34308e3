/* SPDX-License-Identifier: ISC */
#include "conf/folders.h"

static bool
is_google(struct str host)
{
	return str_caseeq(host, STR("imap.gmail.com")) ||
	       str_caseeq(host, STR("imap.googlemail.com"));
}

const char *
folders_default(struct str host)
{
	return is_google(host) ? "\\All, \\Junk" : "INBOX";
}

/* With an eighth for \Junk, and an eighth of all for new mail, that stays below. */
uint64_t
folders_daily_mb(struct str host)
{
	return is_google(host) ? 1900 : 0;
}

static int
quoted(struct str *rest, struct str *name, struct err *e)
{
	*rest = str_from(*rest, 1);
	if (str_chr(*rest, '"') == -1)
		return err_set(e, ERR_CONFIG, "folder: a quote has no end");
	str_cut(rest, '"', name);
	*rest = str_trim(*rest);
	if (rest->n > 0 && rest->p[0] != ',')
		return err_set(e, ERR_CONFIG, "folder: a comma is wanted after a quoted name");
	*rest = rest->n > 0 ? str_from(*rest, 1) : (struct str){ NULL, 0 };
	return 0;
}

int
folders_next(struct str *rest, struct str *name, struct err *e)
{
	struct str s = str_trim(*rest);

	if (rest->p == NULL)
		return 0;
	if (s.n > 0 && s.p[0] == '"') {
		if (quoted(&s, name, e) == -1)
			return -1;
		*rest = s;
	} else {
		str_cut(rest, ',', name);
		*name = str_trim(*name);
	}
	if (name->n == 0)
		return err_set(e, ERR_CONFIG, "folder: a name is empty");
	return 1;
}

void
folders_label(struct buf *label, struct str name)
{
	bool other = false;

	if (str_starts(name, STR("\\")))
		name = str_from(name, 1);
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool plain = char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '.';

		if (plain)
			buf_byte(label, c);
		else if (!other)
			buf_byte(label, '_');
		other = !plain;
	}
}
