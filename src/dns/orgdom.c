/* SPDX-License-Identifier: ISC */
#include "dns/orgdom.h"

#define BEGIN "mailseal-orgdom/1 "
#define LIST  " list="

void
orgdom_write(struct buf *out, const struct orgdom *o)
{
	buf_add(out, STR(BEGIN));
	buf_add(out, o->domain);
	buf_add(out, STR(LIST));
	buf_add(out, o->list);
	buf_byte(out, '\n');
}

static bool
is_date(struct str s)
{
	static const char form[] = "dddd-dd-dd";

	for (size_t i = 0; i < s.n && i < sizeof form - 1; i++)
		if (form[i] == 'd' ? !char_is_digit(s.p[i]) : s.p[i] != '-')
			return false;
	return s.n == sizeof form - 1;
}

/* A top-level domain is a public suffix on every list, and so belongs to no name but itself. */
static bool
can_be_of(struct str domain, struct str name)
{
	if (domain.n > 0 && domain.n == name.n)
		return str_eq(domain, name);
	return str_ends(name, domain) && str_chr(domain, '.') > 0 &&
	       name.p[name.n - domain.n - 1] == '.';
}

int
orgdom_read(struct str line, struct str name, struct orgdom *o, struct err *e)
{
	ptrdiff_t list = str_find(line, STR(LIST));
	const size_t begin = sizeof BEGIN - 1;

	if (str_starts(line, STR(BEGIN)) && str_ends(line, STR("\n")) && list >= (ptrdiff_t)begin) {
		o->domain = str_from(str_head(line, (size_t)list), begin);
		o->list = str_from(str_head(line, line.n - 1), (size_t)list + sizeof LIST - 1);
		if (can_be_of(o->domain, name) && is_date(o->list))
			return 0;
	}
	*o = (struct orgdom){ 0 };
	return err_set(e, ERR_SYNTAX, "RFC 7489 3.2: not an organizational domain of this name");
}
