/* SPDX-License-Identifier: ISC */
/*
 * keeper_sign: what is committed is published as tiles, signed, and published as a checkpoint.
 * The signer wants a proof that the tree grew from what it signed last; it is asked for that when
 * it comes, because it may have signed what we never heard of, or we may be an older copy.
 */
#include <stdio.h>

#include "base/hex.h"
#include "daemon/keeper_errand.h"
#include "daemon/keeper_trouble.h"
#include "proc/event.h"
#include "proc/loop.h"
#include "tlog/checkpoint.h"

enum {
	SIGN_SHARE = 4, /* a pause is at least so many times what the checkpoint before it took */
};

static int
hear_last(struct keeper *k, const struct msg *m, struct err *e)
{
	struct signing *g = &k->signing;
	struct hash root = store_root(k->store);
	uint64_t size = store_size(k->store);

	if (msg_u64(m, "size", INT64_MAX, &g->last_size, e) == -1 ||
	    msg_hash(m, "root", g->last_root.b, e) == -1)
		return 0;
	if (g->last_size > size ||
	    (g->last_size == size && size > 0 && !hash_eq(g->last_root, root))) {
		err_set(e, ERR_DAMAGED,
		    "the signer signed %llu records, and these are not they, but %llu: an older "
		    "state was restored; put the newer one back",
		    (unsigned long long)g->last_size, (unsigned long long)size);
		trouble_last_words(k, "signer-refused", e, "mailseal audit");
		return -1;
	}
	trouble_clear(k, "signer-refused", STR(""));
	g->known = true;
	g->pending = false;
	trouble_clear(k, "restored", STR(""));
	return 1;
}

/* A backup was put in place: mail is sealed, and waits.  "last" comes when it was confirmed. */
static int
hear_held(struct keeper *k)
{
	k->signing.known = k->signing.pending = false;
	trouble_raise(k, "restored", STR(""),
	    "a backup was restored: nothing is signed until the published copy was asked",
	    "mailseal restore --confirm");
	return 1;
}

/* Is it our key's note, of what we asked for? */
static bool
is_asked_for(struct keeper *k, struct str note, struct err *e)
{
	const struct signing *g = &k->signing;
	struct checkpoint c;
	struct note n;

	if (checkpoint_open(note, &k->vkey, k->crypto, &c, &n, e) == -1)
		return false;
	if (c.head.size == g->size && hash_eq(c.head.root, g->root))
		return true;
	err_set(e, ERR_REFUSED, "a checkpoint of another tree");
	return false;
}

/* The slower the disk, the fewer checkpoints: they get a fifth of its time at most. */
static int64_t
pause_ms(int64_t took_ms)
{
	int64_t pause = SIGN_SHARE * took_ms;

	return pause > LIMIT_SIGN_PAUSE_MS ? pause : LIMIT_SIGN_PAUSE_MS;
}

/*
 * The process ends, as after any failure to write, and the next one publishes only after a while
 * (keeper_start): sealing does not wait for a web server's disk.
 */
static int
publish_failed(struct keeper *k, const struct err *e)
{
	char mend[TROUBLE_MEND_MAX];

	snprintf(mend, sizeof mend, "df -h %.100s", k->child->conf->published);
	trouble_last_words(k, "publish-failed", e, mend);
	return -1;
}

static int
hear_signed(struct keeper *k, const struct msg *m, struct err *e)
{
	struct signing *g = &k->signing;
	char root[65];

	if (!g->pending || !is_asked_for(k, m->payload, e))
		return g->pending ? 0 : keeper_refuse(e, "signed: nothing was asked for");
	if (store_publish_checkpoint(k->store, g->size, g->root, m->payload, e) == -1)
		return publish_failed(k, e);
	trouble_clear(k, "publish-failed", STR(""));
	errand_published(k);
	event("checkpoint", "size=%llu root=%s", (unsigned long long)g->size,
	    hex_encode(root, g->root.b, 32));
	g->pending = false;
	g->next_ms = clock_ms() + pause_ms(clock_ms() - g->began_ms);
	g->last_size = g->size;
	g->last_root = g->root;
	return 1;
}

int
keeper_hear_signer(struct keeper *k, struct msg *m, struct err *e)
{
	if (batch_end(k, e) == -1)
		return -1;
	if (msg_is(m, "last"))
		return hear_last(k, m, e);
	if (msg_is(m, "held"))
		return hear_held(k);
	if (msg_is(m, "signed"))
		return hear_signed(k, m, e);
	if (msg_is(m, "refused")) {
		err_set(e, ERR_REFUSED, "the signer: %.*s", STR_FMT(str_head(m->payload, 300)));
		trouble_last_words(k, "signer-refused", e, "mailseal audit");
		return -1;
	}
	return keeper_refuse(e, "not a message of a signer");
}

/* Is there more than what was published, and a signer who could be asked? */
static bool
is_behind(const struct keeper *k)
{
	const struct signing *g = &k->signing;

	return g->channel.fd != -1 && g->known && !g->pending &&
	       k->durable > store_published(k->store);
}

int64_t
keeper_sign_due_ms(const struct keeper *k)
{
	return is_behind(k) ? k->signing.next_ms : -1;
}

bool
keeper_wants_signature(const struct keeper *k)
{
	return is_behind(k) && (k->stop_by_ms != 0 || clock_ms() >= k->signing.next_ms);
}

int
keeper_sign(struct keeper *k, struct err *e)
{
	struct hash proof[TLOG_PROOF_MAX];
	struct signing *g = &k->signing;
	char root[65];
	int n = 0;

	if (!keeper_wants_signature(k))
		return 0;
	g->began_ms = clock_ms();
	if (store_publish_tiles(k->store, e) == -1)
		return publish_failed(k, e);
	g->size = store_size(k->store);
	g->root = store_root(k->store);
	if (g->last_size > 0)
		n = store_consistency(k->store, g->last_size, g->size, proof, e);
	if (n == -1)
		return -1;
	g->pending = true;
	/* A signer that is gone asks again when it is back. */
	channel_send(g->channel.fd, str_bytes(proof, (size_t)n * sizeof proof[0]), -1, -1, NULL,
	    "sign size=%llu root=%s", (unsigned long long)g->size, hex_encode(root, g->root.b, 32));
	return 0;
}
