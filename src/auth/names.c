/* SPDX-License-Identifier: ISC */
#include "auth/names.h"

#include "auth/sender.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "dns/alabel.h"
#include "dns/script.h"
#include "msg/address.h"
#include "msg/encoded.h"

enum {
	SHOWN_MAX = 1024, /* bytes of a name or subject, as written, that are looked at */
};

/* C0, DEL, C1, and what turns the order of what is shown around (UAX 9). */
static bool
is_hidden(uint32_t c)
{
	if (c < 0x20)
		return c != '\t';
	return (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

bool
names_hide(struct str text)
{
	uint32_t c;

	while (utf8_next(&text, &c))
		if (is_hidden(c))
			return true;
	return false;
}

static bool
is_host_char(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '.';
}

/* The part of s that could be a host name, from its start. */
static struct str
host(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_host_char(s.p[n]))
		n++;
	while (n > 0 && s.p[n - 1] == '.')
		n--;
	return str_head(s, n);
}

/* "St.John" and "Co.KG" are no host names: a few suffixes, and three letters before them. */
static bool
is_site(struct str name)
{
	static const char *const suffix[] = { ".com", ".net", ".org", ".gov", ".edu", ".info",
		".biz", ".bank", ".eu", ".es", ".de", ".fr", ".it", ".pt", ".uk" };

	for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
		struct str end = str_of(suffix[i]), label;

		if (name.n <= end.n || !str_caseeq(str_from(name, name.n - end.n), end))
			continue;
		label = str_head(name, name.n - end.n);
		return label.n >= 3 && str_chr(str_from(label, label.n - 3), '.') == -1;
	}
	return false;
}

/* As the eye takes it: wide forms of ASCII are ASCII, and what has no width is not there. */
static void
flatten(struct buf *out, struct str text)
{
	uint32_t c;

	while (utf8_next(&text, &c)) {
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xff01 - '!';
		else if (c == 0xfe6b)
			c = '@';
		else if (c == 0x3002 || c == 0xff61 || c == 0xfe52)
			c = '.';
		if (!utf8_is_control(c))
			utf8_add(out, c);
	}
}

static bool
is_beyond_ascii(char c)
{
	return (unsigned char)c > 127;
}

/* From a place where none goes on: a host name of any script that is the mailbox's own domain. */
static size_t
own(struct str s, struct str domain)
{
	size_t n = 0;

	while (n < s.n && (is_host_char(s.p[n]) || is_beyond_ascii(s.p[n])))
		n++;
	return n > 0 && sender_is_related(str_head(s, n), domain) ? n : 0;
}

/* An address or a site in a display name that is not the mailbox's own. */
static void
read_name(struct str text, struct str domain, struct findings *found)
{
	char before = ' ';

	while (text.n > 0) {
		size_t n = is_beyond_ascii(before) ? 0 : own(text, domain);
		struct str word = n > 0 ? str_head(text, 0) : host(text);

		if (str_chr(word, '.') != -1 && !sender_is_related(word, domain)) {
			if (before == '@')
				found->is[FINDING_DISPLAY_NAME_ADDRESS] = true;
			else if (is_site(word) && !str_starts(str_from(text, word.n), STR("@")))
				found->is[FINDING_DISPLAY_NAME_DOMAIN] = true;
		}
		n = n > 0 ? n : word.n > 0 ? word.n : 1;
		before = text.p[n - 1];
		text = str_from(text, n);
	}
}

static void
decode(struct buf *out, struct str dressed)
{
	encoded_field_ascii(out, str_head(str_trim(dressed), SHOWN_MAX));
}

static void
read_shown(struct str dressed, struct str domain, struct findings *found)
{
	struct buf name = BUF_MAX(4 * SHOWN_MAX), flat = BUF_MAX(4 * SHOWN_MAX);

	decode(&name, dressed);
	flatten(&flat, buf_str(&name));
	read_name(buf_str(&flat), domain, found);
	if (dressed.n > SHOWN_MAX) /* words of one letter each, blanks before them */
		found->is[FINDING_HIDDEN_CHARACTERS] = true;
	buf_free(&flat);
	buf_free(&name);
}

