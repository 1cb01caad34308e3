/* SPDX-License-Identifier: ISC */
/*
 * asker: the only process that speaks with the DNS, and the one that connects sockets.  The keeper
 * asks what a checker needs; a fetcher asks to be connected to its mailbox.  Nobody makes it wait:
 * answers are taken from the resolver only as fast as the keeper reads them.
 */
#include <sysexits.h>

#include "base/limits.h"
#include "daemon/dial.h"
#include "daemon/protocol.h"
#include "daemon/roles.h"
#include "proc/event.h"
#include "proc/loop.h"

enum {
	NAME_LONGEST = 1024, /* 255 bytes, each perhaps \DDD */
};

enum what {
	WHAT_SOCKET,
	WHAT_FETCHER,
	WHAT_KEEPER,
	WHAT_RESOLVER,
	WHAT_PARENT,
};

struct asker {
	struct child *child;
	struct resolver *resolver;
	struct channel keeper; /* fd -1: it is not there */
	bool waiting;          /* for the keeper to read */
	struct dial dial[CONF_MAILBOXES];
	size_t n_dials;
};

/* ---- the keeper ---- */

static void
lose_keeper(struct asker *a)
{
	resolver_forget(a->resolver, &a->keeper);
	channel_close(&a->keeper);
}

static int
ask(struct asker *a, const struct msg *m, struct err *e)
{
	uint64_t id, type;

	if (!msg_is(m, "ask") || m->payload.n == 0 || m->payload.n > NAME_LONGEST)
		return err_set(e, ERR_SYNTAX, "not a message of a keeper");
	if (msg_u64(m, "id", UINT64_MAX, &id, e) == -1 ||
	    msg_u64(m, "type", UINT16_MAX, &type, e) == -1)
		return -1;
	return resolver_ask(
	    a->resolver, &a->keeper, id, m->payload, (enum dns_type)type, clock_ms(), e);
}

static void
hear_keeper(struct asker *a)
{
	struct err e = { 0 };
	struct msg m;
	int rc = channel_recv(&a->keeper, &m, &e);

	msg_close_fds(&m);
	if (rc == 1 && ask(a, &m, &e) == 0)
		return;
	if (rc != 0)
		event_err("keeper", &e);
	lose_keeper(a);
}

static void
tell_keeper(struct asker *a, const struct resolver_answer *r)
{
	static const char *const security[] = { "insecure", "secure", "bogus" };

	channel_send(a->keeper.fd, r->dns.packet, -1, -1, NULL,
	    "answer id=%llu outcome=%s security=%s", (unsigned long long)r->id,
	    r->dns.outcome == DNS_ANSWERED ? "answered" : "failed", security[r->dns.security]);
}

static bool
keeper_reads(const struct asker *a)
{
	struct pollfd p = { a->keeper.fd, POLLOUT, 0 };

	return a->keeper.fd == -1 || poll(&p, 1, 0) == 1;
}

/* ---- the parent ---- */

static struct dial *
dial_of(struct asker *a, struct str mailbox)
{
	for (size_t i = 0; i < a->n_dials; i++)
		if (str_eq(str_of(a->dial[i].box->name), mailbox))
			return &a->dial[i];
	return NULL;
}

static int
meet(struct asker *a, struct msg *m, struct err *e)
{
	struct dial *d = dial_of(a, msg_arg(m, "name"));
	struct str role = msg_arg(m, "role");
	int fd = m->fd[0];

	if (str_eq(role, STR("keeper")) && fd != -1) {
		lose_keeper(a);
		channel_open(&a->keeper, fd);
	} else if (str_eq(role, STR("fetcher")) && d != NULL && fd != -1) {
		dial_meet(d, fd, a->resolver);
	} else {
		return err_set(e, ERR_SYNTAX, "a peer that does not ask");
	}
	m->fd[0] = -1;
	return 0;
}

