/* SPDX-License-Identifier: ISC */
#include "proc/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "proc/channel.h"
#include "proc/loop.h"

enum {
	BATCH = CHANNEL_FDS, /* tasks a packet */
	QUEUE = 2 * BATCH,   /* that a worker has, so that it waits for nobody */
	PART = 64 << 10,     /* bytes of results a packet */
	TELL_MS = 5,         /* a result that is done waits so long for the next */
	WORKER_FD = 3,       /* where a worker finds its channel; and its side descriptor */
	SIDE_FD,
	FIRST_FOREIGN_FD,
};

/*
 * Tasks are numbered from 0; number n lies in task[n % LIMIT_POOL_TASKS].  Results below `first`
 * were taken, tasks below `last` are there.  What goes through a channel is gathered: several tasks
 * a packet, several results a packet, for waking another process costs as much as a small task.
 * A worker answers in the order of its queue.  It may die with results untold, so what it died of
 * is known only when it had one task: of several each is done anew, alone.
 */
enum state {
	TASK_WAITS,
	TASK_AT_WORK,
	TASK_DONE,
};

struct task {
	enum state state;
	int fd; /* -1 when it is done */
	uint64_t size;
	bool alone; /* it shares its worker with no other */
	struct pool_result result;
	struct buf out;
};

struct worker {
	pid_t pid; /* 0: it is started when there is a task for it */
	struct channel channel;
	uint64_t queue[QUEUE];
	size_t n, sent; /* tasks in the queue, and how many of them, the first, it was given */
	uint64_t bytes; /* of the tasks in the queue */
};

struct pool {
	const struct pool_work *work;
	struct task task[LIMIT_POOL_TASKS];
	uint64_t first, last;
	uint64_t waiting; /* bytes of results not taken */
	struct buf taken;
	struct worker *worker;
	size_t n;
};

static struct task *
task(struct pool *p, uint64_t number)
{
	return &p->task[number % LIMIT_POOL_TASKS];
}

/* ---- in a worker ---- */

/* Nothing of the parent's is left but standard error. */
static void
keep_only(int channel, int side)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	channel = fcntl(channel, F_DUPFD, FIRST_FOREIGN_FD);
	side = side == -1 ? -1 : fcntl(side, F_DUPFD, FIRST_FOREIGN_FD);
	dup2(channel, WORKER_FD);
	if (side == -1)
		close(SIDE_FD);
	else
		dup2(side, SIDE_FD);
	close_range(FIRST_FOREIGN_FD, ~0u, 0);
}

/* What a worker is. */
struct self {
	const struct pool_work *work;
	int side;
	struct err walls; /* why there is no sandbox, in which case nothing is done */
	struct buf told;  /* results on their way to the parent */
	int64_t told_ms;  /* when the last packet of them went */
};

static int
tell_now(struct self *w)
{
	int rc = 0;

	if (w->told.n > 0)
		rc = channel_send_fds(WORKER_FD, "results", buf_str(&w->told), NULL, 0, NULL);
	buf_clear(&w->told);
	w->told_ms = clock_ms();
	return rc;
}

/* A result, or a part of one: at most PART bytes. */
static int
tell(struct self *w, const char *verb, uint64_t number, struct str bytes)
{
	if (w->told.n + bytes.n > PART && tell_now(w) == -1)
		return -1;
	msg_add(&w->told, bytes, "%s number=%llu", verb, (unsigned long long)number);
	return 0;
}

static int
tell_result(struct self *w, uint64_t number, struct str rest)
{
	for (; rest.n > PART; rest = str_from(rest, PART))
		if (tell(w, "part", number, str_head(rest, PART)) == -1)
			return -1;
	return tell(w, "done", number, rest);
}

static int
do_task(struct self *w, int fd, const struct msg *m)
{
	const struct pool_work *work = w->work;
	struct buf out = BUF_MAX(LIMIT_POOL_RESULT);
	struct err e = w->walls;
	uint64_t number, size;
	int rc = -1;

	if (msg_u64(m, "number", UINT64_MAX, &number, NULL) == -1 ||
	    msg_u64(m, "size", UINT64_MAX, &size, NULL) == -1)
		return -1;
	if (e.kind == ERR_NONE)
		rc = work->run(work->ctx, w->side, fd, m->payload, size, &out, &e);
	if (rc == 0)
		rc = buf_check(&out, "result", &e);
	if (rc == 0)
		rc = tell_result(w, number, buf_str(&out));
	else
		rc = tell(w, "failed", number, str_of(e.text));
	buf_free(&out);
	return rc;
}

/* The tasks of a packet; a `task` comes with a descriptor, a `bare` one without. */
static int
do_tasks(struct self *w, const struct msg *packet)
{
	struct str rest = packet->payload;
	struct msg m;
	int n = 0, rc;

	w->told_ms = clock_ms();
	while ((rc = msg_next(&rest, &m, NULL)) == 1) {
		if (do_task(w, msg_is(&m, "task") ? packet->fd[n++] : -1, &m) == -1)
			return -1;
		if (clock_ms() - w->told_ms > TELL_MS && tell_now(w) == -1)
			return -1;
	}
	return rc == 0 ? tell_now(w) : -1;
}

