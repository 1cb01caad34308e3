/* SPDX-License-Identifier: ISC */
/* fetcher_peers: the parent, the asker and the keeper, as the fetcher hears them. */
#include <unistd.h>

#include "daemon/fetcher.h"
#include "proc/loop.h"

static int
hear_parent(struct fetcher *f, bool *answered, struct err *e)
{
	struct msg m;
	int rc = channel_recv(&f->child->parent, &m, e);

	if (rc != 1)
		return rc == 0 ? err_set(e, ERR_SYSTEM, "the parent is gone") : -1;
	if (msg_is(&m, "peer") && m.fd[0] != -1) {
		bool keeper = str_eq(msg_arg(&m, "role"), STR("keeper"));
		struct channel *c = keeper ? &f->keeper : &f->asker;

		channel_close(c);
		channel_open(c, m.fd[0]);
		m.fd[0] = -1;
		f->keeper_changed = f->keeper_changed || keeper;
	} else if (msg_is(&m, "credential")) {
		f->secret = m.payload;
		*answered = true;
	} else if (msg_is(&m, "credential-failed")) {
		err_set(&f->why, ERR_RETRY, "credential: %.*s", STR_FMT(str_head(m.payload, 300)));
		*answered = true;
	} else if (msg_is(&m, "stop")) {
		f->stopping = true;
	}
	msg_close_fds(&m);
	return 0;
}

static int
hear_asker(struct fetcher *f, bool *answered)
{
	struct err e = { 0 };
	struct msg m;
	int rc = channel_recv(&f->asker, &m, &e);

	if (rc != 1) {
		channel_close(&f->asker);
		return 0;
	}
	if (msg_is(&m, "dialed") && m.fd[0] != -1) {
		if (f->socket != -1)
			close(f->socket);
		f->socket = m.fd[0];
		m.fd[0] = -1;
		*answered = true;
	} else if (msg_is(&m, "dial-failed")) {
		err_set(&f->why, ERR_RETRY, "dial: %.*s", STR_FMT(str_head(m.payload, 300)));
		*answered = true;
	}
	msg_close_fds(&m);
	return 0;
}

static int
take_credit(struct fetcher *f, const struct msg *m, struct err *e)
{
	uint64_t credit;

	if (msg_u64(m, "credit", PROTOCOL_CREDIT + LIMIT_MESSAGE, &credit, e) == -1)
		return -1;
	f->credit += credit;
	return 0;
}

/* Where to go on. */
static int
resume(struct fetcher *f, const struct msg *m, struct err *e)
{
	uint64_t uid;

	if (msg_u64(m, "after", UINT32_MAX, &uid, e) == -1)
		return -1;
	f->after = (uint32_t)uid;
	f->careful = str_eq(msg_arg(m, "careful"), STR("yes"));
	f->credit = 0;
	f->under_way = 0;
	f->resumed = true;
	return take_credit(f, m, e);
}

static int
take_missing(struct fetcher *f, const struct msg *m, struct err *e)
{
	int64_t by;
	uint64_t s;

	if (msg_u64(m, "again_s", INT32_MAX, &s, e) == -1)
		return -1;
	by = clock_ms() + (int64_t)s * 1000;
	if (f->count_ms > by)
		f->count_ms = by;
	ranges_free(&f->missing);
	return ranges_parse(&f->missing, m->payload, e);
}

static int
obey_keeper(struct fetcher *f, const struct msg *m, bool *answered, struct err *e)
{
	uint64_t uid;

	if (msg_is(m, "resume")) {
		*answered = true;
		return resume(f, m, e);
	}
	if (msg_is(m, "watch")) {
		f->wanted = *answered = true;
		return 0;
	}
	if (msg_is(m, "retired")) {
		f->retired = true;
		return err_set(e, ERR_RETRY, "retired");
	}
	if (msg_is(m, "missing"))
		return take_missing(f, m, e);
	if (msg_u64(m, "uid", UINT32_MAX, &uid, e) == -1)
		return -1;
	if (msg_is(m, "sealed")) {
		f->fruitful = true;
		f->under_way -= f->under_way > 0;
		return take_credit(f, m, e);
	}
	if (!msg_is(m, "again"))
		return err_set(e, ERR_SYNTAX, "the keeper says what is not in protocol.h");
	if (f->n_again < FETCHER_AGAIN_MAX) /* what does not fit is asked for in the next session */
		f->again[f->n_again++] = (uint32_t)uid;
	return 0;
}

/* The keeper's end ends the session: what it has not sealed is fetched again. */
static int
hear_keeper(struct fetcher *f, bool *answered, struct err *e)
{
	struct msg m;
	int rc = channel_recv(&f->keeper, &m, e);

	if (rc == 1)
		rc = obey_keeper(f, &m, answered, e) == -1 ? -1 : 1;
	if (rc == 0)
		err_set(e, ERR_RETRY, "the keeper is gone");
	if (rc != 1)
		channel_close(&f->keeper);
	msg_close_fds(&m);
	return rc == 1 ? 0 : -1;
}

enum who {
	WHO_PARENT,
	WHO_KEEPER,
	WHO_ASKER,
	WHO_SERVER,
};

int
fetcher_listen(struct fetcher *f, int64_t deadline_ms, bool *answered, bool *server, struct err *e)
{
	struct loop l;
	struct ready r;

	loop_clear(&l);
	loop_add(&l, f->child->parent.fd, POLLIN, WHO_PARENT, NULL);
	loop_add(&l, f->keeper.fd, POLLIN, WHO_KEEPER, NULL);
	loop_add(&l, f->asker.fd, POLLIN, WHO_ASKER, NULL);
	if (server != NULL)
		loop_add(&l, imap_fd(f->imap), POLLIN, WHO_SERVER, NULL);
	if (loop_wait(&l, deadline_ms, e) == -1)
		return -1;
	while (loop_next(&l, &r)) {
		int rc = 0;

		if (r.what == WHO_PARENT)
			rc = hear_parent(f, answered, e);
		else if (r.what == WHO_KEEPER && f->keeper.fd != -1)
			rc = hear_keeper(f, answered, e);
		else if (r.what == WHO_ASKER && f->asker.fd != -1)
			rc = hear_asker(f, answered);
		else if (r.what == WHO_SERVER)
			*server = true;
		if (rc == -1)
			return -1;
	}
	if (f->imap != NULL && f->keeper_changed)
		return err_set(e, ERR_RETRY, "a new keeper");
	return 0;
}

int
fetcher_await(struct fetcher *f, const char *what, struct err *e)
{
	int64_t deadline = clock_ms() + FETCHER_ANSWER_MS;
	bool answered = false;

	while (!answered && !f->stopping) {
		if (fetcher_listen(f, deadline, &answered, NULL, e) == -1)
			return -1;
		f->unanswered = !answered && clock_ms() >= deadline;
		if (f->unanswered)
			return err_set(e, ERR_RETRY, "%s: no answer", what);
	}
	if (f->stopping)
		return err_set(e, ERR_RETRY, "stopping");
	if (f->why.kind != ERR_NONE) {
		*e = f->why;
		return -1;
	}
	return 0;
}
