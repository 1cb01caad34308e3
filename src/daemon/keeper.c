/* SPDX-License-Identifier: ISC */
/*
 * keeper: the hub, and the one writer; what it is made of is in keeper.h.  This file is its loop:
 * it hears everybody, one packet at a time, and when nobody speaks it commits what it was told.
 */
#include "daemon/keeper.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/keeper_errand.h"
#include "daemon/keeper_trouble.h"
#include "daemon/roles.h"
#include "proc/event.h"
#include "proc/loop.h"

enum {
	DRAIN_MS = 5000, /* for the last signature, when stopping */
};

enum what {
	WHAT_PARENT,
	WHAT_BOX,
	WHAT_WORKER,
	WHAT_ASKER,
	WHAT_SIGNER,
	WHAT_CONTROL,
	WHAT_CLIENT,
};

/* ---- peers come and go ---- */

static struct worker *
worker_named(struct keeper *k, struct str name)
{
	struct worker *w;

	for (size_t i = 0; i < k->n_workers; i++)
		if (str_eq(str_of(k->worker[i].name), name))
			return &k->worker[i];
	if (k->n_workers == KEEPER_CHECKERS || name.n >= sizeof k->worker[0].name)
		return NULL;
	w = &k->worker[k->n_workers++];
	*w = (struct worker){ .channel.fd = -1, .lines = BUF_MAX(LIMIT_EXAMINATION_LINES) };
	memcpy(w->name, name.p, name.n);
	return w;
}

static int
replace(struct channel *c, int *fd)
{
	channel_close(c);
	channel_open(c, *fd);
	*fd = -1;
	return 0;
}

static void
signer_gone(struct keeper *k)
{
	channel_close(&k->signing.channel);
	k->signing.known = k->signing.pending = false;
}

/* A new channel to a peer says that the old one is dead, also when that was not heard yet. */
static int
meet(struct keeper *k, struct msg *m, struct err *e)
{
	struct str role = msg_arg(m, "role"), name = msg_arg(m, "name");
	struct worker *w;
	struct box *box;

	if (str_eq(role, STR("asker")))
		return keeper_asker_gone(k, e) == -1 ? -1 : replace(&k->asker, &m->fd[0]);
	if (str_eq(role, STR("signer"))) {
		signer_gone(k);
		return replace(&k->signing.channel, &m->fd[0]);
	}
	if (str_eq(role, STR("fetcher")) && (box = keeper_box(k, name)) != NULL) {
		keeper_box_gone(box);
		return replace(&box->channel, &m->fd[0]);
	}
	if (str_eq(role, STR("checker")) && (w = worker_named(k, name)) != NULL) {
		if (keeper_checker_gone(k, w, e) == -1)
			return -1;
		return replace(&w->channel, &m->fd[0]);
	}
	return err_set(e, ERR_SYNTAX, "a peer we do not know");
}

static void
raise_said(struct keeper *k, const char *code, struct str text, struct str mend)
{
	char t[TROUBLE_TEXT_MAX], m[TROUBLE_MEND_MAX];

	snprintf(t, sizeof t, "%.*s", STR_FMT(str_head(text, sizeof t - 1)));
	snprintf(m, sizeof m, "%.*s", STR_FMT(str_head(mend, sizeof m - 1)));
	trouble_raise(k, code, STR(""), t, m);
}

/* What the parent says of itself, and of the commands that it runs for us. */
static int
hear_of_operations(struct keeper *k, const struct msg *m, struct err *e)
{
	struct str code = msg_arg(m, "code"), text = m->payload, line;

	if (msg_is(m, "errand"))
		return errand_hear(k, m, e);
	if (msg_is(m, "summary"))
		return errand_summary(k, m, e);
	if (!msg_is(m, "trouble") || trouble_code(code) == NULL)
		return 0;
	str_line(&text, &line);
	if (line.n == 0)
		trouble_clear(k, trouble_code(code)->code, STR(""));
	else
		raise_said(k, trouble_code(code)->code, line, text);
	return 0;
}