static void
be_worker(const struct pool_work *work, int channel, int side)
{
	struct self w = { .work = work, .told = BUF_MAX(LIMIT_PACKET) };
	struct channel c;
	struct msg m;
	int rc;

	keep_only(channel, side);
	w.side = side == -1 ? -1 : SIDE_FD;
	if (sandbox_walls(work->sandbox, NULL, -1, &w.walls) == 0)
		sandbox_enter(work->sandbox, &w.walls);
	channel_open(&c, WORKER_FD);
	do {
		rc = channel_recv(&c, &m, NULL);
		if (rc == 1 && do_tasks(&w, &m) == -1)
			rc = -1;
		msg_close_fds(&m);
	} while (rc == 1);
	_exit(rc == 0 ? 0 : 1);
}

/* ---- workers ---- */

static int
start(struct pool *p, struct worker *w, struct err *e)
{
	int fd[2], side = -1;

	if (p->work->side != NULL) {
		side = p->work->side(p->work->ctx, e);
		if (side == -1)
			return -1;
	}
	if (channel_pair(fd, e) == -1) {
		close(side);
		return -1;
	}
	w->pid = fork();
	if (w->pid == 0)
		be_worker(p->work, fd[1], side);
	close(fd[1]);
	if (side != -1)
		close(side);
	if (w->pid == -1) {
		w->pid = 0;
		close(fd[0]);
		return err_sys(e, "fork");
	}
	channel_open(&w->channel, fd[0]);
	return 0;
}

static void
settle(struct pool *p, uint64_t number, enum pool_outcome outcome)
{
	struct task *t = task(p, number);

	t->result.outcome = outcome;
	t->state = TASK_DONE;
	p->waiting += t->out.n;
	if (t->fd != -1)
		close(t->fd);
	t->fd = -1;
}

/* A task goes back to those that wait, to be read from its beginning. */
static void
put_back(struct task *t)
{
	buf_free(&t->out);
	if (t->fd != -1)
		lseek(t->fd, 0, SEEK_SET);
	t->state = TASK_WAITS;
}

static void
bury(struct pool *p, struct worker *w)
{
	int status = 0;

	kill(w->pid, SIGKILL); /* if it only said what it should not */
	waitpid(w->pid, &status, 0);
	for (size_t i = 0; i < w->n; i++) {
		put_back(task(p, w->queue[i]));
		if (i < w->sent)
			task(p, w->queue[i])->alone = true;
	}
	if (w->sent == 1) {
		task(p, w->queue[0])->result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
		settle(p, w->queue[0], POOL_DIED);
	}
	channel_close(&w->channel);
	*w = (struct worker){ .channel.fd = -1 };
}

/* The first of its queue is done. */
static void
shift(struct pool *p, struct worker *w, enum pool_outcome outcome)
{
	w->bytes -= task(p, w->queue[0])->size;
	settle(p, w->queue[0], outcome);
	w->n--;
	w->sent--;
	for (size_t i = 0; i < w->n; i++)
		w->queue[i] = w->queue[i + 1];
}

/* A result, or part of one.  -1: it is not that of the first task in the queue. */
static int
hear_result(struct pool *p, struct worker *w, const struct msg *m)
{
	uint64_t number;
	struct task *t;

	if (msg_u64(m, "number", UINT64_MAX, &number, NULL) == -1 || w->sent == 0 ||
	    number != w->queue[0])
		return -1;
	t = task(p, number);
	if (msg_is(m, "failed")) {
		err_set(&t->result.err, ERR_SYSTEM, "%.*s", STR_FMT(m->payload));
		shift(p, w, POOL_FAILED);
		return 0;
	}
	if (!msg_is(m, "part") && !msg_is(m, "done"))
		return -1;
	buf_add(&t->out, m->payload);
	if (t->out.over)
		return -1;
	if (msg_is(m, "done"))
		shift(p, w, POOL_DONE);
	return 0;
}

/* What a worker says; -1: it is not to be listened to any more. */
static int
hear(struct pool *p, struct worker *w)
{
	struct msg packet, m;
	struct str rest;
	int rc;

	if (channel_recv(&w->channel, &packet, NULL) != 1)
		return -1;
	msg_close_fds(&packet);
	if (!msg_is(&packet, "results"))
		return -1;
	rest = packet.payload;
	while ((rc = msg_next(&rest, &m, NULL)) == 1)
		if (hear_result(p, w, &m) == -1)
			return -1;
	return rc;
}

/* ---- the pool ---- */

