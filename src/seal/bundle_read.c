/* SPDX-License-Identifier: ISC */
#include "base/hex.h"
#include "base/limits.h"
#include "seal/bundle_layout.h"

/* Is it a name of that row?  What varies in it goes to *varying. */
static bool
is_place(const struct place_row *row, struct str name, struct str *varying)
{
	struct str before = str_of(row->before), after = str_of(row->after);
	uint64_t seq;
	uint8_t hash[32];

	if (!str_starts(name, before) || !str_ends(name, after) || name.n < before.n + after.n)
		return false;
	*varying = str_head(str_from(name, before.n), name.n - before.n - after.n);
	switch (row->middle) {
	case MIDDLE_SEQ:
		return str_u64(*varying, INT64_MAX, &seq) == 0;
	case MIDDLE_HASH:
		return varying->n == 64 && hex_decode(*varying, hash, sizeof hash) == 0;
	default:
		return varying->n == 0;
	}
}

/* Numbers without leading zeros, and hashes: in both the shorter is less, then the bytes say. */
static bool
is_less(struct str a, struct str b)
{
	return a.n != b.n ? a.n < b.n : str_cmp(a, b) < 0;
}

struct reading {
	struct zip zip;
	size_t next;
	struct bundle *b;
	size_t n_proofs;
};

static int
take_record(struct reading *r, struct str seq, struct str bytes)
{
	struct bundle_part *p = &r->b->part[r->b->n_parts++];

	*p = (struct bundle_part){ .bytes = bytes };
	return str_u64(seq, INT64_MAX, &p->seq);
}

static int
take_proof(struct reading *r, struct str seq, struct str bytes)
{
	struct bundle_part *p = &r->b->part[r->n_proofs];
	uint64_t n;

	if (r->n_proofs++ == r->b->n_parts || str_u64(seq, INT64_MAX, &n) == -1 || n != p->seq)
		return -1;
	p->proof = bytes;
	return 0;
}

static int
take_packet(struct reading *r, struct str hash, struct str bytes)
{
	struct bundle_packet *p = &r->b->packet[r->b->n_packets++];

	*p = (struct bundle_packet){ sha256(bytes), bytes, false };
	return hash_eq(p->hash, grammar_hash(hash)) ? 0 : -1;
}

static int
take(struct reading *r, enum place place, struct str varying, struct str bytes)
{
	switch (place) {
	case PLACE_MIMETYPE:
		return str_eq(bytes, STR(BUNDLE_MIMETYPE)) ? 0 : -1;
	case PLACE_MESSAGE:
		r->b->message = bytes;
		return 0;
	case PLACE_TEXT:
		r->b->text = bytes;
		return 0;
	case PLACE_RECORD:
		return take_record(r, varying, bytes);
	case PLACE_SALTS:
		r->b->salts = bytes;
		return 0;
	case PLACE_PROOF:
		return take_proof(r, varying, bytes);
	default:
		return take_packet(r, varying, bytes);
	}
}

/* All files of one place: one, or any number in ascending order. */
static int
take_place(struct reading *r, enum place place, struct err *e)
{
	struct str varying, last = { 0 };
	size_t first = r->next;

	while (r->next < r->zip.n) {
		const struct zip_file *f = &r->zip.file[r->next];

		if (!is_place(&places[place], f->name, &varying))
			break;
		if (r->next > first && !is_less(last, varying))
			break;
		if (take(r, place, varying, f->bytes) == -1)
			return err_set(
			    e, ERR_SYNTAX, "%.*s: not what its name says", STR_FMT(f->name));
		last = varying;
		r->next++;
	}
	if (places[place].middle == MIDDLE_NONE && r->next == first)
		return err_set(e, ERR_SYNTAX, "here should be the file %s", places[place].before);
	return 0;
}

/* The lines of mailseal/salts belong to the records, in their order. */
static int
share_salts(struct bundle *b, struct err *e)
{
	struct str rest = b->salts, before = rest;
	struct salt s;
	size_t i = 0;
	int rc;

	while ((rc = salts_next(&rest, &s, e)) == 1) {
		while (i < b->n_parts && b->part[i].seq != s.seq)
			i++;
		if (i == b->n_parts)
			return err_set(e, ERR_SYNTAX, "salts: of a record that is not here");
		if (b->part[i].salts.p == NULL)
			b->part[i].salts = str_head(before, 0);
		b->part[i].salts.n += before.n - rest.n;
		before = rest;
	}
	return rc;
}

int
bundle_read(struct arena *a, struct str bytes, struct bundle *b, struct err *e)
{
	struct reading r = { .b = b };

	*b = (struct bundle){ 0 };
	if (zip_read(a, bytes, &r.zip, e) == -1)
		return -1;
	b->part = arena_array(a, r.zip.n, sizeof *b->part);
	b->packet = arena_array(a, r.zip.n, sizeof *b->packet);
	if (b->part == NULL || b->packet == NULL)
		return err_set(e, ERR_LIMIT, "no room for the bundle's files");
	for (enum place place = 0; place < PLACES; place++)
		if (take_place(&r, place, e) == -1)
			return -1;
	if (r.next < r.zip.n)
		return err_set(e, ERR_SYNTAX, "%.*s: a file that has no place here",
		    STR_FMT(r.zip.file[r.next].name));
	if (r.n_proofs != b->n_parts || b->n_parts == 0)
		return err_set(e, ERR_SYNTAX, "each record has one proof, and there is a record");
	return share_salts(b, e);
}