static int
hear_parent(struct keeper *k, struct err *e)
{
	struct msg m;
	int rc = channel_recv(&k->child->parent, &m, e);

	if (rc == 0)
		return err_set(e, ERR_RETRY, "the parent is gone");
	if (rc == 1 && msg_is(&m, "stop")) {
		k->stop_by_ms = clock_ms() + DRAIN_MS;
		batch_press(k);
	} else if (rc == 1 && msg_is(&m, "peer") && m.fd[0] != -1) {
		rc = meet(k, &m, e);
	} else if (rc == 1) {
		rc = hear_of_operations(k, &m, e);
	}
	msg_close_fds(&m);
	return rc == -1 ? -1 : 0;
}

/* ---- hearing ---- */

int
keeper_refuse(struct err *e, const char *why)
{
	err_set(e, ERR_SYNTAX, "%s", why);
	return 0;
}

/* What is not in protocol.h ends the connection; the sender notices, and is started anew. */
static void
refuse(struct channel *c, const char *who, const struct err *e)
{
	event("error", "what=refused peer=%s text=\"%s\"", who, e->text);
	channel_close(c);
}

/* Takes a message: 1, 0 when the peer is gone or talks nonsense. */
static int
take(struct channel *c, const char *who, struct msg *m)
{
	struct err e = { 0 };
	int rc = channel_recv(c, m, &e);

	if (rc == -1)
		refuse(c, who, &e);
	else if (rc == 0)
		channel_close(c);
	return rc == 1;
}

static int
hear_box(struct keeper *k, struct box *box, struct err *e)
{
	struct msg m;
	int rc = take(&box->channel, "fetcher", &m);

	if (rc == 1) {
		rc = keeper_hear_fetcher(k, box, &m, e);
		msg_close_fds(&m);
		if (rc == 0)
			refuse(&box->channel, "fetcher", e);
	}
	if (rc == 0)
		keeper_box_gone(box);
	return rc == -1 ? -1 : 0;
}

static int
hear_worker(struct keeper *k, struct worker *w, struct err *e)
{
	struct msg m;
	int rc = take(&w->channel, "checker", &m);

	if (rc == 1) {
		rc = keeper_hear_checker(k, w, &m, e);
		msg_close_fds(&m);
		if (rc == 0)
			refuse(&w->channel, "checker", e);
	}
	return rc == 0 ? keeper_checker_gone(k, w, e) : rc == -1 ? -1 : 0;
}

static int
hear_asker(struct keeper *k, struct err *e)
{
	struct msg m;
	int rc = take(&k->asker, "asker", &m);

	if (rc == 1) {
		rc = keeper_hear_asker(k, &m, e);
		msg_close_fds(&m);
		if (rc == 0)
			refuse(&k->asker, "asker", e);
	}
	return rc == 0 ? keeper_asker_gone(k, e) : rc == -1 ? -1 : 0;
}

static int
hear_signer(struct keeper *k, struct err *e)
{
	struct msg m;
	int rc = take(&k->signing.channel, "signer", &m);

	if (rc == 1) {
		rc = keeper_hear_signer(k, &m, e);
		msg_close_fds(&m);
		if (rc == 0)
			refuse(&k->signing.channel, "signer", e);
	}
	if (rc == 0)
		signer_gone(k);
	return rc == -1 ? -1 : 0;
}

/* A channel may have been closed by what was heard before it in the same round. */
static int
hear(struct keeper *k, const struct ready *r, struct err *e)
{
	struct worker *w = r->who;
	struct box *box = r->who;
	struct channel *client = r->who;

	switch ((enum what)r->what) {
	case WHAT_PARENT:
		return hear_parent(k, e);
	case WHAT_BOX:
		return box->channel.fd == -1 ? 0 : hear_box(k, box, e);
	case WHAT_WORKER:
		return w->channel.fd == -1 ? 0 : hear_worker(k, w, e);
	case WHAT_ASKER:
		return k->asker.fd == -1 ? 0 : hear_asker(k, e);
	case WHAT_SIGNER:
		return k->signing.channel.fd == -1 ? 0 : hear_signer(k, e);
	case WHAT_CONTROL:
		keeper_accept(k);
		return 0;
	case WHAT_CLIENT:
		return client->fd == -1 ? 0 : keeper_hear_client(k, client, e);
	}
	return 0;
}