/*
 * Where no name stands before an address, readers show a comment beside it, or the group's name; and
 * of what is no address all.  What stands in the local part is read, too: "<a@x.example,b@y.example>"
 * is one address to us, of y.example, and to others it is two.
 */
static void
read_beside(struct str all, const struct address *m, struct str domain, struct findings *found)
{
	const char *from = m->display.n > 0 ? m->local.p : all.p;
	const char *behind = m->domain.p + m->domain.n;

	if (m->domain.n == 0) {
		read_shown(all, domain, found);
		return;
	}
	read_shown(str_bytes(from, (size_t)(m->domain.p - from)), domain, found);
	if (m->display.n == 0)
		read_shown(str_from(all, (size_t)(behind - all.p)), domain, found);
}

static void
read_mailbox(struct str all, const struct address *m, struct findings *found)
{
	struct buf domain = BUF_MAX(ALABEL_NAME_MAX);

	if (alabel_name(m->domain, &domain, NULL) == -1)
		buf_add(&domain, str_head(m->domain, domain.max));
	if (script_is_mixed(buf_str(&domain)))
		found->is[FINDING_MIXED_SCRIPTS] = true;
	else if (script_looks_ascii(buf_str(&domain)))
		found->is[FINDING_LOOK_ALIKE_DOMAIN] = true;
	read_shown(m->display, buf_str(&domain), found);
	read_beside(all, m, buf_str(&domain), found);
	buf_free(&domain);
}

static void
read_from(const struct header *h, struct findings *found)
{
	struct str rest = h->body;
	struct address m;
	bool named = false;
	unsigned n;

	for (n = 0; n < LIMIT_AUTHORS; n++) {
		struct str all = rest;

		if (!address_next(&rest, &m))
			break;
		all.n -= rest.n;
		named = named || m.domain.n > 0;
		read_mailbox(all, &m, found);
	}
	found->is[FINDING_NO_AUTHOR_ADDRESS] = !named;
	if (n > 1)
		found->is[FINDING_SEVERAL_FROM_ADDRESSES] = true;
}

/* Does a person read it? */
static bool
is_shown(struct str name)
{
	static const char *const shown[] = { "from", "to", "cc", "subject", "reply-to" };

	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
		if (str_caseeq(name, str_of(shown[i])))
			return true;
	return false;
}

/* Words whose ASCII is not that of their bytes: nobody has a reason to write them (RFC 2781 4). */
static bool
has_opaque_word(struct str body)
{
	static const char *const charset[] = { "utf-7?", "utf-16", "utf-32", "unicode-1-1-utf-7?" };

	for (ptrdiff_t at; (at = str_find(body, STR("=?"))) != -1;) {
		body = str_from(body, (size_t)at + 2);
		for (size_t i = 0; i < sizeof charset / sizeof charset[0]; i++)
			if (str_casestarts(body, str_of(charset[i])))
				return true;
	}
	return false;
}

static void
read_hidden(const struct header *h, struct findings *found)
{
	struct buf text = BUF_MAX(4 * SHOWN_MAX);

	if (!is_shown(h->name))
		return;
	decode(&text, h->body);
	if (names_hide(buf_str(&text)) || has_opaque_word(h->body))
		found->is[FINDING_HIDDEN_CHARACTERS] = true;
	buf_free(&text);
}

void
names_read(const struct fields *f, struct findings *found)
{
	const struct header *from = fields_top(f, STR("from"));

	for (uint32_t i = 0; i < f->n; i++)
		read_hidden(&f->field[i], found);
	/* Of several the first, as most readers do; that there are several is a finding. */
	if (from != NULL)
		read_from(from, found);
}
