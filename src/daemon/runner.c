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
#include "proc/loop.h"

enum {
	DEADLINE_MS = 60000, /* a command that fetches a token from the network */
	LINE_LONGEST = 8192, /* bytes: an OAuth token */
};

static bool
has_commands(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_mailboxes; i++)
		if (conf->mailbox[i].password_command != NULL)
			return true;
	return false;
}

static void
exec_command(const char *command, int out)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
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

static int
run(const char *command, struct buf *line, struct err *e)
{
	int fd[2], status = 0, rc;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	pid = fork();
	if (pid == 0)
		exec_command(command, fd[1]);
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
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ERR_RETRY, "the command ended with status 0x%x", status);
	return 0;
}

static int
answer(int fd, const struct conf *conf, const struct msg *m)
{
	struct buf line = BUF_MAX(LINE_LONGEST);
	struct str name = msg_arg(m, "mailbox"), rest, first;
	const struct conf_mailbox *box = conf_mailbox(conf, name);
	struct err e = { 0 };
	int rc;

	if (box == NULL || box->password_command == NULL)
		return -1;
	if (run(box->password_command, &line, &e) == 0) {
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

static void
serve(int fd, const struct conf *conf)
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
	} while (rc == 1 && msg_is(&m, "run") && answer(fd, conf, &m) == 0);
	_exit(rc == 0 ? 0 : 1);
}

int
runner_start(const struct conf *conf, struct err *e)
{
	int fd[2];
	pid_t pid;

	if (!has_commands(conf))
		return -1;
	if (channel_pair(fd, e) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		serve(fd[1], conf);
	}
	close(fd[1]);
	if (pid == -1) {
		close(fd[0]);
		return err_sys(e, "fork the command runner");
	}
	return fd[0];
}
