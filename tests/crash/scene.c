/* SPDX-License-Identifier: ISC */
/*
 * scene: keeper and signer at work, the rest of the daemon played by this program, so that the two
 * may be killed or failed at any call (shim.c) and somebody outside knows what they had said.
 *
 *	scene make              a state directory with its keys, in the directory it prints
 *	scene live DIR TO       files what is missing to UID TO, has each examined, and stops
 *	scene check DIR         every UID once, with its own bytes, by the custodian's secret
 *
 * live prints what it heard, a line each: "resume U", "sealed U", "last SIZE -",
 * "signed SIZE ROOT", "trouble WHO TEXT", and at the end "keeper S" and "signer S", S being the exit status, or the signal
 * below zero.  It is no failure of this program when they die.
 *
 * There is no sandbox: the function below takes its place.
 */
#include "daemon/keeper_house.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "daemon/roles.h"
#include "proc/loop.h"
#include "seal/examination.h"

enum {
	PATIENCE_MS = 60000, /* machines are slow when many tests run */
};

__attribute__((weak, visibility("default"))) void crash_role(const char *role);

int
sandbox_walls(const struct sandbox *row, const struct conf *conf, int directory, struct err *e)
{
	(void)row;
	(void)conf;
	(void)directory;
	(void)e;
	return 0;
}

int
sandbox_enter(const struct sandbox *row, struct err *e)
{
	(void)row;
	(void)e;
	return 0;
}

/* ---- the state directory ---- */

static void
name_house(const char *dir)
{
	snprintf(house.home, sizeof house.home, "%s", dir);
	snprintf(house.state, sizeof house.state, "%s/state", dir);
	snprintf(house.published, sizeof house.published, "%s/published", house.state);
	snprintf(house.secret, sizeof house.secret, "%s/office.key", dir);
}

static int
make(void)
{
	if (house_build(NULL) == -1)
		return 1;
	puts(house.home);
	return 0;
}

static int
check(const char *dir)
{
	int custodian;
	struct err e = { 0 };
	uint64_t n;

	name_house(dir);
	custodian = house_open("custodian");
	house_must(custodian_load(custodian, "office", &house.custodian, &e), &e);
	close(custodian);
	n = filed_count("message");
	filed_check(n);
	printf("messages %llu\nexaminations %llu\n", (unsigned long long)n,
	    (unsigned long long)filed_count("examination"));
	return 0;
}

/* ---- the two who live there ---- */

struct resident {
	const char *role;
	pid_t pid;
	struct channel parent; /* our end */
	int log;               /* what it prints; -1: it is dead */
	char line[4096];       /* of it, not yet whole */
	size_t n;
	bool ready;
};

static struct resident keeper = { .role = "keeper" }, signer = { .role = "signer" };

/* What was heard, and what is wanted. */
static struct {
	struct channel of_keeper, of_signer; /* between them are we */
	uint64_t to, first, brought, sealed, examined, checkpoints;
	bool resumed, stopping;
} scene;

static int
configuration(void)
{
	int fd = memfd_create("configuration", MFD_CLOEXEC);

	dprintf(fd,
	    "[daemon]\nstate = %s\nalarm_after_s = 5\n[mailbox filing]\nhost = imap.example\nuser = filing\n"
	    "password_file = /nowhere\n",
	    house.state);
	return fd;
}

static void
be(struct resident *r, int fd, int log, int (*role_main)(struct child *c))
{
	struct sandbox row = { r->role, 0, 0, 0 };
	struct err e = { 0 };
	struct child c;

	dup2(log, STDERR_FILENO);
	dup2(log, STDOUT_FILENO);
	if (child_start(&c, fd, r->role, "-", &row, &e) == -1)
		_exit(99);
	if (crash_role != NULL)
		crash_role(r->role);
	_exit(role_main(&c));
}

static void
start(struct resident *r, int directory, int (*role_main)(struct child *c))
{
	int fd[2], log[2], config = configuration();
	struct err e = { 0 };

	house_must(channel_pair(fd, &e), &e);
	assert_int_equal(pipe2(log, O_CLOEXEC), 0);
	r->pid = fork();
	if (r->pid == 0) {
		close(fd[0]);
		be(r, fd[1], log[1], role_main);
	}
	close(fd[1]);
	close(log[1]);
	r->log = log[0];
	channel_open(&r->parent, fd[0]);
	channel_send(fd[0], STR(""), config, directory, &e, "start role=%s name=-", r->role);
	close(config);
}

static void
introduce(struct resident *to, struct channel *ours, const char *role, const char *name)
{
	struct err e = { 0 };
	int fd[2];

	house_must(channel_pair(fd, &e), &e);
	channel_open(ours, fd[0]);
	channel_send(to->parent.fd, STR(""), fd[1], -1, NULL, "peer role=%s name=%s", role, name);
	close(fd[1]);
}

