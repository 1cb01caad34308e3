/* SPDX-License-Identifier: ISC */
#include "dns/ip.h"

#include <string.h>

enum {
	GROUPS = 8,
};

static int
parse_ipv4(struct str text, uint8_t *b, struct err *e)
{
	struct str part;
	uint64_t value;
	unsigned n = 0;

	for (; str_cut(&text, '.', &part); n++) {
		if (n == 4 || str_u64(part, 255, &value) == -1)
			return err_set(e, ERR_SYNTAX, "RFC 1035 3.4.1: not an IPv4 address");
		b[n] = (uint8_t)value;
	}
	return n == 4 ? 0 : err_set(e, ERR_SYNTAX, "RFC 1035 3.4.1: not an IPv4 address");
}

static int
parse_group(struct str text, uint8_t *b)
{
	unsigned group = 0;

	if (text.n == 0 || text.n > 4)
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		char c = char_lower(text.p[i]);

		if (!char_is_digit(c) && (c < 'a' || c > 'f'))
			return -1;
		group = group << 4 | (unsigned)(char_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	b[0] = (uint8_t)(group >> 8);
	b[1] = (uint8_t)group;
	return 0;
}

/* Groups between colons; none of an empty text.  What ends the address may have an IPv4 address as
 * the last two.  Adds to *n. */
static int
parse_groups(struct str text, bool ends, uint8_t b[16], size_t *n, struct err *e)
{
	struct str part;

	while (text.n > 0 && str_cut(&text, ':', &part)) {
		bool last = text.p == NULL;

		if (ends && last && *n + 2 <= GROUPS && str_chr(part, '.') != -1) {
			if (parse_ipv4(part, b + 2 * *n, e) == -1)
				return -1;
			*n += 2;
			continue;
		}
		if (*n == GROUPS || (!last && text.n == 0) || parse_group(part, b + 2 * *n) == -1)
			return err_set(e, ERR_SYNTAX, "RFC 4291 2.2: not an IPv6 address");
		++*n;
	}
	return 0;
}

/* "::" stands once, for one group of zeros or more. */
static int
parse_ipv6(struct str text, uint8_t b[16], struct err *e)
{
	ptrdiff_t gap = str_find(text, STR("::"));
	struct str head = gap == -1 ? text : str_head(text, (size_t)gap);
	uint8_t tail[16];
	size_t n = 0, n_tail = 0;

	memset(b, 0, 16);
	if (parse_groups(head, gap == -1, b, &n, e) == -1)
		return -1;
	if (gap != -1 &&
	    parse_groups(str_from(text, (size_t)gap + 2), true, tail, &n_tail, e) == -1)
		return -1;
	if (gap == -1 ? n != GROUPS : n + n_tail >= GROUPS)
		return err_set(e, ERR_SYNTAX, "RFC 4291 2.2: not an IPv6 address");
	memcpy(b + 16 - 2 * n_tail, tail, 2 * n_tail);
	return 0;
}

int
ip_parse(struct str text, struct ip *a, struct err *e)
{
	*a = (struct ip){ .n = str_chr(text, ':') == -1 ? 4 : 16 };
	if ((a->n == 4 ? parse_ipv4(text, a->b, e) : parse_ipv6(text, a->b, e)) == 0)
		return 0;
	a->n = 0;
	return -1;
}

struct ip
ip_of(struct str rdata)
{
	struct ip a = { 0 };

	if (rdata.n == 4 || rdata.n == 16) {
		a.n = (uint8_t)rdata.n;
		memcpy(a.b, rdata.p, rdata.n);
	}
	return a;
}

struct ip
ip_unmapped(struct ip a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (a.n != 16 || memcmp(a.b, mapped, sizeof mapped) != 0)
		return a;
	return ip_of(str_bytes(a.b + sizeof mapped, 4));
}

bool
ip_within(const struct ip *a, const struct ip *network, unsigned bits)
{
	size_t whole = bits / 8;
	uint8_t mask = (uint8_t)(0xff00u >> bits % 8);

	if (a->n == 0 || a->n != network->n || bits > 8u * a->n)
		return false;
	return memcmp(a->b, network->b, whole) == 0 &&
	       (bits % 8 == 0 || ((a->b[whole] ^ network->b[whole]) & mask) == 0);
}

static unsigned
group(const struct ip *a, size_t i)
{
	return (unsigned)a->b[2 * i] << 8 | a->b[2 * i + 1];
}

/* RFC 5952 4.2: the first of the longest runs of zeros, of two or more. */
static size_t
longest_zeros(const struct ip *a, size_t *length)
{
	size_t at = GROUPS, run = 0;

	*length = 1;
	for (size_t i = 0; i < GROUPS; i++) {
		run = group(a, i) == 0 ? run + 1 : 0;
		if (run > *length) {
			*length = run;
			at = i + 1 - run;
		}
	}
	return at;
}

void
ip_text(const struct ip *a, struct buf *out)
{
	size_t length, gap = longest_zeros(a, &length);

	if (a->n == 4)
		buf_printf(out, "%u.%u.%u.%u", a->b[0], a->b[1], a->b[2], a->b[3]);
	for (size_t i = 0; a->n == 16 && i < GROUPS; i++) {
		if (i == gap) {
			buf_add(out, STR("::"));
			i += length - 1;
			continue;
		}
		buf_printf(out, "%s%x", i == 0 || i == gap + length ? "" : ":", group(a, i));
	}
}
