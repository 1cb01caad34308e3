/* SPDX-License-Identifier: ISC */
#include "auth/link.h"

#include "base/buf.h"
#include "base/hex.h"

enum {
	HOST_MAX = 200,  /* bytes of a host that are looked at */
	LINK_MAX = 512,  /* of a wrapped link, as far as it says where it leads */
	WRAPPED_MAX = 8, /* wrappers around it */
};

#define PROOFPOINT      "urldefense.proofpoint.com"
#define PROOFPOINT_LINK PROOFPOINT "/v2/url?u="

/* Where files are kept that a mail only points to; path: how it begins there. */
static const struct {
	const char *host, *path;
} stores[] = {
	{ "drive.google.com", "/" },
	{ "docs.google.com", "/" },
	{ "1drv.ms", "/" },
	{ "onedrive.live.com", "/" },
	{ "sharepoint.com", "/:" },
	{ "sharepoint.com", "/personal/" },
	{ "dropbox.com", "/s" },
	{ "dropbox.com", "/t/" },
	{ "wetransfer.com", "/downloads" },
	{ "we.tl", "/" },
	{ "icloud.com", "/attachment" },
	{ "icloud.com", "/iclouddrive/" },
	{ "box.com", "/s/" },
	{ "mega.nz", "/" },
};

/* Is the host that one, or below it?  As alabel_below has it, of names in ASCII: a body can be a million
 * links, and whether the bytes are, host_length knows. */
static bool
is_host(struct str host, struct str store)
{
	size_t extra = host.n - store.n;

	if (host.n < store.n || !str_caseeq(str_from(host, extra), store))
		return false;
	return extra == 0 || host.p[extra - 1] == '.';
}

static size_t
host_length(struct str link)
{
	size_t n = 0;

	while (n < link.n && n < HOST_MAX &&
	       (char_is_alpha(link.p[n]) || char_is_digit(link.p[n]) || link.p[n] == '-' ||
	           link.p[n] == '.'))
		n++;
	return n;
}

/* Of ":443" and the like. */
static size_t
port_length(struct str s)
{
	size_t n = 1;

	if (!str_starts(s, STR(":")))
		return 0;
	while (n < s.n && char_is_digit(s.p[n]))
		n++;
	return n;
}

/* At the start of what stands behind "//" in a link. */
static bool
is_stored(struct str link)
{
	size_t n = host_length(link);
	struct str host = str_head(link, n), path = str_from(link, n);

	if (n == 0)
		return false;
	path = str_from(path, port_length(path));
	for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++)
		if (is_host(host, str_of(stores[i].host)) &&
		    str_starts(path, str_of(stores[i].path)))
			return true;
	return false;
}

/* The byte that %XX is, the % of it written as %25 as often as it was wrapped; -1: it is none. */
static int
take_escaped(struct str *rest)
{
	struct str s = *rest;
	int high, low;

	if (!str_starts(s, STR("%")))
		return -1;
	s = str_from(s, 1);
	for (int n = 0; n < WRAPPED_MAX && str_starts(s, STR("25")); n++)
		s = str_from(s, 2);
	if (s.n < 2)
		return -1;
	high = hex_value(s.p[0]);
	low = hex_value(s.p[1]);
	if (high == -1 || low == -1)
		return -1;
	*rest = str_from(s, 2);
	return high << 4 | low;
}

static bool
ends_link(char c)
{
	return (unsigned char)c <= ' ' || c == '"' || c == '<' || c == '>' || c == '&';
}

/* What a link's query holds as another link; alone: but not what that one holds. */
static void
unescape(struct str escaped, bool alone, struct buf *out)
{
	while (escaped.n > 0 && out->n < out->max && !ends_link(escaped.p[0]) &&
	       !(alone && str_ends(buf_str(out), STR("//")))) {
		int byte = take_escaped(&escaped);

		if (byte == -1) {
			byte = escaped.p[0];
			escaped = str_from(escaped, 1);
		}
		buf_byte(out, (char)byte);
	}
}

/* The same of Proofpoint's version 2, which leaves no slash. */
static void
unescape_proofpoint(struct str escaped, struct buf *out)
{
	struct buf text = BUF_MAX(LINK_MAX);

	escaped = str_head(escaped, LINK_MAX);
	for (size_t i = 0; i < escaped.n && escaped.p[i] != '/' && !ends_link(escaped.p[i]); i++)
		buf_byte(&text, escaped.p[i] == '-'   ? '%'
		                : escaped.p[i] == '_' ? '/'
		                                      : escaped.p[i]);
	unescape(buf_str(&text), false, out);
	buf_free(&text);
}

/* Proofpoint writes what it wrapped into a query of its own. */
static bool
is_stored_by_proofpoint(struct str link)
{
	struct buf inner = BUF_MAX(LINK_MAX);
	struct str rest;
	ptrdiff_t at;
	bool stored = false;

	if (!str_casestarts(link, STR(PROOFPOINT_LINK)))
		return false;
	unescape_proofpoint(str_from(link, sizeof PROOFPOINT_LINK - 1), &inner);
	for (rest = buf_str(&inner); !stored && (at = str_find(rest, STR("//"))) != -1;) {
		rest = str_from(rest, (size_t)at + 2);
		stored = is_stored(rest);
	}
	buf_free(&inner);
	return stored;
}

static bool
leads_to_file(struct str link)
{
	return is_stored(link) || is_stored_by_proofpoint(link);
}

/* Is it worth unescaping what stands behind that host? */
static bool
is_known(struct str host)
{
	for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++)
		if (is_host(host, str_of(stores[i].host)))
			return true;
	return str_caseeq(host, STR(PROOFPOINT));
}

/* No wrapper escapes what a host has (RFC 3986 section 2.3). */
static bool
leads_to_file_escaped(struct str link)
{
	struct buf plain = BUF_MAX(LINK_MAX);
	bool leads;

	if (!is_known(str_head(link, host_length(link))))
		return false;
	unescape(link, true, &plain);
	leads = leads_to_file(buf_str(&plain));
	buf_free(&plain);
	return leads;
}

static bool
is_link(struct str s)
{
	return str_starts(s, STR("//")) && leads_to_file(str_from(s, 2));
}

static bool
is_escaped_link(struct str s)
{
	return take_escaped(&s) == '/' && take_escaped(&s) == '/' && leads_to_file_escaped(s);
}

/* Is there such a link, that begins with this byte? */
static bool
has_link(struct str text, char first, bool (*leads)(struct str))
{
	ptrdiff_t at;

	while ((at = str_chr(text, first)) != -1) {
		text = str_from(text, (size_t)at);
		if (leads(text))
			return true;
		text = str_from(text, 1);
	}
	return false;
}

bool
link_to_file(struct str text)
{
	return has_link(text, '/', is_link) || has_link(text, '%', is_escaped_link);
}
