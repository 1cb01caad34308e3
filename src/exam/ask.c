/* SPDX-License-Identifier: ISC */
#include "exam/ask.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/resolver.h"
#include "proc/loop.h"
#include "proc/sandbox.h"

static const struct sandbox sandbox = {
	.role = "asker",
	.rights = SANDBOX_CONNECT,
	.walls = SANDBOX_WALLS | SANDBOX_READ | SANDBOX_DIAL,
};

struct ask {
	pid_t pid;
	int fd; /* it hears of clients there, and ends when it is closed */
};

/* ---- the process ---- */

struct client {
	struct channel channel; /* fd -1: this place is free */
	uint64_t job;
	size_t under_way; /* questions of its round */
};

struct asking {
	struct channel parent;
	struct resolver *resolver;
	struct client client[ASK_CLIENTS];
};

static void
lose(struct asking *k, struct client *c)
{
	resolver_forget(k->resolver, c);
	channel_close(&c->channel);
	*c = (struct client){ .channel.fd = -1 };
}

static void
meet(struct asking *k, int fd)
{
	for (size_t i = 0; i < ASK_CLIENTS; i++)
		if (k->client[i].channel.fd == -1) {
			channel_open(&k->client[i].channel, fd);
			return;
		}
	close(fd);
}

static int
end_round(const struct client *c)
{
	if (c->under_way > 0)
		return 0;
	return channel_send(
	    c->channel.fd, STR(""), -1, -1, NULL, "answered job=%llu", (unsigned long long)c->job);
}

/* A line "<type> <name>" of "needs".  What cannot be asked has failed. */
static int
ask(struct asking *k, struct client *c, struct str line)
{
	struct dns_answer failed = { .outcome = DNS_FAILED };
	struct str type;
	uint64_t n;

	str_cut(&line, ' ', &type);
	if (line.p == NULL || str_u64(type, UINT16_MAX, &n) == -1)
		return -1;
	failed.name = line;
	failed.type = (enum dns_type)n;
	if (resolver_ask(k->resolver, c, 0, line, failed.type, clock_ms(), NULL) == -1)
		return answers_send(c->channel.fd, c->job, &failed, STR(""), NULL);
	c->under_way++;
	return 0;
}

/* -1: the client is gone, or says what is not in daemon/protocol.h. */
static int
hear(struct asking *k, struct client *c)
{
	struct str rest, line;
	struct msg m;

	if (channel_recv(&c->channel, &m, NULL) != 1)
		return -1;
	msg_close_fds(&m);
	if (!msg_is(&m, "needs") || c->under_way > 0 ||
	    msg_u64(&m, "job", UINT64_MAX, &c->job, NULL) == -1)
		return -1;
	for (rest = m.payload; rest.n > 0 && str_cut(&rest, '\n', &line);)
		if (ask(k, c, line) == -1)
			return -1;
	return end_round(c);
}

static void
pass_on_answers(struct asking *k)
{
	struct resolver_answer r;

	while (resolver_next(k->resolver, clock_ms(), &r)) {
		struct client *c = r.who;

		c->under_way--;
		if (answers_send(c->channel.fd, c->job, &r.dns, r.dns.packet, NULL) == -1 ||
		    end_round(c) == -1)
			lose(k, c);
	}
}

/* Whose questions there is room for is listened to. */
static void
listen_to(struct asking *k, struct loop *l)
{
	loop_clear(l);
	loop_add(l, k->parent.fd, POLLIN, 0, NULL);
	loop_add(l, resolver_fd(k->resolver), POLLIN, 0, k->resolver);
	for (size_t i = 0; i < ASK_CLIENTS && resolver_room(k->resolver) >= NEEDS_MAX; i++)
		loop_add(l, k->client[i].channel.fd, POLLIN, 0, &k->client[i]);
}

/* 1 to go on, 0 when the parent is gone. */
static int
turn(struct asking *k, struct loop *l)
{
	struct ready r;

	listen_to(k, l);
	if (loop_wait(l, resolver_deadline_ms(k->resolver), NULL) == -1)
		return 0;
	while (loop_next(l, &r)) {
		struct msg m;

		if (r.who == NULL) {
			if (channel_recv(&k->parent, &m, NULL) != 1 || m.fd[0] == -1)
				return 0;
			meet(k, m.fd[0]);
		} else if (r.who != k->resolver && resolver_room(k->resolver) >= NEEDS_MAX &&
		           hear(k, r.who) == -1) {
			lose(k, r.who);
		}
	}
	pass_on_answers(k);
	return 1;
}

