/* SPDX-License-Identifier: ISC */
#include "dns/packet.h"

#include <string.h>

#include "base/limits.h"

enum {
	HEADER = 12, /* bytes */
	CLASS_IN = 1,
	ALIASES_MAX = 16,  /* CNAME hops; resolvers give up at about as many */
	RECORDS_MAX = 512, /* of one type at one name; a packet holds no more that are of use */
};

static uint16_t
u16(struct str s, size_t at)
{
	return (uint16_t)((uint8_t)s.p[at] << 8 | (uint8_t)s.p[at + 1]);
}

int
packet_open(struct str bytes, struct packet *p, struct err *e)
{
	unsigned flags;

	*p = (struct packet){ .bytes = bytes, .at = HEADER };
	if (bytes.n < HEADER || bytes.n > LIMIT_DNS_PACKET)
		return err_set(e, ERR_SYNTAX, "RFC 1035 4.1.1: packet of %zu bytes", bytes.n);
	flags = u16(bytes, 2);
	p->rcode = flags & 15;
	p->truncated = (flags & 0x0200) != 0;
	for (int i = 0; i < 4; i++)
		p->count[i] = u16(bytes, 4 + 2 * (size_t)i);
	if ((flags & 0x8000) == 0 || (flags & 0x7800) != 0 || p->count[0] != 1)
		return err_set(e, ERR_SYNTAX, "RFC 1035 4.1.1: not the response to one query");
	if (dns_name_unpack(bytes, &p->at, &p->question, e) == -1)
		return -1;
	if (bytes.n - p->at < 4 || u16(bytes, p->at + 2) != CLASS_IN)
		return err_set(e, ERR_SYNTAX, "RFC 1035 4.1.2: question without type and class IN");
	p->question_type = u16(bytes, p->at);
	p->at += 4;
	return 0;
}

int
packet_next(struct packet *p, struct dns_rr *rr, struct err *e)
{
	int section = DNS_ANSWER;
	size_t n;

	while (section <= DNS_ADDITIONAL && p->count[section] == 0)
		section++;
	if (section > DNS_ADDITIONAL)
		return 0;
	p->count[section]--;
	if (dns_name_unpack(p->bytes, &p->at, &rr->owner, e) == -1)
		return -1;
	if (p->bytes.n - p->at < 10)
		return err_set(e, ERR_SYNTAX, "RFC 1035 4.1.3: record ends with the packet");
	rr->section = (enum dns_section)section;
	rr->type = u16(p->bytes, p->at);
	rr->class = u16(p->bytes, p->at + 2);
	rr->ttl = (uint32_t)u16(p->bytes, p->at + 4) << 16 | u16(p->bytes, p->at + 6);
	n = u16(p->bytes, p->at + 8);
	rr->rdata_at = p->at + 10;
	if (n > p->bytes.n - rr->rdata_at)
		return err_set(e, ERR_SYNTAX, "RFC 1035 4.1.3: %zu bytes of data announced", n);
	rr->rdata = str_head(str_from(p->bytes, rr->rdata_at), n);
	p->at = rr->rdata_at + n;
	return 1;
}

/*
 * The records of that type at owner in the answer section; data is NULL when they are only to be
 * counted.  *alias is set, and *has_alias, when there is a CNAME.  Returns their number, or -1.
 */
static int
at_owner(struct packet p, const struct dns_name *owner, uint16_t type, struct dns_data *data,
    struct dns_name *alias, bool *has_alias, struct err *e)
{
	struct dns_rr next;
	int n = 0, rc;

	*has_alias = false;
	while ((rc = packet_next(&p, &next, e)) == 1 && next.section == DNS_ANSWER) {
		if (next.class != CLASS_IN || !dns_name_eq(&next.owner, owner))
			continue;
		if (next.type == type && n < RECORDS_MAX) {
			if (data != NULL)
				data[n] = (struct dns_data){ next.rdata, next.rdata_at };
			n++;
		}
		if (next.type == DNS_CNAME && !*has_alias) {
			size_t at = next.rdata_at;

			if (dns_name_unpack(p.bytes, &at, alias, e) == -1)
				return -1;
			*has_alias = true;
		}
	}
	return rc == -1 ? -1 : n;
}

static enum packet_answer
follow(struct arena *a, struct packet *p, uint16_t type, struct dns_data **data, size_t *n,
    struct err *e)
{
	struct dns_name owner = p->question, alias;
	bool has_alias = true;
	int count = 0;

