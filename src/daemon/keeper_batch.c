/* SPDX-License-Identifier: ISC */
/* keeper_batch: records become durable together, and only then is anybody told. */
#include "base/hex.h"
#include "daemon/keeper.h"
#include "proc/event.h"
#include "proc/loop.h"

enum {
	UNPRESSED_MS = 1000, /* evidence that nobody waits for goes with the next commit, or then */
};

int
batch_begin(struct keeper *k, struct err *e)
{
	if (k->batch.open)
		return 0;
	if (store_begin(k->store, e) == -1)
		return -1;
	k->batch.open = true;
	k->batch.pressing = false;
	k->batch.busy = clock_ms() < k->batch.ended_ms + LIMIT_BATCH_MS;
	k->batch.due_ms = clock_ms() + UNPRESSED_MS;
	k->batch.bytes = 0;
	k->batch.n = 0;
	return 0;
}

void
batch_press(struct keeper *k)
{
	if (!k->batch.pressing)
		k->batch.due_ms = clock_ms() + LIMIT_BATCH_MS;
	k->batch.pressing = true;
}

void
batch_ack(struct keeper *k, const struct ack *a, uint64_t bytes)
{
	k->batch.ack[k->batch.n++] = *a;
	k->batch.bytes += bytes;
	batch_press(k);
}

bool
batch_full(const struct keeper *k)
{
	const struct batch *b = &k->batch;

	return b->open && (b->n >= LIMIT_BATCH_MESSAGES || b->bytes >= LIMIT_BATCH_BYTES ||
	                      clock_ms() >= b->due_ms);
}

int64_t
batch_due_ms(const struct keeper *k)
{
	const struct batch *b = &k->batch;

	if (!b->open)
		return -1;
	return b->pressing && !b->busy ? clock_ms() : b->due_ms;
}

static void
tell(const struct ack *a)
{
	long long took = (long long)(clock_ms() - a->began_ms);
	char record[9];

	if (a->box == NULL) {
		event(a->event, "leaf=%llu %s took_ms=%lld", (unsigned long long)a->seq, a->text,
		    took);
		return;
	}
	if (!a->again)
		event("sealed", "leaf=%llu mailbox=%s uid=%llu record=%s… took_ms=%lld",
		    (unsigned long long)a->seq, a->box->conf->name, (unsigned long long)a->uid,
		    hex_encode(record, a->record.b, 4), took);
	/* A fetcher that began anew was told where to go on. */
	if (a->session != a->box->session)
		return;
	channel_send(a->box->channel.fd, STR(""), -1, -1, NULL, "sealed uid=%llu credit=%llu",
	    (unsigned long long)a->uid, (unsigned long long)a->credit);
}

int
batch_end(struct keeper *k, struct err *e)
{
	if (!k->batch.open)
		return 0;
	if (store_commit(k->store, e) == -1)
		return -1;
	k->batch.open = false;
	k->batch.ended_ms = clock_ms();
	k->durable = store_size(k->store);
	for (size_t i = 0; i < k->batch.n; i++) {
		const struct ack *a = &k->batch.ack[i];

		tell(a);
		if (a->last && workkeys_erase(k->workkeys, a->of, e) == -1)
			return -1;
	}
	return 0;
}
