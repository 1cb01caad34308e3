/* SPDX-License-Identifier: ISC */
/*
 * keeper_reread: a message that is to be examined once more, out of the archive, which only the
 * custodians can read: but until its examination is complete its key is wrapped to the work key of
 * its day, too (keys/workkey.h).
 */
#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/keeper.h"
#include "keys/object.h"
#include "proc/event.h"
#include "proc/program.h"

enum {
	PIECE = 1 << 20, /* bytes of an object read at once */
};

int
reread_start(struct keeper *k, int state, struct err *e)
{
	struct ledger_job j;
	uint64_t seq;
	size_t at = 0;

	k->workkeys = workkeys_open(state, program_now_ms() / 1000, e);
	if (k->workkeys == NULL)
		return -1;
	/* Of examinations that were completed, or of messages that were not, when we died. */
	while (workkeys_next(k->workkeys, &at, &seq)) {
		int rc = ledger_job(store_db(k->store), seq, &j, e);

		if (rc == -1 || (rc == 0 && workkeys_erase(k->workkeys, seq, e) == -1))
			return -1;
	}
	return 0;
}

/* ---- out of the archive ---- */

static int
to_memfd(void *who, struct str bytes, struct err *e)
{
	int fd = *(const int *)who;

	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n == -1)
			return err_sys(e, "memfd");
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

static int
decrypt(struct keeper *k, struct pack_place place, struct object_reader *reader, struct err *e)
{
	struct buf piece = BUF_MAX(PIECE);
	int rc = 0;

	for (uint64_t at = 0; rc == 0 && at < place.length; at += PIECE) {
		uint64_t left = place.length - at;

		buf_clear(&piece);
		rc = store_object(
		    k->store, place, at, left < PIECE ? (size_t)left : PIECE, &piece, e);
		if (rc == 0)
			rc = object_reader_put(reader, buf_str(&piece), e);
	}
	buf_free(&piece);
	return rc == 0 ? object_reader_end(reader, e) : -1;
}

/* The message of that object, as it came: a memfd sealed against writing, or -1. */
static int
open_message(struct keeper *k, struct pack_place place, const uint8_t key[32], struct err *e)
{
	int fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING), rc;
	struct buf values = BUF_MAX(LIMIT_VALUES);
	struct object_sink sink = { to_memfd, &fd };
	struct object_reader *reader;

	if (fd == -1)
		return err_sys(e, "memfd");
	reader = object_reader_new(key, &values, LIMIT_MESSAGE, &sink);
	rc = decrypt(k, place, reader, e);
	object_reader_free(reader);
	if (values.p != NULL)
		sodium_memzero(values.p, values.cap);
	buf_free(&values);
	if (rc == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == -1)
		rc = err_sys(e, "memfd");
	if (rc == 0)
		return fd;
	close(fd);
	return -1;
}

static int
hold(struct keeper *k, const struct ledger_job *j, const uint8_t key[32], struct err *e)
{
	struct store_record r;
	off_t size;
	int fd = -1, rc = store_get(k->store, j->seq, &r, e);

	if (rc != 1 || r.object.pack == 0)
		return rc == -1 ? -1 : err_set(e, ERR_DAMAGED, "a job without its object");
	fd = open_message(k, r.object, key, e);
	if (fd == -1)
		return -1;
	size = lseek(fd, 0, SEEK_END);
	held_add(k, j->seq, fd, (uint64_t)size, j->next_ms);
	return 1;
}

/* 1, 0 when it cannot be read: the mailbox is asked, -1. */
static int
reread(struct keeper *k, const struct ledger_job *j, struct err *e)
{
	uint8_t key[32];
	int rc = workkeys_get(k->workkeys, j->seq, key, e);

	if (rc == 1)
		rc = hold(k, j, key, e);
	sodium_memzero(key, sizeof key);
	if (rc == -1 && e->kind != ERR_DAMAGED && e->kind != ERR_LIMIT)
		return -1;
	if (rc == 1)
		return 1;
	event("error", "what=reread leaf=%llu text=\"%s\"", (unsigned long long)j->seq,
	    rc == -1 ? e->text : "its wrapped key is damaged");
	return workkeys_erase(k->workkeys, j->seq, e);
}

int
reread_next(struct keeper *k, int64_t now_ms, struct err *e)
{
	struct ledger_job *at = &k->reread_at, j;
	int rc = 0;

	if (at->next_ms > now_ms) /* the clock was set back */
		*at = (struct ledger_job){ 0 };
	j = *at;
	while (rc == 0 && ledger_job_any(store_db(k->store), now_ms, &j, e) == 1) {
		if (j.seq >= k->durable)
			return 0;
		*at = j;
		if (held_find(k, j.seq) == NULL && workkeys_has(k->workkeys, j.seq))
			rc = reread(k, &j, e);
	}
	return rc;
}
