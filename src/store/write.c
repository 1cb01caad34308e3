/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <sodium.h>

#include "seal/record.h"
#include "store/inside.h"

int
store_begin(struct store *s, struct err *e)
{
	assert(!s->batch);
	s->batch = true;
	return db_begin(s->db, e);
}

static int
save_edge(struct store *s, struct err *e)
{
	struct pack_place end = pack_here(s->pack);
	struct buf peaks = BUF_MAX(sizeof s->tree.peak);
	int rc;

	for (unsigned i = 0; i < 64; i++)
		if ((s->tree.size >> i & 1) != 0)
			buf_add(&peaks, hash_str(&s->tree.peak[i]));
	rc = db_run(s->db, e, "UPDATE edge SET size = ?, peaks = ?, pack = ?, pack_end = ?", "ibii",
	    (int64_t)s->tree.size, buf_str(&peaks), (int64_t)end.pack, (int64_t)end.offset);
	buf_free(&peaks);
	return rc;
}

int
store_commit(struct store *s, struct err *e)
{
	assert(s->batch);
	if (pack_sync(s->pack, e) == -1)
		return -1;
	for (size_t i = 0; i < s->n_custodians; i++)
		if (slots_sync(s->custodian[i].slots, e) == -1)
			return -1;
	if (save_edge(s, e) == -1 || db_commit(s->db, e) == -1)
		return -1;
	s->batch = false;
	return 0;
}

uint64_t
store_size(const struct store *s)
{
	return s->tree.size;
}

struct hash
store_root(const struct store *s)
{
	return tlog_root(&s->tree);
}

struct hash
store_last(const struct store *s)
{
	return s->last;
}

struct pack *
store_pack(struct store *s)
{
	return s->pack;
}

int
store_put_slot(
    struct store *s, size_t custodian, uint64_t seq, const uint8_t slot[SLOT_SIZE], struct err *e)
{
	return slots_put(s->custodian[custodian].slots, seq, slot, e);
}

static int
insert(
    struct store *s, const struct store_new *n, struct hash sha256, struct hash salt, struct err *e)
{
	const struct pack_place *o = &n->object;
	int64_t seq = (int64_t)s->tree.size;

	if (db_run(s->db, e,
	        "INSERT INTO record (seq, kind, bytes, sha256, salt, time_ms, of_seq)"
	        " VALUES (?, ?, ?, ?, ?, ?, nullif(?, -1))",
	        "itbhhii", seq, str_of(n->kind), n->bytes, &sha256, &salt, n->time_ms, n->of) == -1)
		return -1;
	if (o->pack == 0)
		return 0;
	return db_run(s->db, e,
	    "UPDATE record SET object_pack = ?, object_offset = ?, object_length = ? WHERE seq = ?",
	    "iiii", (int64_t)o->pack, (int64_t)o->offset, (int64_t)o->length, seq);
}

int
store_add(struct store *s, const struct store_new *n, struct err *e)
{
	struct hash sha256 = record_hash(n->bytes), salt, entry;

	assert(s->batch);
	randombytes_buf(salt.b, sizeof salt.b);
	if (insert(s, n, sha256, salt, e) == -1)
		return err_at(e, "record %llu", (unsigned long long)s->tree.size);
	entry = record_entry(salt, sha256);
	tlog_append(&s->tree, hash_leaf(hash_str(&entry)));
	s->last = sha256;
	return 0;
}

struct hash
store_dedup(const struct store *s, struct hash message)
{
	return hmac_sha256(hash_str(&s->dedup_key), hash_str(&message));
}