static void
end(struct resident *r)
{
	channel_close(&r->parent);
	printf("%s %d\n", r->role, house_wait(r->pid));
	r->pid = 0;
}

/* ---- what is said to them ---- */

static void
open_mailbox(void)
{
	static const struct hash certificate;
	char hex[65];

	introduce(&keeper, &scene.of_keeper, "signer", "-");
	introduce(&keeper, &house.asker, "asker", "-");
	introduce(&keeper, &house.checker, "checker", "0");
	introduce(&keeper, &house.fetcher, "fetcher", "filing");
	channel_send(house.fetcher.fd, STR(""), -1, -1, NULL,
	    "open mailbox=filing uidvalidity=7 uidnext=1000 exists=999 tls=TLSv1.3 certificate=%s",
	    hex_encode(hex, certificate.b, 32));
}

static void
stop(void)
{
	scene.stopping = true;
	channel_send(keeper.parent.fd, STR(""), -1, -1, NULL, "stop");
}

/* One after the other, so that there are the same calls in the same order each time. */
static void
go_on(void)
{
	bool idle = scene.brought == 0 || (scene.sealed >= scene.brought && scene.checkpoints > 0 &&
	                                      scene.examined >= scene.brought - scene.first);

	if (!scene.resumed || scene.stopping || !idle)
		return;
	if (scene.sealed >= scene.to) {
		stop();
		return;
	}
	scene.brought = scene.sealed + 1;
	mail_bring("message", scene.brought, str_of(mail_text(scene.brought)));
}

static void
hear_fetchers(const struct msg *m)
{
	if (msg_is(m, "resume")) {
		scene.resumed = true;
		scene.sealed = scene.first = peer_number(m, "after");
		printf("resume %llu\n", (unsigned long long)scene.sealed);
	} else if (msg_is(m, "sealed")) {
		scene.sealed = peer_number(m, "uid");
		printf("sealed %llu\n", (unsigned long long)scene.sealed);
	} else if (msg_is(m, "again")) {
		uint64_t uid = peer_number(m, "uid");

		mail_bring("message-again", uid, str_of(mail_text(uid)));
	}
}

/* A question, then an examination that understood nothing. */
static void
hear_checkers(struct msg *m)
{
	struct buf lines = BUF_MAX(LIMIT_EXAMINATION_LINES);
	unsigned long long job = peer_number(m, "job");
	static uint64_t size;
	struct stat st;

	if (msg_is(m, "job") && fstat(m->fd[0], &st) == 0) {
		size = (uint64_t)st.st_size;
		channel_send(
		    house.checker.fd, STR("16 a.example\n"), -1, -1, NULL, "needs job=%llu", job);
	} else if (msg_is(m, "answered")) {
		examination_unexaminable(&lines, size);
		channel_send(
		    house.checker.fd, buf_str(&lines), -1, -1, NULL, "lines job=%llu", job);
		channel_send(
		    house.checker.fd, STR(""), -1, -1, NULL, "done job=%llu complete=yes", job);
	}
	buf_free(&lines);
}

static void
hear_askers(const struct msg *m)
{
	channel_send(house.asker.fd, STR("packet"), -1, -1, NULL,
	    "answer id=%llu outcome=answered security=insecure",
	    (unsigned long long)peer_number(m, "id"));
}

/* What goes from one to the other goes through our hands. */
static void
pass_on(const struct channel *to, const struct msg *m)
{
	struct str rest = m->payload, line = STR("-");

	if (msg_is(m, "signed"))
		for (int i = 0; i < 3; i++)
			str_line(&rest, &line);
	if (msg_is(m, "last") || msg_is(m, "signed"))
		printf("%.*s %llu %.*s\n", STR_FMT(m->verb),
		    (unsigned long long)peer_number(m, "size"), STR_FMT(line));
	channel_send(
	    to->fd, m->payload, -1, -1, NULL, "%.*s %.*s", STR_FMT(m->verb), STR_FMT(m->args));
}

static void
hear_parents(struct resident *r, const struct msg *m)
{
	if (!msg_is(m, "ready"))
		return;
	r->ready = true;
	if (!keeper.ready || !signer.ready)
		return;
	open_mailbox();
	introduce(&signer, &scene.of_signer, "keeper", "-");
}

static void
hear_line(const struct resident *r, const char *line)
{
	scene.checkpoints += strncmp(line, "checkpoint ", 11) == 0;
	scene.examined += strncmp(line, "examined ", 9) == 0;
	if (strncmp(line, "error ", 6) == 0 || strstr(line, "ssertion") != NULL)
		printf("trouble %s %s\n", r->role, line);
}

