/* SPDX-License-Identifier: ISC */
#include "dns/zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "dns/ip.h"
#include "dns/name.h"
#include "dns/packet.h"

enum {
	RDATA_MAX = 65535,
	ALIASES_MAX = 16, /* as packet.c */
};

struct record {
	struct dns_name owner;
	uint16_t type; /* 0: every question for owner fails */
	struct str rdata;
};

struct zone {
	struct arena *arena;
	struct record *record;
	size_t n;
};

/* ---- reading data fields ---- */

/* A word, or a quoted string with its quotes gone, off *rest; escapes are still in it. */
static bool
field(struct str *rest, struct str *word, bool *quoted)
{
	size_t n = 0;

	while (rest->n > 0 && char_is_blank(rest->p[0]))
		*rest = str_from(*rest, 1);
	*quoted = rest->n > 0 && rest->p[0] == '"';
	if (*quoted)
		*rest = str_from(*rest, 1);
	if (rest->n == 0)
		return false;
	while (n < rest->n && (*quoted ? rest->p[n] != '"' : !char_is_blank(rest->p[n])))
		n += rest->p[n] == '\\' ? 2 : 1;
	*word = str_head(*rest, n);
	*rest = str_from(*rest, *quoted ? n + 1 : n);
	return true;
}

/* \DDD and \c become bytes; anything else stays. */
static void
unescape(struct str text, struct buf *out)
{
	while (text.n > 0) {
		unsigned v = 0;
		size_t n = 0;

		if (text.p[0] != '\\' || text.n == 1) {
			buf_byte(out, text.p[0]);
			text = str_from(text, 1);
			continue;
		}
		text = str_from(text, 1);
		for (; n < 3 && n < text.n && char_is_digit(text.p[n]); n++)
			v = v * 10 + (unsigned)(text.p[n] - '0');
		buf_byte(out, n == 3 ? (char)v : text.p[0]);
		text = str_from(text, n == 3 ? 3 : 1);
	}
}

/* Character strings; one longer than 255 bytes becomes several, which mean the same joined. */
static int
data_txt(struct str rest, struct buf *out, struct err *e)
{
	struct buf bytes = BUF_MAX(RDATA_MAX);
	struct str word, left;
	bool quoted;

	while (field(&rest, &word, &quoted)) {
		buf_clear(&bytes);
		unescape(word, &bytes);
		left = buf_str(&bytes);
		do {
			struct str part = str_head(left, 255);

			buf_byte(out, (char)part.n);
			buf_add(out, part);
			left = str_from(left, part.n);
		} while (left.n > 0);
	}
	buf_free(&bytes);
	return out->n > 0 ? 0 : err_set(e, ERR_SYNTAX, "RFC 1035 3.3.14: TXT without a string");
}

static int
data_name(struct str rest, struct buf *out, struct err *e)
{
	struct dns_name name;
	struct str word;
	bool quoted;

	if (!field(&rest, &word, &quoted))
		return err_set(e, ERR_SYNTAX, "a name is wanted");
	if (dns_name_parse(word, &name, e) == -1)
		return -1;
	buf_add(out, str_bytes(name.b, name.n));
	return 0;
}

static int
data_mx(struct str rest, struct buf *out, struct err *e)
{
	struct str word;
	uint64_t value;
	bool quoted;

	if (!field(&rest, &word, &quoted) || str_u64(word, UINT16_MAX, &value) == -1)
		return err_set(e, ERR_SYNTAX, "RFC 1035 3.3.9: MX wants a preference");
	buf_u16be(out, (uint16_t)value);
	return data_name(rest, out, e);
}

static int
data_address(struct str rest, uint8_t bytes, struct buf *out, struct err *e)
{
	struct ip a;
	struct str word;
	bool quoted;

	if (!field(&rest, &word, &quoted))
		return err_set(e, ERR_SYNTAX, "an address is wanted");
	if (ip_parse(word, &a, e) == -1)
		return -1;
	if (a.n != bytes)
		return err_set(e, ERR_SYNTAX, "an address of %u bits is wanted", 8u * bytes);
	buf_add(out, str_bytes(a.b, a.n));
	return 0;
}

static int
data_a(struct str rest, struct buf *out, struct err *e)
{
	return data_address(rest, 4, out, e);
}

static int
data_aaaa(struct str rest, struct buf *out, struct err *e)
{
	return data_address(rest, 16, out, e);
}

static const struct type {
	const char *name;
	uint16_t type;
	int (*data)(struct str rest, struct buf *out, struct err *e);
} types[] = {
	{ "A", DNS_A, data_a },
	{ "AAAA", DNS_AAAA, data_aaaa },
	{ "CNAME", DNS_CNAME, data_name },
	{ "MX", DNS_MX, data_mx },
	{ "NS", DNS_NS, data_name },
	{ "PTR", DNS_PTR, data_name },
	{ "SPF", 99, data_txt }, /* RFC 4408; nobody is to ask for it (RFC 7208 section 3.1) */
	{ "TXT", DNS_TXT, data_txt },
};

static const struct type *
find_type(struct str word)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (str_caseeq(word, str_of(types[i].name)))
			return &types[i];
	return NULL;
}

/* ---- reading lines ---- */

static int
add(struct zone *z, const struct dns_name *owner, uint16_t type, struct str rdata, struct err *e)
{
	struct record *r;

	if (z->n == LIMIT_ZONE_RECORDS)
		return err_set(e, ERR_LIMIT, "more than %u records", LIMIT_ZONE_RECORDS);
	if ((z->n & (z->n - 1)) == 0) {
		z->record = realloc(z->record, (z->n == 0 ? 1 : 2 * z->n) * sizeof *z->record);
		if (z->record == NULL)
			abort();
	}
	r = &z->record[z->n];
	*r = (struct record){ *owner, type, arena_str(z->arena, rdata) };
	if (r->rdata.p == NULL)
		return err_set(e, ERR_LIMIT, "larger than we take");
	z->n++;
	return 0;
}

