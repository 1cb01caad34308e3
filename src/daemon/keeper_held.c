/* SPDX-License-Identifier: ISC */
/* keeper_held: the bytes that wait for a checker.  What does not fit here, or
 * was lost with the process before us, is read from the archive (keeper_reread.c) or, when its key
 * is gone, asked of the mailbox again. */
#include <unistd.h>

#include "daemon/keeper.h"
#include "proc/loop.h"
#include "proc/program.h"

enum {
	LOOK_EVERY_MS = 1000, /* for jobs without bytes, when there was none */
};

static struct held *
free_place(struct keeper *k)
{
	for (size_t i = 0; i < LIMIT_HELD_MESSAGES; i++)
		if (k->held[i].fd == -1)
			return &k->held[i];
	return NULL;
}

/* With half the room free even the largest message is taken, or it would be asked for for ever. */
static bool
has_room(const struct keeper *k, uint64_t size)
{
	return k->held_bytes <= LIMIT_HELD_BYTES / 2 || k->held_bytes + size <= LIMIT_HELD_BYTES;
}

void
held_add(struct keeper *k, uint64_t seq, int fd, uint64_t size, int64_t next_ms)
{
	struct held *h = has_room(k, size) ? free_place(k) : NULL;

	if (h == NULL) {
		close(fd);
		return;
	}
	*h = (struct held){ .fd = fd, .seq = seq, .size = size, .next_ms = next_ms };
	k->held_bytes += size;
}

void
held_drop(struct keeper *k, struct held *h)
{
	close(h->fd);
	k->held_bytes -= h->size;
	*h = (struct held){ .fd = -1 };
}

struct held *
held_find(struct keeper *k, uint64_t seq)
{
	for (size_t i = 0; i < LIMIT_HELD_MESSAGES; i++)
		if (k->held[i].fd != -1 && k->held[i].seq == seq)
			return &k->held[i];
	return NULL;
}

struct held *
held_next(struct keeper *k)
{
	struct held *first = NULL;

	for (size_t i = 0; i < LIMIT_HELD_MESSAGES; i++) {
		struct held *h = &k->held[i];

		if (h->fd != -1 && !h->at_work &&
		    (first == NULL || h->next_ms < first->next_ms ||
		        (h->next_ms == first->next_ms && h->seq < first->seq)))
			first = h;
	}
	return first;
}

/* The first job of that mailbox whose bytes are not here.  A job is come by once a session: the
 * walk does not begin anew for each of thousands. */
static int
ask_again(struct keeper *k, struct box *box, int64_t now_ms, struct err *e)
{
	struct str name = str_of(box->conf->name);
	struct db *db = store_db(k->store);
	struct ledger_job *j = &box->again_at;
	int rc;

	if (j->next_ms > now_ms) /* the clock was set back */
		*j = (struct ledger_job){ 0 };
	do
		rc = ledger_job_next(db, name, box->uidvalidity, now_ms, j, e);
	while (rc == 1 && (held_find(k, j->seq) != NULL || workkeys_has(k->workkeys, j->seq)));
	if (rc == 0)
		box->again_ms = clock_ms() + LOOK_EVERY_MS;
	if (rc != 1)
		return rc;
	box->asked = true;
	box->asked_for = j->seq;
	box->asked_uid = j->uid;
	channel_send(
	    box->channel.fd, STR(""), -1, -1, NULL, "again uid=%llu", (unsigned long long)j->uid);
	return 0;
}

/* Its fetcher can be asked, and there may be something to ask for. */
static bool
is_askable(const struct box *box)
{
	return box->open && !box->asked && clock_ms() >= box->again_ms;
}

int
held_refill(struct keeper *k, struct err *e)
{
	int64_t now_ms = program_now_ms();
	size_t n = 0;

	for (size_t i = 0; i < LIMIT_HELD_MESSAGES; i++)
		n += k->held[i].fd != -1;
	if (n > LIMIT_HELD_MESSAGES / 2 || k->held_bytes > LIMIT_HELD_BYTES / 2)
		return 0;
	for (size_t i = 0; i < k->n_boxes; i++)
		if (is_askable(&k->box[i]) && ask_again(k, &k->box[i], now_ms, e) == -1)
			return -1;
	return 0;
}
