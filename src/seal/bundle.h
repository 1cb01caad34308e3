/* SPDX-License-Identifier: ISC */
#ifndef SEAL_BUNDLE_H
#define SEAL_BUNDLE_H

#include "seal/record.h"
#include "seal/values.h"
#include "seal/zip.h"

/*
 * bundle: everything about one message in one file (FORMATS section 7; mailseal-bundle(5)):
 *
 *	mimetype  message.eml  mailseal/bundle.txt  mailseal/record-<seq>.txt …  mailseal/salts
 *	mailseal/leaf-<seq>.proof …  mailseal/dns/<sha256>.pkt …
 *
 * Files come in this order, those of one kind ascending.  Records are: the log's first, the
 * message's, every examination of it, and the key records these name.
 */
struct bundle_record {
	struct str record;
	struct hash leaf_salt;
	struct seed seed;  /* zeros for a record without commitments */
	struct str values; /* its value lines (values.h), may be empty */
	struct str proof;  /* C2SP tlog-proof@v1: its leaf, and a signed checkpoint */
};

struct bundle_in {
	struct str message;
	const struct bundle_record *record; /* ascending by seq */
	size_t n_records;
	const struct str *packet; /* DNS answers, any order, perhaps twice */
	size_t n_packets;
};

/* -1 as the sink says; ERR_SYNTAX for a record or values that cannot be read; ERR_LIMIT. */
int bundle_write(const struct bundle_in *in, struct zip_sink sink, struct err *e);

struct bundle_part {
	uint64_t seq;
	struct str bytes, proof;
	struct str salts; /* its lines of mailseal/salts */
	struct hash hash; /* of the record */
	struct record r;  /* after bundle_parse */
};

struct bundle_packet {
	struct hash hash;
	struct str bytes;
	bool named; /* by a record, as the verifier finds out */
};

/* What was read: views into the bytes, arrays in the arena. */
struct bundle {
	struct str message, text, salts;
	struct bundle_part *part;
	size_t n_parts;
	struct bundle_packet *packet;
	size_t n_packets;
	/* after bundle_parse */
	const struct bundle_part *start, *letter; /* of kind log, of kind message */
};

/* The container: 0, or -1 with ERR_SYNTAX or ERR_LIMIT.  Records and proofs are not looked at. */
int bundle_read(struct arena *a, struct str bytes, struct bundle *b, struct err *e);

/*
 * The records: each parses, all are of one log, the message's is there once, examinations are of
 * it, key records are named by one, and bundle.txt says so.  0, or -1 with ERR_SYNTAX.
 */
int bundle_parse(struct bundle *b, struct err *e);

#endif
