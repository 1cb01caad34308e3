/* SPDX-License-Identifier: ISC */
/*
 * signer: holds the log's key and signs checkpoints.
 *
 * 1. Size and root are on the disk before their signature leaves.
 * 2. So whatever is restored, lost or asked, no two histories are signed.
 * 3. A state that came back from a backup signs nothing until it was confirmed (keys/restored.h):
 *    its memory came back with it, and may be older than what was published.
 */
#include "daemon/signer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/hex.h"
#include "base/limits.h"
#include "daemon/roles.h"
#include "keys/logkey.h"
#include "keys/restored.h"
#include "keys/signed.h"
#include "proc/event.h"
#include "proc/loop.h"
#include "tlog/checkpoint.h"

struct signer {
	struct child *child;
	struct channel keeper; /* fd -1: not there at the moment */
	struct logkey *key;
	char origin[256];
	struct tlog_head last;
	bool held; /* by the mark of a restored state */
	bool stopping;
};

enum {
	LOOK_AGAIN_MS = 2000, /* while held */
};

int
signer_allows(struct tlog_head last, struct tlog_head asked, const struct hash *proof, size_t n,
    struct err *e)
{
	if (asked.size < last.size)
		return err_set(
		    e, ERR_REFUSED, "size %" PRIu64 " after %" PRIu64, asked.size, last.size);
	if (last.size == 0)
		return asked.size > 0 ? 0 : err_set(e, ERR_REFUSED, "an empty tree");
	return tlog_check_consistency(last, asked, proof, n, e);
}

/* ---- the keeper's requests ---- */

static int
say_last(struct signer *s, struct err *e)
{
	char root[65];

	if (s->held)
		return channel_send(s->keeper.fd, STR(""), -1, -1, e, "held");
	return channel_send(s->keeper.fd, STR(""), -1, -1, e, "last size=%" PRIu64 " root=%s",
	    s->last.size, hex_encode(root, s->last.root.b, 32));
}

static int
sign(struct signer *s, struct tlog_head head, struct err *e)
{
	struct checkpoint c = { str_of(s->origin), head, STR("") };
	struct buf text = BUF_MAX(4096), note = BUF_MAX(LIMIT_NOTE);
	int rc;

	if (signed_save(s->child->directory, head, e) == -1)
		return -1;
	s->last = head;
	checkpoint_add(&text, &c);
	logkey_sign(s->key, buf_str(&text), &note);
	rc = channel_send(
	    s->keeper.fd, buf_str(&note), -1, -1, e, "signed size=%" PRIu64, head.size);
	buf_free(&text);
	buf_free(&note);
	return rc;
}

static int
hear_sign(struct signer *s, const struct msg *m, struct err *e)
{
	struct hash proof[TLOG_PROOF_MAX];
	size_t n = m->payload.n / sizeof proof[0];
	struct tlog_head asked;

	if (msg_u64(m, "size", INT64_MAX, &asked.size, e) == -1 ||
	    msg_hash(m, "root", asked.root.b, e) == -1)
		return -1;
	if (m->payload.n % sizeof proof[0] != 0 || n > TLOG_PROOF_MAX)
		return err_set(e, ERR_SYNTAX, "sign: a proof of %zu bytes", m->payload.n);
	if (n > 0)
		memcpy(proof, m->payload.p, m->payload.n);
	if (s->held)
		return err_set(e, ERR_SYNTAX, "asked while held");
	if (signer_allows(s->last, asked, proof, n, e) == -1) {
		event("error", "what=signer size=%" PRIu64 " text=\"refused: %s\"", asked.size,
		    e->text);
		return channel_send(
		    s->keeper.fd, str_of(e->text), -1, -1, e, "refused size=%" PRIu64, asked.size);
	}
	return sign(s, asked, e);
}

/* -1 only when what must be durable is not: then the process ends. */
static int
hear_keeper(struct signer *s, struct err *e)
{
	struct msg m;
	int rc = channel_recv(&s->keeper, &m, e);

	if (rc == 1)
		rc = msg_is(&m, "sign") ? hear_sign(s, &m, e)
		                        : err_set(e, ERR_SYNTAX, "not in protocol.h");
	else if (rc == 0)
		rc = err_set(e, ERR_RETRY, "the keeper is gone");
	msg_close_fds(&m);
	if (rc == -1 && e->kind == ERR_SYSTEM)
		return -1;
	if (rc == -1)
		channel_close(&s->keeper);
	return 0;
}

static int
hear_parent(struct signer *s, struct err *e)
{
	struct msg m;
	int rc = channel_recv(&s->child->parent, &m, e);

	if (rc != 1)
		return rc == 0 ? err_set(e, ERR_SYSTEM, "the parent is gone") : -1;
	if (msg_is(&m, "stop"))
		s->stopping = true;
	if (msg_is(&m, "peer") && m.fd[0] != -1) {
		channel_close(&s->keeper);
		channel_open(&s->keeper, m.fd[0]);
		m.fd[0] = -1;
		if (say_last(s, e) == -1)
			channel_close(&s->keeper);
	}
	msg_close_fds(&m);
	return 0;
}

/* Has somebody taken the mark away?  Then the keeper may ask. */
static int
look_again(struct signer *s, struct err *e)
{
	int rc = s->held ? restored_is(s->child->directory, e) : 1;

	if (rc != 0)
		return rc == -1 ? -1 : 0;
	s->held = false;
	event("confirmed", "size=%" PRIu64, s->last.size);
	if (s->keeper.fd != -1 && say_last(s, e) == -1)
		channel_close(&s->keeper);
	return 0;
}

static int
serve(struct signer *s, struct err *e)
{
	enum { PARENT, KEEPER };
	struct loop l;
	struct ready r;

	while (!s->stopping) {
		int rc = 0;

		loop_clear(&l);
		loop_add(&l, s->child->parent.fd, POLLIN, PARENT, NULL);
		loop_add(&l, s->keeper.fd, POLLIN, KEEPER, NULL);
		if (loop_wait(&l, s->held ? clock_ms() + LOOK_AGAIN_MS : -1, e) == -1 ||
		    look_again(s, e) == -1)
			return -1;
		while (rc == 0 && loop_next(&l, &r))
			rc = r.what == PARENT ? hear_parent(s, e) : hear_keeper(s, e);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* ---- starting ---- */

static int
open_all(struct signer *s, struct err *e)
{
	struct buf vkey = BUF_MAX(1024);
	struct str name, rest;
	int rc;

	s->key = logkey_load(s->child->directory, "log.key", e);
	if (s->key == NULL)
		return -1;
	logkey_vkey(s->key, &vkey);
	rest = buf_str(&vkey);
	str_cut(&rest, '+', &name);
	snprintf(s->origin, sizeof s->origin, "%.*s", STR_FMT(name));
	buf_free(&vkey);
	rc = restored_is(s->child->directory, e);
	s->held = rc == 1;
	return rc == -1 ? -1 : signed_load(s->child->directory, &s->last, e);
}

int
signer_main(struct child *c)
{
	static struct signer s;
	struct err e = { 0 };
	int rc;

	s = (struct signer){ .child = c, .keeper.fd = -1 };
	if (open_all(&s, &e) == -1) {
		event_err("signer", &e);
		return EX_CONFIG;
	}
	rc = child_ready(c, &e);
	if (rc == 0)
		rc = serve(&s, &e);
	if (rc == -1)
		event_err("signer", &e);
	logkey_free(s.key);
	return rc == 0 ? EX_OK : EX_OSERR;
}