/* `;! name TIMEOUT` */
static int
read_failure(struct zone *z, struct str rest, struct err *e)
{
	struct dns_name owner;
	struct str word, how;
	bool quoted;

	if (!field(&rest, &word, &quoted) || dns_name_parse(word, &owner, e) == -1)
		return err_set(e, ERR_SYNTAX, "a name is wanted after \";!\"");
	if (!field(&rest, &how, &quoted) ||
	    (!str_eq(how, STR("TIMEOUT")) && !str_eq(how, STR("SERVFAIL"))))
		return err_set(e, ERR_SYNTAX, "TIMEOUT or SERVFAIL is wanted after the name");
	return add(z, &owner, 0, STR(""), e);
}

static int
read_record(struct zone *z, struct str rest, struct err *e)
{
	struct buf rdata = BUF_MAX(RDATA_MAX);
	const struct type *type;
	struct dns_name owner;
	struct str word;
	uint64_t ttl;
	bool quoted;
	int rc = -1;

	if (!field(&rest, &word, &quoted))
		return err_set(e, ERR_SYNTAX, "RFC 1035 5.1: a name is wanted");
	if (dns_name_parse(word, &owner, e) == -1)
		return -1;
	do {
		if (!field(&rest, &word, &quoted))
			return err_set(e, ERR_SYNTAX, "RFC 1035 5.1: a type is wanted");
	} while (str_u64(word, UINT32_MAX, &ttl) == 0 || str_caseeq(word, STR("IN")));
	type = find_type(word);
	if (type == NULL)
		return 0;
	if (type->data(rest, &rdata, e) == 0 && buf_check(&rdata, "record", e) == 0)
		rc = add(z, &owner, type->type, buf_str(&rdata), e);
	buf_free(&rdata);
	return rc;
}

struct zone *
zone_parse(struct str text, const char *file, struct err *e)
{
	struct zone *z = calloc(1, sizeof *z);
	struct str line;
	int rc = 0;

	if (z == NULL)
		abort();
	z->arena = arena_new(LIMIT_ZONE);
	for (int number = 1; rc == 0 && str_line(&text, &line); number++) {
		line = str_trim(line);
		if (str_starts(line, STR(";!")))
			rc = read_failure(z, str_from(line, 2), e);
		else if (line.n > 0 && line.p[0] != ';')
			rc = read_record(z, line, e);
		if (rc == -1)
			err_at(e, "%s:%d", file, number);
	}
	if (rc == 0)
		return z;
	zone_free(z);
	return NULL;
}

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	arena_free(z->arena);
	free(z->record);
	free(z);
}

/* ---- answering ---- */

static bool
fails(const struct zone *z, const struct dns_name *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (z->record[i].type == 0 && dns_name_eq(&z->record[i].owner, name))
			return true;
	return false;
}

static bool
exists(const struct zone *z, const struct dns_name *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (dns_name_below(&z->record[i].owner, name))
			return true;
	return false;
}

/* Adds the records of that type at name to the packet; NULL, or the alias that was added. */
static const struct record *
add_records(const struct zone *z, const struct dns_name *name, uint16_t type, struct buf *packet)
{
	const struct record *alias = NULL;

	for (size_t i = 0; i < z->n; i++) {
		const struct record *r = &z->record[i];

		if (!dns_name_eq(&r->owner, name))
			continue;
		if (r->type == type)
			packet_add(packet, name, type, r->rdata);
		else if (r->type == DNS_CNAME && alias == NULL &&
		         packet_add(packet, name, DNS_CNAME, r->rdata))
			alias = r;
	}
	return alias;
}

/* False when the question, or an alias of it, is one that fails. */
static bool
build(const struct zone *z, const struct dns_name *question, uint16_t type, struct buf *packet)
{
	struct dns_name name = *question;
	const struct record *alias;

	packet_begin(packet, question, type, DNS_NOERROR);
	for (int hop = 0; hop <= ALIASES_MAX; hop++) {
		size_t at = 0;

		if (fails(z, &name))
			return false;
		alias = add_records(z, &name, type, packet);
		if (alias == NULL || type == DNS_CNAME)
			break;
		if (dns_name_unpack(alias->rdata, &at, &name, NULL) == -1)
			return false;
	}
	if (!exists(z, &name))
		packet->p[3] = (char)((packet->p[3] & ~15) | DNS_NXDOMAIN);
	return true;
}

int
zone_answer(const struct zone *z, struct arena *a, struct str name, enum dns_type type,
    struct dns_answer *answer, struct err *e)
{
	struct buf packet = BUF_MAX(LIMIT_DNS_PACKET);
	struct dns_name question;

	*answer =
	    (struct dns_answer){ .name = arena_str(a, name), .type = type, .outcome = DNS_FAILED };
	if (dns_name_parse(name, &question, NULL) == 0 &&
	    build(z, &question, (uint16_t)type, &packet)) {
		answer->outcome = DNS_ANSWERED;
		answer->packet = arena_str(a, buf_str(&packet));
		answer->packet_hash = sha256(buf_str(&packet));
	}
	buf_free(&packet);
	if (answer->name.p == NULL || (answer->outcome == DNS_ANSWERED && answer->packet.p == NULL))
		return err_set(e, ERR_LIMIT, "more DNS answers than an examination may hold");
	return 0;
}