/* 1 to go on, 0 to stop, -1. */
static int
hear_parent(struct asker *a, struct err *e)
{
	struct msg m;
	int rc = channel_recv(&a->child->parent, &m, e);

	if (rc == 0)
		return err_set(e, ERR_RETRY, "the parent is gone");
	if (rc == -1)
		return -1;
	if (msg_is(&m, "stop"))
		rc = 0;
	else if (!msg_is(&m, "peer"))
		rc = err_set(e, ERR_SYNTAX, "not a message of a parent");
	else if (meet(a, &m, e) == -1)
		rc = -1;
	msg_close_fds(&m);
	return rc;
}

/* ---- the loop ---- */

static void
pass_on_answers(struct asker *a)
{
	struct resolver_answer r;

	for (;;) {
		a->waiting = !keeper_reads(a);
		if (a->waiting || !resolver_next(a->resolver, clock_ms(), &r))
			return;
		if (r.who == &a->keeper)
			tell_keeper(a, &r);
		else
			dial_answer(r.who, &r.dns, clock_ms());
	}
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == -1 || (b != -1 && b < a) ? b : a;
}

/* Sockets first, so that what is told of one is not taken for the next in its place. */
static int64_t
listen_to(struct asker *a, struct loop *l)
{
	int64_t deadline = a->waiting ? -1 : resolver_deadline_ms(a->resolver);
	short keeper = a->waiting ? POLLOUT : 0;

	loop_clear(l);
	for (size_t i = 0; i < a->n_dials; i++) {
		struct dial *d = &a->dial[i];

		loop_add(l, d->socket, POLLOUT, WHAT_SOCKET, d);
		if (d->state == DIAL_CONNECTING)
			deadline = earlier(deadline, d->deadline_ms);
	}
	for (size_t i = 0; i < a->n_dials; i++)
		loop_add(l, a->dial[i].fetcher.fd, POLLIN, WHAT_FETCHER, &a->dial[i]);
	/* Two places are kept for each mailbox. */
	if (resolver_room(a->resolver) > 2 * (size_t)CONF_MAILBOXES)
		keeper |= POLLIN;
	loop_add(l, a->keeper.fd, keeper, WHAT_KEEPER, NULL);
	if (!a->waiting)
		loop_add(l, resolver_fd(a->resolver), POLLIN, WHAT_RESOLVER, NULL);
	loop_add(l, a->child->parent.fd, POLLIN, WHAT_PARENT, NULL);
	return deadline;
}

/* 1 to go on, 0 to stop, -1. */
static int
turn(struct asker *a, struct loop *l, struct err *e)
{
	int64_t deadline = listen_to(a, l);
	struct ready r;
	int rc = 1;

	if (loop_wait(l, deadline, e) == -1)
		return -1;
	while (rc == 1 && loop_next(l, &r)) {
		if (r.what == WHAT_SOCKET)
			dial_ready(r.who, clock_ms());
		else if (r.what == WHAT_FETCHER)
			dial_hear(r.who, a->resolver, clock_ms());
		else if (r.what == WHAT_KEEPER && (r.events & ~POLLOUT) != 0)
			hear_keeper(a);
		else if (r.what == WHAT_PARENT)
			rc = hear_parent(a, e);
	}
	for (size_t i = 0; i < a->n_dials; i++)
		dial_late(&a->dial[i], clock_ms());
	pass_on_answers(a);
	return rc;
}

int
asker_main(struct child *c)
{
	struct asker a = { .child = c, .keeper = { .fd = -1 }, .n_dials = c->conf->n_mailboxes };
	static struct loop l;
	struct err e = { 0 };
	int rc = -1;

	for (size_t i = 0; i < a.n_dials; i++)
		dial_open(&a.dial[i], &c->conf->mailbox[i]);
	if (child_walls(c, &e) == 0) /* before the resolver has its thread */
		a.resolver = resolver_new(c->conf, &e);
	if (a.resolver != NULL && child_ready(c, &e) == 0)
		do
			rc = turn(&a, &l, &e);
		while (rc == 1);
	if (rc == -1)
		event_err("asker", &e);
	if (rc == 0)
		return EX_OK;
	return e.kind == ERR_CONFIG ? EX_CONFIG : 1;
}
