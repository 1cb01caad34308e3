/* SPDX-License-Identifier: ISC */
#include "daemon/family.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/protocol.h"
#include "proc/event.h"
#include "proc/loop.h"

enum {
	PAUSE_FIRST_MS = 100,
	PAUSE_LONGEST_MS = 30000,
	OLD_ENOUGH_MS = 10000, /* who lived that long did not die of being started */
	BEGIN_MS = 300000, /* until a fetcher has its first answers: each step has its own limit */
};

/* Who talks to whom: the arrows of src/README's picture. */
static const struct {
	enum role a, b;
} edges[] = {
	{ ROLE_FETCHER, ROLE_KEEPER },
	{ ROLE_FETCHER, ROLE_ASKER },
	{ ROLE_CHECKER, ROLE_KEEPER },
	{ ROLE_ASKER, ROLE_KEEPER },
	{ ROLE_SIGNER, ROLE_KEEPER },
};

static bool
talk(enum role a, enum role b)
{
	for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++)
		if ((edges[i].a == a && edges[i].b == b) || (edges[i].a == b && edges[i].b == a))
			return true;
	return false;
}

static void
add(struct family *f, enum role role, const char *name)
{
	struct member *m = &f->member[f->n++];

	*m = (struct member){ .role = role, .channel.fd = -1 };
	snprintf(m->name, sizeof m->name, "%s", name);
}

void
family_plan(struct family *f, const struct conf *conf, int config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t checkers = conf->checkers;
	char number[24];

	if (checkers == 0)
		checkers = cores < 1 ? 1 : cores > 64 ? 64 : (uint64_t)cores;
	*f = (struct family){ .config = config, .state = conf->state };
	add(f, ROLE_KEEPER, "-");
	add(f, ROLE_SIGNER, "-");
	add(f, ROLE_ASKER, "-");
	for (uint64_t i = 0; i < checkers; i++) {
		snprintf(number, sizeof number, "%llu", (unsigned long long)i);
		add(f, ROLE_CHECKER, number);
	}
	for (size_t i = 0; i < conf->n_mailboxes; i++)
		add(f, ROLE_FETCHER, conf->mailbox[i].name);
}

/* In the new process: the channel at its place, no signal blocked, and our own program again. */
static void
become(const struct member *m, int fd)
{
	char process[32], name[96];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(fd, PROTOCOL_PARENT_FD) == -1)
		_exit(EX_OSERR);
	if (fd == PROTOCOL_PARENT_FD)
		fcntl(fd, F_SETFD, 0);
	snprintf(process, sizeof process, "--process=%s", role_rows[m->role].name);
	snprintf(name, sizeof name, "--name=%s", m->name);
	execl("/proc/self/exe", "mailseald", process, name, (char *)NULL);
	_exit(EX_OSERR);
}

/* A pair of ends, one to each. */
static int
introduce(struct member *a, struct member *b, struct err *e)
{
	int fd[2], rc;

	if (channel_pair(fd, e) == -1)
		return -1;
	rc = channel_send(a->channel.fd, STR(""), fd[0], -1, e, "peer role=%s name=%s",
	    role_rows[b->role].name, b->name);
	if (rc == 0)
		rc = channel_send(b->channel.fd, STR(""), fd[1], -1, e, "peer role=%s name=%s",
		    role_rows[a->role].name, a->name);
	close(fd[0]);
	close(fd[1]);
	return rc;
}

