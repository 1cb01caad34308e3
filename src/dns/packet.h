/* SPDX-License-Identifier: ISC */
#ifndef DNS_PACKET_H
#define DNS_PACKET_H

#include "base/arena.h"
#include "dns/evidence.h"
#include "dns/name.h"

/*
 * packet: a DNS response read as it is (RFC 1035 section 4), record by record, and a response
 * written.  Everything read stays a view into the packet.
 */
enum dns_rcode {
	DNS_NOERROR = 0,
	DNS_SERVFAIL = 2,
	DNS_NXDOMAIN = 3,
};

enum dns_section {
	DNS_ANSWER = 1,
	DNS_AUTHORITY = 2,
	DNS_ADDITIONAL = 3,
};

struct packet {
	struct str bytes;
	unsigned rcode;
	bool truncated;
	struct dns_name question;
	uint16_t question_type;
	uint16_t count[4]; /* left in each section; [0] is the question's */
	size_t at;         /* of the next record */
};

struct dns_rr {
	enum dns_section section;
	struct dns_name owner;
	uint16_t type, class;
	uint32_t ttl;     /* seconds */
	struct str rdata; /* a view; names in it may be compressed: unpack at rdata_at */
	size_t rdata_at;  /* offset in the packet */
};

/* A response with exactly one question: 0, or -1 on ERR_SYNTAX. */
int packet_open(struct str bytes, struct packet *p, struct err *e);
/* The next record: 1, 0 at the end, -1 on ERR_SYNTAX. */
int packet_next(struct packet *p, struct dns_rr *rr, struct err *e);

/* The data of a record, a view; names in it may be compressed: unpack at rdata_at. */
struct dns_data {
	struct str rdata;
	size_t rdata_at;
};

enum packet_answer {
	PACKET_MALFORMED, /* not to be believed: as if there were no answer */
	PACKET_NXDOMAIN,  /* the name, or what it is an alias of, does not exist */
	PACKET_NODATA,    /* it has no such records */
	PACKET_FOUND,
};

/*
 * The records of one type that answer the packet's question for that name, aliases (CNAME)
 * followed inside the packet, at most 16.  On PACKET_FOUND *data is an array in the arena.
 */
enum packet_answer packet_records(struct arena *a, struct str bytes, struct str name,
    enum dns_type type, struct dns_data **data, size_t *n, struct err *e);
/*
 * The TXT values for name, each its strings joined without blanks (RFC 6376 section 3.6.2.2,
 * RFC 7208 section 3.3), copied to the arena.
 */
enum packet_answer packet_txt(struct arena *a, struct str bytes, struct str name,
    struct str **values, size_t *n, struct err *e);

/* A response being written: start, then each record, all in the answer section. */
void packet_begin(
    struct buf *out, const struct dns_name *question, uint16_t type, enum dns_rcode rcode);
/* false when the packet or the record is full, and nothing was added. */
bool packet_add(struct buf *out, const struct dns_name *owner, uint16_t type, struct str rdata);

#endif
