/* SPDX-License-Identifier: ISC */
/*
 * fetcher_count: which messages there are, all of them, as the server names them: what the keeper
 * holds against what is sealed.  They are asked for by their numbers from 1 to EXISTS, so that
 * neither holes among the UIDs nor what SEARCH said before can hide one.
 */
#include "base/limits.h"
#include "base/ranges.h"
#include "daemon/fetcher.h"
#include "proc/loop.h"

enum {
	PART_RANGES = 2500, /* of one message to the keeper: 22 bytes each, below 64 KB */
};

static int
add_span(struct fetcher *f, uint32_t first, uint32_t last, struct ranges *there, uint32_t *n,
    struct err *e)
{
	static uint32_t uid[IMAP_SPAN];
	int found = imap_uids(f->imap, first, last, uid, e);

	if (found == -1)
		return -1;
	*n += (uint32_t)found;
	for (int i = 0; i < found; i++)
		/* What came after EXAMINE is counted the next time. */
		if (uid[i] < f->folder.uidnext && ranges_add(there, uid[i], uid[i], e) == -1)
			return err_at(e, "UID SEARCH: RFC 3501 2.3.1.1");
	return 0;
}

/* Returns 0 with the set, and how many were named; or -1. */
static int
list(struct fetcher *f, struct ranges *there, uint32_t *n, struct err *e)
{
	uint32_t exists = f->folder.exists;

	*n = 0;
	if (exists > LIMIT_EXISTS)
		return err_set(e, ERR_LIMIT, "EXISTS: more than %u messages", LIMIT_EXISTS);
	for (uint32_t at = 1; at <= exists; at += IMAP_SPAN) {
		uint32_t last = exists - at < IMAP_SPAN ? exists : at + IMAP_SPAN - 1;

		if (add_span(f, at, last, there, n, e) == -1)
			return -1;
	}
	return ranges_check(there, "UID SEARCH", e);
}

/* In as many parts as it takes, at least one. */
static int
tell(struct fetcher *f, const struct ranges *there, uint32_t n, struct err *e)
{
	struct buf text = BUF_MAX(LIMIT_PACKET);
	int rc = 0;

	for (size_t at = 0; rc == 0 && (at == 0 || at < there->n); at += PART_RANGES) {
		size_t left = there->n - at;
		struct ranges part = { .n = left < PART_RANGES ? left : PART_RANGES };

		if (part.n > 0)
			part.range = there->range + at;
		buf_clear(&text);
		ranges_put(&part, &text, text.max);
		rc = channel_send(f->keeper.fd, buf_str(&text), -1, -1, e,
		    "held uidnext=%u exists=%u listed=%u modseq=%llu more=%s", f->folder.uidnext,
		    f->folder.exists, n, (unsigned long long)f->folder.highestmodseq,
		    left > PART_RANGES ? "yes" : "no");
	}
	buf_free(&text);
	return rc == -1 ? -1 : 0;
}

int
fetcher_count(struct fetcher *f, struct err *e)
{
	struct ranges there = { 0 };
	uint32_t n;
	int rc = list(f, &there, &n, e);

	/* Somebody may have removed one meanwhile; or the server does not tell all. */
	if (rc == 0 && n != f->folder.exists) {
		ranges_free(&there);
		rc = fetcher_look(f, e);
		if (rc == 0)
			rc = list(f, &there, &n, e);
	}
	if (rc == 0)
		rc = tell(f, &there, n, e);
	f->count_ms = clock_ms() + (int64_t)f->child->conf->heartbeat_s * 1000;
	ranges_free(&there);
	return rc;
}
