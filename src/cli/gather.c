/* SPDX-License-Identifier: ISC */
#include "cli/gather.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/number.h"
#include "cli/unseal.h"
#include "seal/record.h"
#include "store/evidence.h"
#include "tlog/proof.h"

/* One record, opened. */
struct opened {
	uint64_t seq;
	struct buf bytes, values, proof;
	struct hash salt;
	struct slot slot; /* zeros: it hides nothing */
};

struct gather {
	struct unseal unseal;
	struct store_checkpoint checkpoint;
	struct buf note; /* of the checkpoint */
	uint64_t seq;    /* of the message's record */
	struct buf message;
	struct opened *opened;
	size_t n_opened;
	struct buf *packet;
	size_t n_packets;

	struct bundle_in in;
	struct bundle_record *record;
	struct str *packet_view;
};

static void *
more(void *array, size_t n, size_t size)
{
	void *p = (n & (n - 1)) != 0 ? array : realloc(array, (n == 0 ? 1 : 2 * n) * size);

	if (p == NULL)
		abort();
	return p;
}

/* ---- which records ---- */

static bool
has_record(const struct gather *g, uint64_t seq)
{
	for (size_t i = 0; i < g->n_opened; i++)
		if (g->opened[i].seq == seq)
			return true;
	return false;
}

static int
add_record(struct gather *g, const struct store_record *r, struct err *e)
{
	struct opened *o;

	if (has_record(g, r->seq))
		return 0;
	if (r->seq >= g->checkpoint.size)
		return err_set(e, ERR_RETRY,
		    "record %" PRIu64 " is in no checkpoint yet: mailseald signs one in a moment",
		    r->seq);
	g->opened = more(g->opened, g->n_opened, sizeof *g->opened);
	o = &g->opened[g->n_opened++];
	*o = (struct opened){ .seq = r->seq,
		.salt = r->salt,
		.bytes = BUF_MAX(LIMIT_RECORD),
		.values = BUF_MAX(LIMIT_VALUES),
		.proof = BUF_MAX(LIMIT_PROOF) };
	buf_add(&o->bytes, r->bytes);
	return 0;
}

static int
add_packet(struct gather *g, struct hash sha256, struct err *e)
{
	struct buf *b;
	int rc;

	g->packet = more(g->packet, g->n_packets, sizeof *g->packet);
	b = &g->packet[g->n_packets++];
	*b = (struct buf)BUF_MAX(LIMIT_DNS_PACKET);
	rc = evidence_get(store_db(g->unseal.store), sha256, b, e);
	if (rc == 0)
		return err_set(e, ERR_DAMAGED, "a DNS packet is missing that a record names");
	return rc == -1 ? -1 : 0;
}

/* The last argument of a signature's line: the key record it was verified with, or "-". */
static int
add_key(struct gather *g, const struct grammar_line *l, struct err *e)
{
	struct str key = l->arg[l->n - 1];
	struct store_record r;
	int rc;

	if (str_eq(key, STR("-")))
		return 0;
	rc = store_by_hash(g->unseal.store, grammar_hash(key), &r, e);
	if (rc == 0)
		return err_set(e, ERR_DAMAGED, "a key record is missing that an examination names");
	return rc == -1 ? -1 : add_record(g, &r, e);
}

/* What an examination, or a key, names goes along. */
static int
add_named(struct gather *g, struct str body, struct err *e)
{
	struct grammar_line l;

	while (grammar_next(&body, &l)) {
		bool signature = str_eq(l.name, STR("dkim")) || str_eq(l.name, STR("ams")) ||
		                 str_eq(l.name, STR("seal"));

		if (signature && add_key(g, &l, e) == -1)
			return -1;
		if (str_eq(l.name, STR("evidence")) && !str_eq(l.arg[1], STR("-")) &&
		    add_packet(g, grammar_hash(l.arg[1]), e) == -1)
			return -1;
		if (str_eq(l.name, STR("answer")) && add_packet(g, grammar_hash(l.arg[0]), e) == -1)
			return -1;
	}
	return 0;
}

static int
add_examinations(struct gather *g, struct err *e)
{
	struct store_query q = { .kind = "examination", .only_of = true, .of = g->seq };
	struct store_record r;
	int rc;

	while ((rc = store_next(g->unseal.store, &q, &r, e)) == 1)
		if (add_record(g, &r, e) == -1)
			return -1;
	return rc;
}

