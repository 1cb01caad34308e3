/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "seal/bundle_layout.h"

struct writing {
	const struct bundle_in *in;
	struct bundle b;
	struct buf text, salts;
	struct bundle_packet *packet; /* sorted, each once */
	struct zip_writer zip;
};

static int
prepare_records(struct writing *w, struct err *e)
{
	for (size_t i = 0; i < w->in->n_records; i++) {
		const struct bundle_record *in = &w->in->record[i];
		struct bundle_part *p = &w->b.part[i];

		if (record_parse(in->record, &p->r, e) == -1)
			return -1;
		p->bytes = in->record;
		p->proof = in->proof;
		p->seq = p->r.head.seq;
		if (salts_add(&w->salts, p->seq, in->leaf_salt, &in->seed,
		        p->r.head.kind == RECORD_MESSAGE, in->values, e) == -1)
			return err_at(e, "record %llu", (unsigned long long)p->seq);
	}
	w->b.n_parts = w->in->n_records;
	bundle_put_text(&w->text, w->b.part, w->b.n_parts);
	w->b.text = buf_str(&w->text);
	if (buf_check(&w->salts, "salts", e) == -1)
		return -1;
	return bundle_parse(&w->b, e);
}

/* Insertion: there are a handful. */
static void
sort_packets(struct writing *w)
{
	for (size_t i = 0; i < w->in->n_packets; i++) {
		struct bundle_packet p = { sha256(w->in->packet[i]), w->in->packet[i], true };
		size_t at = w->b.n_packets;

		while (at > 0 && memcmp(w->packet[at - 1].hash.b, p.hash.b, 32) > 0)
			at--;
		if (at > 0 && hash_eq(w->packet[at - 1].hash, p.hash))
			continue;
		memmove(&w->packet[at + 1], &w->packet[at], (w->b.n_packets - at) * sizeof p);
		w->packet[at] = p;
		w->b.n_packets++;
	}
}

static int
add_file(struct writing *w, enum place place, const char *varying, struct str bytes, struct err *e)
{
	struct buf name = BUF_MAX(128);
	struct zip_file f = { .bytes = bytes };
	int rc;

	buf_printf(&name, "%s%s%s", places[place].before, varying, places[place].after);
	f.name = buf_str(&name);
	rc = zip_add(&w->zip, &f, e);
	buf_free(&name);
	return rc;
}

static int
add_parts(struct writing *w, enum place place, struct err *e)
{
	char seq[32];

	for (size_t i = 0; i < w->b.n_parts; i++) {
		const struct bundle_part *p = &w->b.part[i];

		snprintf(seq, sizeof seq, "%llu", (unsigned long long)p->seq);
		if (add_file(w, place, seq, place == PLACE_RECORD ? p->bytes : p->proof, e) == -1)
			return -1;
	}
	return 0;
}

static int
add_packets(struct writing *w, struct err *e)
{
	char hex[65];

	for (size_t i = 0; i < w->b.n_packets; i++)
		if (add_file(w, PLACE_PACKET, hex_encode(hex, w->packet[i].hash.b, 32),
		        w->packet[i].bytes, e) == -1)
			return -1;
	return 0;
}

static int
add_files(struct writing *w, struct err *e)
{
	if (add_file(w, PLACE_MIMETYPE, "", STR(BUNDLE_MIMETYPE), e) == -1 ||
	    add_file(w, PLACE_MESSAGE, "", w->in->message, e) == -1 ||
	    add_file(w, PLACE_TEXT, "", w->b.text, e) == -1 ||
	    add_parts(w, PLACE_RECORD, e) == -1 ||
	    add_file(w, PLACE_SALTS, "", buf_str(&w->salts), e) == -1 ||
	    add_parts(w, PLACE_PROOF, e) == -1 || add_packets(w, e) == -1)
		return -1;
	return zip_end(&w->zip, e);
}

int
bundle_write(const struct bundle_in *in, struct zip_sink sink, struct err *e)
{
	struct writing w = {
		.in = in,
		.text = BUF_MAX(LIMIT_BUNDLE_TEXT),
		.salts = BUF_MAX(LIMIT_BUNDLE_SALTS),
		.zip = zip_to(sink),
	};
	int rc = -1;

	w.b.part = calloc(in->n_records + 1, sizeof *w.b.part);
	w.packet = calloc(in->n_packets + 1, sizeof *w.packet);
	if (w.b.part == NULL || w.packet == NULL)
		abort();
	sort_packets(&w);
	if (prepare_records(&w, e) == 0)
		rc = add_files(&w, e);
	if (rc == -1)
		err_at(e, "bundle");
	free(w.b.part);
	free(w.packet);
	buf_free(&w.text);
	buf_free(&w.salts);
	zip_free(&w.zip);
	return rc;
}
