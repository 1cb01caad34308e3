/* SPDX-License-Identifier: ISC */
/*
 * The records of a packet lie one behind the other, within it; a name has one text, that is read
 * back as the same name; and what was read, written again, reads the same.
 */
#include "dns/packet.h"

#include <stdlib.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_name(const struct dns_name *name)
{
	struct buf text = BUF_MAX(4 * DNS_NAME_MAX);
	struct dns_name again;
	size_t at = 0;

	dns_name_text(name, &text);
	if (text.over || dns_name_parse(buf_str(&text), &again, NULL) == -1 ||
	    !dns_name_eq(name, &again))
		abort();
	if (dns_name_unpack(str_bytes(name->b, name->n), &at, &again, NULL) == -1 ||
	    at != name->n || !dns_name_eq(name, &again))
		abort();
	buf_free(&text);
}

/* All records, added to out when that is not full; false when the packet breaks off. */
static bool
read_records(struct packet *p, struct buf *out)
{
	struct dns_rr rr;
	size_t end = p->at;
	int rc;

	while ((rc = packet_next(p, &rr, NULL)) == 1) {
		check_name(&rr.owner);
		if (rr.rdata_at < end + 1 + 10 || rr.rdata.p != p->bytes.p + rr.rdata_at ||
		    p->at != rr.rdata_at + rr.rdata.n || p->at > p->bytes.n)
			abort();
		end = p->at;
		packet_add(out, &rr.owner, rr.type, rr.rdata);
	}
	return rc == 0;
}

static void
check_rewritten(const struct buf *written, const struct dns_name *question)
{
	struct buf again = BUF_MAX(LIMIT_DNS_PACKET);
	struct packet p;

	if (packet_open(buf_str(written), &p, NULL) == -1 || !dns_name_eq(&p.question, question))
		abort();
	packet_begin(&again, question, p.question_type, (enum dns_rcode)p.rcode);
	if (!read_records(&p, &again) || p.at != written->n ||
	    !str_eq(buf_str(&again), buf_str(written)))
		abort();
	buf_free(&again);
}

/* What is taken out of a packet is not more than is in it. */
static void
check_txt(struct str bytes, const struct dns_name *question)
{
	struct buf name = BUF_MAX(4 * DNS_NAME_MAX);
	struct arena *a = arena_new(1 << 20);
	struct str *values;
	size_t n, total = 0;

	dns_name_text(question, &name);
	if (packet_txt(a, bytes, buf_str(&name), &values, &n, NULL) == PACKET_FOUND)
		for (size_t i = 0; i < n; i++)
			total += values[i].n;
	if (total > bytes.n)
		abort();
	arena_free(a);
	buf_free(&name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_bytes(data, size);
	struct buf written = BUF_MAX(LIMIT_DNS_PACKET);
	struct packet p;

	if (packet_open(bytes, &p, NULL) == -1)
		return 0;
	check_name(&p.question);
	packet_begin(&written, &p.question, p.question_type, (enum dns_rcode)p.rcode);
	read_records(&p, &written);
	check_rewritten(&written, &p.question);
	check_txt(bytes, &p.question);
	buf_free(&written);
	return 0;
}