/* ---- the loop ---- */

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == -1 || (b != -1 && b < a) ? b : a;
}

static int64_t
deadline(const struct keeper *k)
{
	int64_t at = earlier(k->wake_ms, batch_due_ms(k));

	if (k->stop_by_ms != 0)
		at = earlier(at, k->stop_by_ms);
	at = earlier(at, keeper_sign_due_ms(k));
	return earlier(at, k->outlook.look_ms);
}

static void
listen_to(struct keeper *k, struct loop *l)
{
	bool clients_free = false;

	loop_clear(l);
	loop_add(l, k->child->parent.fd, POLLIN, WHAT_PARENT, NULL);
	loop_add(l, k->signing.channel.fd, POLLIN, WHAT_SIGNER, NULL);
	loop_add(l, k->asker.fd, POLLIN, WHAT_ASKER, NULL);
	for (size_t i = 0; i < k->n_workers; i++)
		loop_add(l, k->worker[i].channel.fd, POLLIN, WHAT_WORKER, &k->worker[i]);
	for (size_t i = 0; i < k->n_boxes; i++)
		loop_add(l, k->box[i].channel.fd, POLLIN, WHAT_BOX, &k->box[i]);
	for (size_t i = 0; i < KEEPER_CLIENTS; i++) {
		clients_free = clients_free || k->client[i].fd == -1;
		loop_add(l, k->client[i].fd, POLLIN, WHAT_CLIENT, &k->client[i]);
	}
	if (clients_free)
		loop_add(l, k->control, POLLIN, WHAT_CONTROL, NULL);
}

/* After the parent spoke a channel may be another one than was waited for: look anew. */
static int
hear_all(struct keeper *k, struct loop *l, struct err *e)
{
	struct ready r = { .what = -1 };

	while (r.what != WHAT_PARENT && loop_next(l, &r)) {
		if (hear(k, &r, e) == -1)
			return -1;
		if (batch_full(k) && batch_end(k, e) == -1)
			return -1;
	}
	return 0;
}

/* A batch is over when it is full or due, when nobody has anything more to say and no more is
 * expected, and when a signature over what was durable before it can be asked for. */
static bool
is_over(const struct keeper *k, bool idle)
{
	const struct batch *b = &k->batch;

	return batch_full(k) || (idle && b->pressing && !b->busy) || keeper_wants_signature(k);
}

static int
once(struct keeper *k, struct err *e)
{
	static struct loop l;
	int n;

	listen_to(k, &l);
	n = loop_wait(&l, deadline(k), e);
	if (n == -1 || hear_all(k, &l, e) == -1)
		return -1;
	if (is_over(k, n == 0) && batch_end(k, e) == -1)
		return -1;
	if (keeper_look(k, e) == -1 || trouble_keep(k, e) == -1 ||
	    (!k->batch.open && keeper_sign(k, e) == -1))
		return -1;
	if (errand_ask(k, e) == -1)
		return -1;
	return k->stop_by_ms != 0 ? 0 : keeper_assign(k, e);
}

/* When stopping: the batch, and the signature over it if the signer is quick. */
static bool
is_done(const struct keeper *k)
{
	if (k->stop_by_ms == 0 || k->batch.open)
		return false;
	return !k->signing.pending || clock_ms() >= k->stop_by_ms;
}

int
keeper_main(struct child *c)
{
	static struct keeper k;
	struct err e = { 0 };
	int rc = keeper_start(&k, c, &e);

	while (rc == 0 && !is_done(&k))
		rc = once(&k, &e);
	keeper_end(&k);
	if (rc == 0)
		return EX_OK;
	event_err("keeper", &e);
	return e.kind == ERR_CONFIG || e.kind == ERR_DAMAGED || e.kind == ERR_REFUSED ? EX_CONFIG
	                                                                              : 1;
}