static void
be_asker(const struct conf *conf, int fd)
{
	static struct asking k;
	static struct loop l;
	struct err e = { 0 };

	signal(SIGINT, SIG_IGN); /* the parent's end is ours */
	channel_open(&k.parent, fd);
	for (size_t i = 0; i < ASK_CLIENTS; i++)
		k.client[i].channel.fd = -1;
	if (sandbox_walls(&sandbox, conf, -1, &e) == 0) /* before the resolver has its thread */
		k.resolver = resolver_new(conf, &e);
	if (k.resolver == NULL || sandbox_enter(&sandbox, &e) == -1) {
		channel_send(fd, str_of(e.text), -1, -1, NULL, "failed");
		_exit(1);
	}
	channel_send(fd, STR(""), -1, -1, NULL, "ready");
	while (turn(&k, &l) == 1)
		continue;
	_exit(0);
}

/* ---- who starts it ---- */

static int
hear_ready(int fd, struct err *e)
{
	struct channel c;
	struct msg m;
	int rc;

	channel_open(&c, fd);
	rc = channel_recv(&c, &m, e);
	if (rc == 0)
		rc = err_set(e, ERR_SYSTEM, "the process that asks the DNS ended");
	else if (rc == 1)
		rc = msg_is(&m, "ready") ? 0 : err_set(e, ERR_CONFIG, "%.*s", STR_FMT(m.payload));
	buf_free(&c.in);
	return rc;
}

struct ask *
ask_new(const struct conf *conf, struct err *e)
{
	struct ask *a = calloc(1, sizeof *a);
	int fd[2];

	if (a == NULL)
		abort();
	if (channel_pair(fd, e) == -1) {
		free(a);
		return NULL;
	}
	a->fd = fd[0];
	a->pid = fork();
	if (a->pid == 0) {
		close(fd[0]);
		be_asker(conf, fd[1]);
	}
	close(fd[1]);
	if (a->pid == -1)
		err_sys(e, "fork");
	if (a->pid == -1 || hear_ready(a->fd, e) == -1) {
		ask_free(a);
		return NULL;
	}
	return a;
}

void
ask_free(struct ask *a)
{
	if (a == NULL)
		return;
	close(a->fd);
	if (a->pid > 0) {
		kill(a->pid, SIGKILL);
		waitpid(a->pid, NULL, 0);
	}
	free(a);
}

int
ask_meet(struct ask *a, struct err *e)
{
	int fd[2], rc;

	if (channel_pair(fd, e) == -1)
		return -1;
	rc = channel_send(a->fd, STR(""), fd[1], -1, e, "peer");
	close(fd[1]);
	if (rc == 0)
		return fd[0];
	close(fd[0]);
	return -1;
}

/* ---- a client ---- */

int
ask_open(struct ask_client *c, struct ask *a, struct err *e)
{
	int fd = ask_meet(a, e);

	*c = (struct ask_client){ .channel.fd = -1 };
	if (fd == -1)
		return -1;
	channel_open(&c->channel, fd);
	return 0;
}

void
ask_close(struct ask_client *c)
{
	channel_close(&c->channel);
	answers_end(&c->answers);
}

void
ask_begin(struct ask_client *c)
{
	answers_end(&c->answers);
	answers_begin(&c->answers, c->answers.job + 1);
}

int
ask_fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e)
{
	struct ask_client *c = ctx;
	bool answered = false;
	struct msg m;
	int rc = answers_need(&c->answers, c->channel.fd, needs, e);

	while (rc == 0 && !answered) {
		rc = channel_recv(&c->channel, &m, e);
		if (rc == 0)
			return err_set(e, ERR_RETRY, "the process that asks the DNS is gone");
		if (rc == -1)
			return -1;
		msg_close_fds(&m);
		answered = msg_is(&m, "answered");
		rc = answered ? 0 : answers_take(&c->answers, &m, e);
	}
	*ev = (struct evidence){ c->answers.answer, c->answers.n };
	return rc;
}