/* Their log tells what nobody is told by a message. */
static void
hear_log(struct resident *r)
{
	ssize_t got = read(r->log, r->line + r->n, sizeof r->line - 1 - r->n);
	char *at = r->line, *lf;

	if (got <= 0) {
		close(r->log);
		r->log = -1;
		return;
	}
	r->n += (size_t)got;
	r->line[r->n] = '\0';
	for (; (lf = strchr(at, '\n')) != NULL; at = lf + 1) {
		*lf = '\0';
		hear_line(r, at);
	}
	r->n -= (size_t)(at - r->line);
	memmove(r->line, at, r->n);
}

/* ---- the loop ---- */

enum who {
	KEEPER,
	SIGNER,
	KEEPERS_LOG,
	SIGNERS_LOG,
	FETCHER,
	CHECKER,
	ASKER,
	OF_KEEPER,
	OF_SIGNER,
	WHO
};

static void
hear_message(enum who who, struct msg *m)
{
	switch (who) {
	case KEEPER:
		hear_parents(&keeper, m);
		break;
	case SIGNER:
		hear_parents(&signer, m);
		break;
	case FETCHER:
		hear_fetchers(m);
		break;
	case CHECKER:
		hear_checkers(m);
		break;
	case ASKER:
		hear_askers(m);
		break;
	case OF_KEEPER:
		pass_on(&scene.of_signer, m);
		break;
	default:
		pass_on(&scene.of_keeper, m);
		break;
	}
}

static void
hear(enum who who, struct channel *c)
{
	struct msg m;

	if (who == KEEPERS_LOG || who == SIGNERS_LOG) {
		hear_log(who == KEEPERS_LOG ? &keeper : &signer);
		return;
	}
	if (channel_recv(c, &m, NULL) != 1) {
		channel_close(c);
		return;
	}
	hear_message(who, &m);
	msg_close_fds(&m);
}

static struct channel *const channels[] = { [KEEPER] = &keeper.parent,
	[SIGNER] = &signer.parent,
	[FETCHER] = &house.fetcher,
	[CHECKER] = &house.checker,
	[ASKER] = &house.asker,
	[OF_KEEPER] = &scene.of_keeper,
	[OF_SIGNER] = &scene.of_signer };

/* A checker is not heard before the first checkpoint: the two would race. */
static int
fd_of(enum who who)
{
	if (who == KEEPERS_LOG || who == SIGNERS_LOG)
		return who == KEEPERS_LOG ? keeper.log : signer.log;
	if (who == CHECKER && scene.checkpoints == 0 && !scene.stopping)
		return -1;
	return channels[who]->fd;
}

/* All that there is to be heard; false when nothing came for a long time. */
static bool
hear_all(void)
{
	struct pollfd p[WHO];

	for (int i = 0; i < WHO; i++)
		p[i] = (struct pollfd){ .fd = fd_of((enum who)i), .events = POLLIN };
	if (poll(p, WHO, PATIENCE_MS) <= 0)
		return false;
	for (int i = 0; i < WHO; i++)
		if (p[i].revents != 0)
			hear((enum who)i, channels[i]);
	return true;
}

/* When one is dead the other is told to stop; what they said before is still heard. */
static int
live(const char *dir, uint64_t to)
{
	int64_t until = clock_ms() + PATIENCE_MS;
	int directory;

	name_house(dir);
	scene.to = to;
	for (int i = 0; i < WHO; i++)
		if (channels[i] != NULL)
			channels[i]->fd = -1;
	start(&keeper, -1, keeper_main);
	directory = house_open("signer");
	start(&signer, directory, signer_main);
	close(directory);
	while (keeper.log != -1 || signer.log != -1) {
		if (!hear_all() || clock_ms() > until) {
			printf("trouble scene nothing happens any more\n");
			kill(keeper.pid, SIGKILL);
			kill(signer.pid, SIGKILL);
			break;
		}
		if (keeper.log == -1)
			channel_send(signer.parent.fd, STR(""), -1, -1, NULL, "stop");
		if (signer.log == -1)
			channel_close(&scene.of_keeper);
		if (signer.log == -1 && !scene.stopping)
			stop();
		go_on();
	}
	while (house.fetcher.fd != -1)
		hear(FETCHER, &house.fetcher);
	while (scene.of_signer.fd != -1)
		hear(OF_SIGNER, &scene.of_signer);
	end(&keeper);
	end(&signer);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sodium_init() == -1)
		return 1;
	if (strcmp(what, "make") == 0 && argc == 2)
		return make();
	if (strcmp(what, "check") == 0 && argc == 3)
		return check(argv[2]);
	if (strcmp(what, "live") == 0 && argc == 4)
		return live(argv[2], strtoull(argv[3], NULL, 10));
	fprintf(stderr, "usage: scene make, scene check DIR, scene live DIR TO\n");
	return 2;
}
