/* SPDX-License-Identifier: ISC */
/*
 * The first line is a name, the rest a zone: what it answers is a packet to that question, whose
 * records belong to the name or to what it is an alias of, and its texts, written as a zone anew,
 * are answered the same.
 */
#include "dns/zone.h"

#include <stdlib.h>

#include "base/limits.h"
#include "dns/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every record is that of the name, or of what the name before it is an alias of. */
static void
check_owners(struct str bytes, enum dns_type type)
{
	struct dns_name owner, alias;
	struct packet p;
	struct dns_rr rr;
	int rc;

	if (packet_open(bytes, &p, NULL) == -1 || p.question_type != type)
		abort();
	owner = alias = p.question;
	while ((rc = packet_next(&p, &rr, NULL)) == 1) {
		size_t at = rr.rdata_at;

		if (!dns_name_eq(&rr.owner, &owner))
			owner = alias;
		if (!dns_name_eq(&rr.owner, &owner) || (rr.type != type && rr.type != DNS_CNAME))
			abort();
		if (rr.type == DNS_CNAME && dns_name_unpack(bytes, &at, &alias, NULL) == -1)
			abort();
	}
	if (rc != 0 || p.at != bytes.n)
		abort();
}

/* One line, each byte of the value as \DDD. */
static void
write_txt(struct buf *zone, struct str name, struct str value)
{
	buf_add(zone, name);
	buf_add(zone, STR(". 1 IN TXT \""));
	for (size_t i = 0; i < value.n; i++)
		buf_printf(zone, "\\%03u", (unsigned char)value.p[i]);
	buf_add(zone, STR("\"\n"));
}

static void
check_texts(struct arena *a, struct str name, const struct str *values, size_t n)
{
	struct buf text = BUF_MAX(16u << 20);
	struct dns_answer answer;
	struct str *again;
	struct zone *z;
	size_t n_again;

	for (size_t i = 0; i < n; i++)
		write_txt(&text, name, values[i]);
	z = zone_parse(buf_str(&text), "again", NULL);
	if (z == NULL || zone_answer(z, a, name, DNS_TXT, &answer, NULL) == -1 ||
	    packet_txt(a, answer.packet, name, &again, &n_again, NULL) != PACKET_FOUND ||
	    n_again != n)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!str_eq(values[i], again[i]))
			abort();
	zone_free(z);
	buf_free(&text);
}

static void
check(const struct zone *z, struct arena *a, struct str name, enum dns_type type)
{
	struct dns_answer answer;
	struct str *values;
	size_t n;

	if (zone_answer(z, a, name, type, &answer, NULL) == -1 || answer.outcome == DNS_FAILED)
		return;
	check_owners(answer.packet, type);
	if (type == DNS_TXT &&
	    packet_txt(a, answer.packet, name, &values, &n, NULL) == PACKET_FOUND)
		check_texts(a, name, values, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum dns_type types[] = { DNS_TXT, DNS_A, DNS_AAAA, DNS_MX, DNS_CNAME };
	struct str text = str_bytes(data, size), name;
	struct arena *a;
	struct zone *z;

	if (size > 1 << 16 || !str_line(&text, &name))
		return 0;
	z = zone_parse(text, "zone", NULL);
	if (z == NULL)
		return 0;
	a = arena_new(16u << 20);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		check(z, a, name, types[i]);
	arena_free(a);
	zone_free(z);
	return 0;
}
