/* SPDX-License-Identifier: ISC */
#include "daemon/runner.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/channel.h"
#include "proc/event.h"
#include "proc/loop.h"

enum {
	DEADLINE_MS = 60000, /* a command that fetches a token from the network */
	LINE_LONGEST = 8192, /* bytes: an OAuth token */
};

struct runner {
	const struct conf *conf;
	const char *conf_path;
};

bool
runner_has(const struct conf_mailbox *box)
{
	return box->password_command != NULL || box->token_command != NULL || box->oauth != NULL;
}

static void
warn_of_accounts(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_mailboxes; i++)
		if (conf->mailbox[i].service_account_file != NULL &&
		    strcmp(conf->mailbox[i].name, conf->mailbox[i].account) == 0)
			event("warning",
			    "what=service-account mailbox=%s text=\"its key opens every mailbox of "
			    "the domain\"",
			    conf->mailbox[i].name);
}

/*
 * Our own `mailseal token`: beside us, as in a build tree, or where it was installed.  It prints
 * the token or, on standard error, one line that says why not: both go to out.
 */
static void
exec_token(const struct runner *r, const struct conf_mailbox *box, int out)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "mailseal");
	char *slash;

	dup2(out, STDERR_FILENO);
	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		memcpy(slash + 1, "mailseal", sizeof "mailseal");
		execl(path, "mailseal", "-c", r->conf_path, "token", box->account, (char *)NULL);
	}
	execl(BINDIR "/mailseal", "mailseal", "-c", r->conf_path, "token", box->account,
	    (char *)NULL);
}

static void
exec_command(const struct runner *r, const struct conf_mailbox *box, int out)
{
	const char *command =
	    box->token_command != NULL ? box->token_command : box->password_command;
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (command != NULL)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	else
		exec_token(r, box, out);
	_exit(127);
}

/* Reads until the end, the first line or the deadline; 0, or -1 on ERR_RETRY or ERR_LIMIT. */
static int
first_line(int fd, struct buf *line, struct err *e)
{
	int64_t deadline = clock_ms() + DEADLINE_MS;
	struct loop l;
	char chunk[1024];
	ssize_t got;

	for (;;) {
		loop_clear(&l);
		loop_add(&l, fd, POLLIN, 0, NULL);
		if (loop_wait(&l, deadline, e) == -1)
			return -1;
		if (clock_ms() >= deadline)
			return err_set(e, ERR_RETRY, "the command did not end in 60 seconds");
		got = read(fd, chunk, sizeof chunk);
		if (got == -1)
			return err_sys(e, "read from the command");
		buf_add(line, str_bytes(chunk, (size_t)got));
		sodium_memzero(chunk, sizeof chunk);
		if (buf_check(line, "output of the command", e) == -1)
			return -1;
		if (got == 0 || str_chr(buf_str(line), '\n') != -1)
			return 0;
	}
}

/* What the command printed is in line; when it failed and is our own, the reason is. */
static int
judge(const struct conf_mailbox *box, int status, struct buf *line, struct err *e)
{
	struct str said = buf_str(line), why;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (box->oauth == NULL || !str_starts(said, STR("mailseal: ")))
		return err_set(e, ERR_RETRY, "the command ended with status 0x%x", status);
	said = str_from(said, strlen("mailseal: "));
	str_cut(&said, '\n', &why);
	return err_set(e, ERR_RETRY, "%.*s", STR_FMT(why));
}

static int
run(const struct runner *r, const struct conf_mailbox *box, struct buf *line, struct err *e)
{
	int fd[2], status = 0, rc;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	pid = fork();
	if (pid == 0)
		exec_command(r, box, fd[1]);
	close(fd[1]);
	if (pid == -1) {
		close(fd[0]);
		return err_sys(e, "fork");
	}
	rc = first_line(fd[0], line, e);
	close(fd[0]);
	if (rc == -1)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (rc == -1)
		return -1;
	return judge(box, status, line, e);
}

static int
answer(int fd, const struct runner *r, const struct msg *m)
{
	struct buf line = BUF_MAX(LINE_LONGEST);
	struct str name = msg_arg(m, "mailbox"), rest, first;
	const struct conf_mailbox *box = conf_mailbox(r->conf, name);
	struct err e = { 0 };
	int rc;

	if (box == NULL || !runner_has(box))
		return -1;
	if (run(r, box, &line, &e) == 0) {
		rest = buf_str(&line);
		str_cut(&rest, '\n', &first);
		rc = channel_send(fd, first, -1, -1, &e, "output mailbox=%s", box->name);
	} else {
		rc = channel_send(fd, str_of(e.text), -1, -1, &e, "failed mailbox=%s", box->name);
	}
	if (line.p != NULL)
		sodium_memzero(line.p, line.cap);
	buf_free(&line);
	return rc;
}

/* A reload that the parent found good may fail here, when the file changed again: then it stays. */
static int
obey(int fd, struct runner *r, const struct msg *m)
{
	struct conf *fresh;

	if (msg_is(m, "run"))
		return answer(fd, r, m);
	if (!msg_is(m, "reload"))
		return -1;
	fresh = conf_load(r->conf_path, NULL);
	if (fresh != NULL)
		r->conf = fresh; /* the one before was the parent's */
	return 0;
}

static void
serve(int fd, struct runner *r)
{
	struct channel c;
	struct msg m;
	int rc;

	prctl(PR_SET_NAME, "runner");
	prctl(PR_SET_DUMPABLE, 0);
	channel_open(&c, fd);
	do {
		rc = channel_recv(&c, &m, NULL);
		msg_close_fds(&m);
	} while (rc == 1 && obey(fd, r, &m) == 0);
	_exit(rc == 0 ? 0 : 1);
}

int
runner_start(const struct conf *conf, const char *conf_path, struct err *e)
{
	struct runner r = { conf, conf_path };
	int fd[2];
	pid_t pid;

	warn_of_accounts(conf);
	if (channel_pair(fd, e) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		serve(fd[1], &r);
	}
	close(fd[1]);
	if (pid == -1) {
		close(fd[0]);
		return err_sys(e, "fork the command runner");
	}
	return fd[0];
}
