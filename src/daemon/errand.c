/* SPDX-License-Identifier: ISC */
#include "daemon/errand.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/channel.h"
#include "proc/loop.h"

const char *const errand_names[ERRANDS] = { "alarm", "publish" };

enum {
	LOOK_MS = 20, /* between looks at a command that runs */
};

/* What a command may take: to tell somebody; to copy a tree over a slow line. */
static const int64_t deadline_ms[ERRANDS] = { 60000, 600000 };

/* The command of the configuration as it is now; NULL when there is none. */
static const char *
command(enum errand what, const struct conf *conf)
{
	return what == ERRAND_ALARM ? conf->alarm_command : conf->publish_command;
}

/* In a process group of its own, so that all of it can be ended; what it prints is in our log. */
static void
exec_command(const char *text, const char *argument, int in)
{
	setpgid(0, 0);
	dup2(in, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execl("/bin/sh", "sh", "-c", text, "sh", argument, (char *)NULL);
	_exit(127);
}

static int
input(struct str text, struct err *e)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd == -1 || pwrite(fd, text.p, text.n, 0) != (ssize_t)text.n)
		return err_sys(e, "memfd");
	return fd;
}

/* Until it ends, or its time is over. */
static int
await(pid_t pid, int64_t until_ms, struct err *e)
{
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_ms() > until_ms) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			return err_set(e, ERR_RETRY, "it did not end in time");
		}
		poll(NULL, 0, LOOK_MS);
	}
	if (WIFSIGNALED(status))
		return err_set(e, ERR_RETRY, "it ended by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return err_set(e, ERR_RETRY, "its exit status was %d", WEXITSTATUS(status));
	return 0;
}

static int
run(enum errand what, const struct conf *conf, struct str text, struct err *e)
{
	const char *line = command(what, conf);
	int in, rc;
	pid_t pid;

	if (line == NULL)
		return err_set(e, ERR_CONFIG, "it is not configured");
	in = input(text, e);
	if (in == -1)
		return -1;
	pid = fork();
	if (pid == 0)
		exec_command(line, what == ERRAND_PUBLISH ? conf->published : NULL, in);
	close(in);
	if (pid == -1)
		return err_sys(e, "fork");
	rc = await(pid, clock_ms() + deadline_ms[what], e);
	return rc == -1 ? err_at(e, "%s_command", errand_names[what]) : 0;
}

static int
answer(int fd, enum errand what, const struct conf *conf, const struct msg *m)
{
	struct err e = { 0 };
	uint64_t id;

	if (msg_u64(m, "id", UINT64_MAX, &id, &e) == -1)
		return -1;
	if (run(what, conf, m->payload, &e) == 0)
		return channel_send(
		    fd, STR(""), -1, -1, &e, "done id=%llu", (unsigned long long)id);
	return channel_send(
	    fd, str_of(e.text), -1, -1, NULL, "failed id=%llu", (unsigned long long)id);
}

static void
reload(struct conf **conf, const char *path)
{
	struct conf *fresh = conf_load(path, NULL);

	if (fresh == NULL)
		return;
	conf_free(*conf);
	*conf = fresh;
}

static void
serve(int fd, enum errand what, const char *path)
{
	struct conf *conf = conf_load(path, NULL);
	struct channel c;
	struct msg m;
	int rc = conf == NULL ? -1 : 0;

	prctl(PR_SET_NAME, errand_names[what]);
	prctl(PR_SET_DUMPABLE, 0);
	channel_open(&c, fd);
	while (rc == 0 && channel_recv(&c, &m, NULL) == 1) {
		msg_close_fds(&m);
		if (msg_is(&m, "run"))
			rc = answer(fd, what, conf, &m);
		else if (msg_is(&m, "reload"))
			reload(&conf, path);
	}
	_exit(0);
}

int
errand_start(enum errand what, const char *path, struct err *e)
{
	int fd[2];
	pid_t pid;

	if (channel_pair(fd, e) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		serve(fd[1], what, path);
	}
	close(fd[1]);
	if (pid == -1) {
		close(fd[0]);
		return err_sys(e, "fork for %s_command", errand_names[what]);
	}
	return fd[0];
}
