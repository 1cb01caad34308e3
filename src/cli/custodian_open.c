/* SPDX-License-Identifier: ISC */
#include "cli/custodian_open.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/control.h"
#include "seal/record.h"

enum {
	PORTION = 512, /* slots sent at once: 57 KB of a packet */
};

/* The next record that hides something. */
static int
next_object(struct store *s, struct store_query *q, struct store_record *r, struct err *e)
{
	int rc;

	while ((rc = store_next(s, q, r, e)) == 1)
		if (r->object.pack != 0)
			break;
	return rc;
}

/* ---- rewrapping ---- */

struct rewrap {
	const struct unseal *unseal;
	const struct custodian *to;
	struct channel daemon;
	struct rewrapped *n;
};

/* The slot of one record, sealed anew: 1, 0 when there is none to be sealed, -1. */
static int
seal_anew(struct rewrap *w, uint64_t seq, uint8_t slot[SLOT_SIZE], struct err *e)
{
	const struct unseal *u = w->unseal;
	struct slot plain;
	int rc = store_slot(u->store, w->to->name, seq, slot, e);

	if (rc != 0) {
		w->n->there++;
		return rc == -1 ? -1 : 0;
	}
	rc = store_slot(u->store, u->custodian->name, seq, slot, e);
	if (rc == 1 && slot_open(u->custodian, u->secret, slot, &plain, e) == 0) {
		slot_seal(w->to, &plain, slot);
		slot_wipe(&plain);
		return 1;
	}
	w->n->closed++;
	return rc == -1 ? -1 : 0;
}

static int
send_slots(struct rewrap *w, uint64_t from, struct str slots, struct err *e)
{
	struct msg m;
	uint64_t filled;

	if (channel_send(w->daemon.fd, slots, -1, -1, e, "custodian-slots name=%s from=%" PRIu64,
	        w->to->name, from) == -1 ||
	    control_answer(&w->daemon, &m, e) == -1 ||
	    msg_u64(&m, "filled", PORTION, &filled, e) == -1)
		return -1;
	w->n->sealed += filled;
	return 0;
}

/* The records [from, from + PORTION); *next is where to go on. */
static int
rewrap_portion(struct rewrap *w, uint64_t from, uint64_t *next, struct err *e)
{
	static uint8_t slots[PORTION][SLOT_SIZE];
	struct store_query q = { .from = from };
	struct store_record r;
	bool any = false;
	int rc;

	memset(slots, 0, sizeof slots);
	while ((rc = next_object(w->unseal->store, &q, &r, e)) == 1 && r.seq - from < PORTION) {
		rc = seal_anew(w, r.seq, slots[r.seq - from], e);
		if (rc == -1)
			return err_at(e, "record %" PRIu64, r.seq);
		if (rc == 0)
			memset(slots[r.seq - from], 0, SLOT_SIZE);
		any = any || rc == 1;
	}
	if (rc == -1 || (any && send_slots(w, from, str_bytes(slots, sizeof slots), e) == -1))
		return -1;
	*next = rc == 0 ? UINT64_MAX : r.seq;
	return 0;
}

static int
rewrap_all(struct rewrap *w, struct err *e)
{
	bool shown = isatty(STDERR_FILENO) == 1;
	uint64_t size = store_size(w->unseal->store), at = 0;
	int rc = 0;

	while (rc == 0 && at < size) {
		rc = rewrap_portion(w, at, &at, e);
		if (shown)
			fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " records",
			    at < size ? at : size, size);
	}
	if (shown)
		fputc('\n', stderr);
	return rc;
}

int
custodian_rewrap(const struct unseal *u, const char *control, const struct custodian *to,
    struct rewrapped *n, struct err *e)
{
	struct rewrap w = { .unseal = u, .to = to, .n = n };
	int rc;

	*n = (struct rewrapped){ 0 };
	if (control_open(control, &w.daemon, e) == -1)
		return -1;
	rc = rewrap_all(&w, e);
	channel_close(&w.daemon);
	return rc;
}

/* ---- testing ---- */

/* What is decrypted is not looked at: that it is authentic and whole is what counts. */
static int
forget(void *who, struct str bytes, struct err *e)
{
	(void)who;
	(void)bytes;
	(void)e;
	return 0;
}

/* The record says which key it is that opens its object. */
static int
check_key(const struct store_record *r, const struct slot *slot, struct err *e)
{
	struct record record;
	struct hash key;

	memcpy(key.b, slot->key, sizeof key.b);
	if (record_parse(r->bytes, &record, e) == -1)
		return -1;
	if (!hash_eq(record.head.key_check, record_key_check(key)))
		return err_set(e, ERR_DAMAGED, "the slot holds another key than the record says");
	return 0;
}

static int
open_record(const struct unseal *u, const struct store_record *r, struct err *e)
{
	struct object_sink sink = { forget, NULL };
	struct buf values = BUF_MAX(LIMIT_VALUES);
	struct slot slot;
	int rc;

	if (unseal_slot(u, r->seq, &slot, e) == -1)
		return -1;
	rc = check_key(r, &slot, e);
	if (rc == 0)
		rc = unseal_object(u, r->object, &slot, LIMIT_MESSAGE, &values, &sink, NULL, e);
	slot_wipe(&slot);
	buf_free(&values);
	return rc;
}

int
custodian_sample(const struct unseal *u, uint64_t max, struct sampled *n, struct err *e)
{
	uint64_t size = store_size(u->store), last = UINT64_MAX;
	struct store_query q = { 0 };
	struct store_record r;
	int rc = 0;

	*n = (struct sampled){ 0 };
	if (max > size)
		max = size;
	/* The i-th of them is the first at or after its share of the log, from the end. */
	for (uint64_t i = 0; rc != -1 && i < max; i++) {
		q.from = size - 1 - i * size / max;
		rc = next_object(u->store, &q, &r, e);
		if (rc != 1 || r.seq == last)
			continue;
		last = r.seq;
		n->of++;
		if (open_record(u, &r, e) == 0) {
			n->opened++;
		} else if (n->of == n->opened + 1) {
			n->first_closed = r.seq;
			n->why = *e;
		}
	}
	return rc == -1 ? -1 : 0;
}