/* The signer's directory: the only thing a child is given to open files in. */
static int
directory(const struct family *f, enum role role)
{
	char path[4200];

	if (role != ROLE_SIGNER)
		return -1;
	snprintf(path, sizeof path, "%s/signer", f->state);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
greet(struct family *f, struct member *m, struct err *e)
{
	int dir = directory(f, m->role), rc;

	rc = channel_send(m->channel.fd, STR(""), f->config, dir, e, "start role=%s name=%s",
	    role_rows[m->role].name, m->name);
	if (dir != -1)
		close(dir);
	for (size_t i = 0; rc == 0 && i < f->n; i++)
		if (f->member[i].channel.fd != -1 && !f->member[i].stopping &&
		    talk(m->role, f->member[i].role))
			rc = introduce(m, &f->member[i], e);
	return rc;
}

static int
start(struct family *f, struct member *m, struct err *e)
{
	int fd[2];

	if (channel_pair(fd, e) == -1)
		return -1;
	m->pid = fork();
	if (m->pid == 0)
		become(m, fd[1]);
	close(fd[1]);
	if (m->pid == -1) {
		close(fd[0]);
		m->pid = 0;
		return err_sys(e, "fork");
	}
	channel_open(&m->channel, fd[0]);
	m->ready = false;
	m->started_ms = clock_ms();
	if (!m->overdue)
		m->alive_by_ms = m->started_ms + BEGIN_MS;
	/* A peer that just died is met again when it is started anew; so is one that dies now. */
	if (greet(f, m, e) == -1 && e->kind != ERR_RETRY)
		return -1;
	return 0;
}

int
family_start(struct family *f, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		struct member *m = &f->member[i];

		if (m->pid == 0 && !m->stopping && m->restart_ms <= clock_ms() &&
		    start(f, m, e) == -1)
			return err_at(e, "start %s", role_rows[m->role].name);
	}
	return 0;
}

int64_t
family_due_ms(const struct family *f)
{
	int64_t due = -1;

	for (size_t i = 0; i < f->n; i++) {
		const struct member *m = &f->member[i];

		if (m->pid == 0 && !m->stopping && (due == -1 || m->restart_ms < due))
			due = m->restart_ms;
	}
	return due;
}

/* The pause before the next start doubles for who died young. */
static void
plan_return(struct member *m)
{
	int64_t lived = clock_ms() - m->started_ms;

	if (lived >= OLD_ENOUGH_MS || m->pause_ms == 0)
		m->pause_ms = PAUSE_FIRST_MS;
	else
		m->pause_ms =
		    m->pause_ms * 2 < PAUSE_LONGEST_MS ? m->pause_ms * 2 : PAUSE_LONGEST_MS;
	m->restart_ms = clock_ms() + m->pause_ms;
}

static int
bury(struct member *m, int status)
{
	bool asked = m->stopping;

	channel_close(&m->channel);
	m->pid = 0;
	m->ready = false;
	if (asked && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	plan_return(m);
	event("died", "role=%s name=%s %s=%d again_in_ms=%lld", role_rows[m->role].name, m->name,
	    WIFSIGNALED(status) ? "signal" : "status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), (long long)m->pause_ms);
	return WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG ? EX_CONFIG : 0;
}

int
family_reap(struct family *f)
{
	int status, worst = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < f->n; i++)
			if (f->member[i].pid == pid && bury(&f->member[i], status) != 0)
				worst = EX_CONFIG;
	return worst;
}

bool
family_stop(struct family *f, enum role role)
{
	bool alive = false;

	for (size_t i = 0; i < f->n; i++) {
		struct member *m = &f->member[i];

		if (m->role != role)
			continue;
		if (!m->stopping && m->pid != 0)
			channel_send(m->channel.fd, STR(""), -1, -1, NULL, "stop");
		m->stopping = true;
		alive = alive || m->pid != 0;
	}
	return alive;
}

void
family_kill(struct family *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->member[i].pid != 0)
			kill(f->member[i].pid, SIGKILL);
}

bool
family_all_ready(const struct family *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->member[i].ready)
			return false;
	return true;
}

void
family_alive(struct member *m, uint64_t within_s, int64_t now_ms)
{
	m->alive_by_ms = now_ms + (int64_t)within_s * 1000;
	m->overdue = false;
}

bool
family_keeps_word(struct family *f, int64_t now_ms)
{
	bool kept = true;

	for (size_t i = 0; i < f->n; i++) {
		struct member *m = &f->member[i];

		if (m->role != ROLE_FETCHER || m->stopping || m->alive_by_ms > now_ms)
			continue;
		if (m->pid == 0 && !m->overdue)
			continue;
		kept = false;
		if (m->overdue)
			continue;
		m->overdue = true;
		event("overdue", "role=%s name=%s", role_rows[m->role].name, m->name);
		kill(m->pid, SIGKILL);
	}
	return kept;
}
