/* SPDX-License-Identifier: ISC */
#include "dns/name.h"

#include <string.h>

enum {
	LABEL_MAX = 63,     /* RFC 1035 section 2.3.4 */
	POINTERS_MAX = 127, /* in one name: as many as it may have labels */
};

static const struct dns_name root = { 1, { 0 } };

/* Adds a label's bytes, lower case; the zero byte of the root is added at the end. */
static int
add_label(struct dns_name *name, const uint8_t *p, size_t n, struct err *e)
{
	if (n == 0 || n > LABEL_MAX)
		return err_set(e, ERR_SYNTAX, "RFC 1035 2.3.4: label of %zu bytes", n);
	if (name->n + 1 + n + 1 > DNS_NAME_MAX)
		return err_set(e, ERR_SYNTAX, "RFC 1035 2.3.4: name of more than 255 bytes");
	name->b[name->n++] = (uint8_t)n;
	for (size_t i = 0; i < n; i++)
		name->b[name->n++] = (uint8_t)char_lower((char)p[i]);
	return 0;
}

/* One character of a label off *text, escapes resolved. */
static int
unescape(struct str *text, uint8_t *c, struct err *e)
{
	unsigned v = 0;

	*c = (uint8_t)text->p[0];
	*text = str_from(*text, 1);
	if (*c != '\\')
		return 0;
	if (text->n == 0)
		return err_set(e, ERR_SYNTAX, "RFC 1035 5.1: nothing behind a backslash");
	if (!char_is_digit(text->p[0])) {
		*c = (uint8_t)text->p[0];
		*text = str_from(*text, 1);
		return 0;
	}
	for (int i = 0; i < 3; i++) {
		if (text->n == 0 || !char_is_digit(text->p[0]))
			return err_set(e, ERR_SYNTAX, "RFC 1035 5.1: \\DDD wants three digits");
		v = v * 10 + (unsigned)(text->p[0] - '0');
		*text = str_from(*text, 1);
	}
	if (v > 255)
		return err_set(e, ERR_SYNTAX, "RFC 1035 5.1: \\%u is no byte", v);
	*c = (uint8_t)v;
	return 0;
}

static int
parse(struct str text, bool escapes, struct dns_name *name, struct err *e)
{
	uint8_t label[LABEL_MAX + 1], c;
	size_t n = 0;

	name->n = 0;
	if (str_eq(text, STR(".")))
		text.n = 0;
	while (text.n > 0) {
		bool dot = text.p[0] == '.';

		c = (uint8_t)text.p[0];
		if (!escapes)
			text = str_from(text, 1);
		else if (unescape(&text, &c, e) == -1)
			return -1;
		if (!dot) {
			if (n > LABEL_MAX)
				return err_set(e, ERR_SYNTAX, "RFC 1035 2.3.4: label too long");
			label[n++] = c;
			continue;
		}
		if (add_label(name, label, n, e) == -1)
			return -1;
		n = 0;
	}
	if (n > 0 && add_label(name, label, n, e) == -1)
		return -1;
	name->b[name->n++] = 0;
	return 0;
}

int
dns_name_parse(struct str text, struct dns_name *name, struct err *e)
{
	return parse(text, true, name, e);
}

int
dns_name_of(struct str text, struct dns_name *name, struct err *e)
{
	return parse(text, false, name, e);
}

void
dns_name_text(const struct dns_name *name, struct buf *out)
{
	if (name->n <= 1) {
		buf_byte(out, '.');
		return;
	}
	for (size_t at = 0; name->b[at] != 0; at += 1 + name->b[at]) {
		if (at > 0)
			buf_byte(out, '.');
		for (size_t i = 1; i <= name->b[at]; i++) {
			uint8_t c = name->b[at + i];

			if (c <= ' ' || c > '~' || strchr(".\\\"();@$", c) != NULL)
				buf_printf(out, "\\%03u", c);
			else
				buf_byte(out, (char)c);
		}
	}
}

bool
dns_name_eq(const struct dns_name *a, const struct dns_name *b)
{
	return a->n == b->n && memcmp(a->b, b->b, a->n) == 0;
}

struct dns_name
dns_name_parent(const struct dns_name *name)
{
	struct dns_name up = root;

	if (name->n <= 1)
		return up;
	up.n = (uint8_t)(name->n - 1 - name->b[0]);
	memcpy(up.b, name->b + 1 + name->b[0], up.n);
	return up;
}

bool
dns_name_below(const struct dns_name *name, const struct dns_name *ancestor)
{
	struct dns_name n = *name;

	while (n.n > ancestor->n)
		n = dns_name_parent(&n);
	return dns_name_eq(&n, ancestor);
}

int
dns_name_unpack(struct str packet, size_t *at, struct dns_name *name, struct err *e)
{
	const uint8_t *p = (const uint8_t *)packet.p;
	size_t here = *at, least = *at;
	unsigned jumps = 0;

	name->n = 0;
	for (;;) {
		uint8_t n;

		if (here >= packet.n)
			return err_set(e, ERR_SYNTAX, "RFC 1035 3.1: name ends with the packet");
		n = p[here];
		if (n == 0)
			break;
		if ((n & 0xc0) == 0xc0) {
			if (here + 1 >= packet.n)
				return err_set(e, ERR_SYNTAX, "RFC 1035 4.1.4: half a pointer");
			if (jumps == 0)
				*at = here + 2;
			if (jumps++ == POINTERS_MAX)
				return err_set(e, ERR_SYNTAX, "RFC 1035 4.1.4: too many pointers");
			here = (size_t)(n & 0x3f) << 8 | p[here + 1];
			if (here >= least)
				return err_set(
				    e, ERR_SYNTAX, "RFC 1035 4.1.4: pointer not backwards");
			least = here;
			continue;
		}
		if (n > LABEL_MAX || here + 1 + n > packet.n)
			return err_set(e, ERR_SYNTAX, "RFC 1035 3.1: label of %u bytes", n);
		if (add_label(name, p + here + 1, n, e) == -1)
			return -1;
		here += 1 + (size_t)n;
	}
	if (jumps == 0)
		*at = here + 1;
	name->b[name->n++] = 0;
	return 0;
}