static int
by_seq(const void *a, const void *b)
{
	const struct opened *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

static int
add_records(struct gather *g, struct str number, struct err *e)
{
	struct store_record r;
	struct record parsed;

	if (number_find(g->unseal.store, number, &r, e) == -1)
		return -1;
	g->seq = r.seq;
	if (add_record(g, &r, e) == -1 || store_get(g->unseal.store, 0, &r, e) != 1 ||
	    add_record(g, &r, e) == -1 || add_examinations(g, e) == -1)
		return -1;
	for (size_t i = 0; i < g->n_opened; i++) /* grows while keys are found */
		if (record_parse(buf_str(&g->opened[i].bytes), &parsed, e) == -1 ||
		    add_named(g, parsed.body, e) == -1)
			return err_at(e, "record %" PRIu64, g->opened[i].seq);
	qsort(g->opened, g->n_opened, sizeof *g->opened, by_seq);
	return 0;
}

/* ---- opening them ---- */

static int
keep(void *who, struct str bytes, struct err *e)
{
	buf_add(who, bytes);
	return buf_check(who, "message", e);
}

static int
open_record(struct gather *g, struct opened *o, struct err *e)
{
	struct object_sink sink = { keep, &g->message };
	uint64_t max = o->seq == g->seq ? LIMIT_MESSAGE : 0;
	struct store_record r;

	if (store_get(g->unseal.store, o->seq, &r, e) != 1)
		return -1;
	if (r.object.pack == 0)
		return 0;
	if (unseal_slot(&g->unseal, o->seq, &o->slot, e) == -1)
		return -1;
	return unseal_object(&g->unseal, r.object, &o->slot, max, &o->values, &sink, NULL, e);
}

static int
prove(struct gather *g, struct opened *o, struct err *e)
{
	struct tlog_proof p = { .index = o->seq, .checkpoint = buf_str(&g->note) };
	int n = store_inclusion(g->unseal.store, o->seq, g->checkpoint.size, p.hash, e);

	if (n == -1)
		return -1;
	p.n = (size_t)n;
	proof_add(&o->proof, &p);
	return buf_check(&o->proof, "proof", e);
}

static void
fill_bundle(struct gather *g)
{
	g->record = calloc(g->n_opened, sizeof *g->record);
	g->packet_view = calloc(g->n_packets + 1, sizeof *g->packet_view);
	if (g->record == NULL || g->packet_view == NULL)
		abort();
	for (size_t i = 0; i < g->n_opened; i++) {
		struct opened *o = &g->opened[i];

		g->record[i] = (struct bundle_record){ .record = buf_str(&o->bytes),
			.leaf_salt = o->salt,
			.values = buf_str(&o->values),
			.proof = buf_str(&o->proof) };
		memcpy(g->record[i].seed.b, o->slot.seed, sizeof o->slot.seed);
	}
	for (size_t i = 0; i < g->n_packets; i++)
		g->packet_view[i] = buf_str(&g->packet[i]);
	g->in = (struct bundle_in){ buf_str(&g->message), g->record, g->n_opened, g->packet_view,
		g->n_packets };
}

static int
gather(struct gather *g, struct str number, struct err *e)
{
	int rc = store_checkpoint(g->unseal.store, &g->checkpoint, e);

	if (rc == 0)
		return err_set(e, ERR_RETRY, "nothing was signed yet: start mailseald");
	if (rc == -1)
		return -1;
	buf_add(&g->note, g->checkpoint.note);
	if (add_records(g, number, e) == -1)
		return -1;
	for (size_t i = 0; i < g->n_opened; i++)
		if (open_record(g, &g->opened[i], e) == -1 || prove(g, &g->opened[i], e) == -1)
			return err_at(e, "record %" PRIu64, g->opened[i].seq);
	fill_bundle(g);
	return 0;
}

struct gather *
gather_message(struct store *s, struct str number, const struct custodian *c,
    const struct custodian_secret *secret, struct err *e)
{
	struct gather *g = calloc(1, sizeof *g);

	if (g == NULL)
		abort();
	*g = (struct gather){ .unseal = { s, c, secret },
		.note = BUF_MAX(LIMIT_NOTE),
		.message = BUF_MAX(LIMIT_MESSAGE) };
	if (gather(g, number, e) == 0)
		return g;
	gather_free(g);
	return NULL;
}

void
gather_free(struct gather *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->n_opened; i++) {
		slot_wipe(&g->opened[i].slot);
		buf_free(&g->opened[i].bytes);
		buf_free(&g->opened[i].values);
		buf_free(&g->opened[i].proof);
	}
	for (size_t i = 0; i < g->n_packets; i++)
		buf_free(&g->packet[i]);
	if (g->record != NULL)
		sodium_memzero(g->record, g->n_opened * sizeof *g->record);
	free(g->opened);
	free(g->packet);
	free(g->record);
	free(g->packet_view);
	buf_free(&g->note);
	buf_free(&g->message);
	free(g);
}

const struct bundle_in *
gather_bundle(const struct gather *g)
{
	return &g->in;
}