struct pool *
pool_new(const struct pool_work *work, unsigned workers)
{
	struct pool *p = calloc(1, sizeof *p);

	if (p == NULL)
		abort();
	p->work = work;
	p->n = workers;
	p->worker = calloc(workers, sizeof *p->worker);
	if (p->worker == NULL)
		abort();
	for (size_t i = 0; i < p->n; i++)
		p->worker[i].channel.fd = -1;
	return p;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (p->worker[i].pid != 0)
			bury(p, &p->worker[i]);
	for (uint64_t n = p->first; n < p->last; n++) {
		if (task(p, n)->fd != -1)
			close(task(p, n)->fd);
		buf_free(&task(p, n)->out);
	}
	buf_free(&p->taken);
	free(p->worker);
	free(p);
}

bool
pool_has_room(const struct pool *p)
{
	return p->last - p->first < LIMIT_POOL_TASKS && p->waiting < LIMIT_POOL_BYTES;
}

void
pool_give(struct pool *p, int fd, const char *name, uint64_t size)
{
	*task(p, p->last++) = (struct task){
		.fd = fd,
		.size = size,
		.out = BUF_MAX(LIMIT_POOL_RESULT),
		.result = { .name = name },
	};
}

void
pool_give_failed(struct pool *p, const char *name, const struct err *why)
{
	pool_give(p, -1, name, 0);
	task(p, p->last - 1)->result.err = *why;
	settle(p, p->last - 1, POOL_FAILED);
}

/* Who has the least to do and may have this, too; NULL when all have enough. */
static struct worker *
idlest(struct pool *p, const struct task *t)
{
	struct worker *best = NULL;

	for (size_t i = 0; i < p->n; i++) {
		struct worker *w = &p->worker[i];
		bool shares = !t->alone && w->bytes + t->size <= POOL_SHARED &&
		              (w->n == 0 || !task(p, w->queue[0])->alone);

		if (w->sent > QUEUE - BATCH || w->n == QUEUE || (w->n > 0 && !shares))
			continue;
		if (best == NULL || w->n < best->n)
			best = w;
	}
	return best;
}

/* The next packet of a worker's queue.  A worker that is gone is buried, and its tasks wait. */
static int
send_tasks(struct pool *p, struct worker *w, struct err *e)
{
	struct buf packet = BUF_MAX(LIMIT_PACKET);
	struct err gone = { 0 };
	int fd[BATCH], rc;
	size_t n_fds = 0, n;

	if (w->pid == 0 && start(p, w, e) == -1)
		return -1;
	for (n = 0; n < BATCH && w->sent + n < w->n; n++) {
		uint64_t number = w->queue[w->sent + n];
		const struct task *t = task(p, number);

		if (t->fd != -1)
			fd[n_fds++] = t->fd;
		msg_add(&packet, str_of(t->result.name), "%s number=%llu size=%llu",
		    t->fd != -1 ? "task" : "bare", (unsigned long long)number,
		    (unsigned long long)t->size);
	}
	rc = buf_check(&packet, "names of tasks", &gone);
	if (rc == 0)
		rc = channel_send_fds(w->channel.fd, "tasks", buf_str(&packet), fd, n_fds, &gone);
	buf_free(&packet);
	if (rc == 0) {
		w->sent += n;
		return 0;
	}
	bury(p, w);
	return gone.kind == ERR_RETRY ? 0 : err_set(e, gone.kind, "%s", gone.text);
}

static int
hand_out(struct pool *p, struct err *e)
{
	for (uint64_t number = p->first; number < p->last; number++) {
		struct task *t = task(p, number);
		struct worker *w;

		if (t->state != TASK_WAITS)
			continue;
		w = idlest(p, t);
		if (w == NULL)
			break;
		w->queue[w->n++] = number;
		w->bytes += t->size;
		t->state = TASK_AT_WORK;
	}
	for (size_t i = 0; i < p->n; i++)
		while (p->worker[i].sent < p->worker[i].n)
			if (send_tasks(p, &p->worker[i], e) == -1)
				return -1;
	return 0;
}

static int
wait_for_workers(struct pool *p, struct err *e)
{
	struct loop l;
	struct ready r;

	loop_clear(&l);
	for (size_t i = 0; i < p->n; i++)
		loop_add(&l, p->worker[i].channel.fd, POLLIN, 0, &p->worker[i]);
	if (loop_wait(&l, -1, e) == -1)
		return -1;
	while (loop_next(&l, &r))
		if (hear(p, r.who) == -1)
			bury(p, r.who);
	return 0;
}

int
pool_take(struct pool *p, struct pool_result *r, struct err *e)
{
	struct task *t = task(p, p->first);

	buf_free(&p->taken);
	if (p->first == p->last)
		return 0;
	while (t->state != TASK_DONE)
		if (hand_out(p, e) == -1 || wait_for_workers(p, e) == -1)
			return -1;
	p->first++;
	p->waiting -= t->out.n;
	p->taken = t->out;
	t->out = (struct buf){ 0 };
	*r = t->result;
	r->out = buf_str(&p->taken);
	return 1;
}