	for (int hop = 0; hop <= ALIASES_MAX && has_alias; hop++) {
		count = at_owner(*p, &owner, type, NULL, &alias, &has_alias, e);
		if (count == -1)
			return PACKET_MALFORMED;
		if (count > 0)
			break;
		if (has_alias)
			owner = alias;
	}
	if (count == 0)
		return p->rcode == DNS_NXDOMAIN ? PACKET_NXDOMAIN : PACKET_NODATA;
	*data = arena_array(a, (size_t)count, sizeof **data);
	if (*data == NULL)
		return PACKET_MALFORMED;
	*n = (size_t)at_owner(*p, &owner, type, *data, &alias, &has_alias, e);
	return PACKET_FOUND;
}

enum packet_answer
packet_records(struct arena *a, struct str bytes, struct str name, enum dns_type type,
    struct dns_data **data, size_t *n, struct err *e)
{
	struct dns_name asked;
	struct packet p;

	*n = 0;
	if (packet_open(bytes, &p, e) == -1 || dns_name_parse(name, &asked, e) == -1)
		return PACKET_MALFORMED;
	if (p.truncated || (p.rcode != DNS_NOERROR && p.rcode != DNS_NXDOMAIN)) {
		err_set(e, ERR_SYNTAX, "RFC 1035 4.1.1: truncated, or response code %u", p.rcode);
		return PACKET_MALFORMED;
	}
	if (!dns_name_eq(&asked, &p.question) || p.question_type != type) {
		err_set(e, ERR_SYNTAX, "RFC 1035 4.1.2: the answer to another question");
		return PACKET_MALFORMED;
	}
	return follow(a, &p, type, data, n, e);
}

/* Character strings, each with its length before it, into one (RFC 1035 section 3.3.14). */
static int
join(struct arena *a, struct str rdata, struct str *value, struct err *e)
{
	char *p = arena_alloc(a, rdata.n + 1);
	size_t n = 0;

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "TXT records larger than we take");
	while (rdata.n > 0) {
		size_t part = (uint8_t)rdata.p[0];

		if (part > rdata.n - 1)
			return err_set(
			    e, ERR_SYNTAX, "RFC 1035 3.3.14: string ends with the record");
		memcpy(p + n, rdata.p + 1, part);
		n += part;
		rdata = str_from(rdata, 1 + part);
	}
	*value = (struct str){ p, n };
	return 0;
}

enum packet_answer
packet_txt(struct arena *a, struct str bytes, struct str name, struct str **values, size_t *n,
    struct err *e)
{
	struct dns_data *data;
	enum packet_answer answer = packet_records(a, bytes, name, DNS_TXT, &data, n, e);

	if (answer != PACKET_FOUND)
		return answer;
	*values = arena_array(a, *n, sizeof **values);
	if (*values == NULL)
		return PACKET_MALFORMED;
	for (size_t i = 0; i < *n; i++)
		if (join(a, data[i].rdata, &(*values)[i], e) == -1)
			return PACKET_MALFORMED;
	return PACKET_FOUND;
}

void
packet_begin(struct buf *out, const struct dns_name *question, uint16_t type, enum dns_rcode rcode)
{
	buf_u16be(out, 0);
	buf_u16be(out, (uint16_t)(0x8180 | rcode)); /* response, recursion desired and available */
	buf_u16be(out, 1);
	buf_u16be(out, 0);
	buf_u32be(out, 0);
	buf_add(out, str_bytes(question->b, question->n));
	buf_u16be(out, type);
	buf_u16be(out, CLASS_IN);
}

bool
packet_add(struct buf *out, const struct dns_name *owner, uint16_t type, struct str rdata)
{
	uint16_t count = u16(buf_str(out), 6);

	if (rdata.n > UINT16_MAX || count == UINT16_MAX ||
	    out->n + owner->n + 10 + rdata.n > LIMIT_DNS_PACKET)
		return false;
	buf_add(out, str_bytes(owner->b, owner->n));
	buf_u16be(out, type);
	buf_u16be(out, CLASS_IN);
	buf_u32be(out, 0);
	buf_u16be(out, (uint16_t)rdata.n);
	buf_add(out, rdata);
	count++;
	out->p[6] = (char)(count >> 8);
	out->p[7] = (char)count;
	return true;
}
