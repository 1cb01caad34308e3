/* SPDX-License-Identifier: ISC */
/*
 * mailseald: the parent.  It holds nothing and reads no mail: it starts the processes of one
 * table, brings them together, hands out credentials, and starts anew who dies.
 */
#include <errno.h>
#include <getopt.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "config.h"
#include "daemon/credential.h"
#include "daemon/notify.h"
#include "daemon/parent.h"
#include "daemon/protocol.h"
#include "daemon/roles.h"
#include "daemon/runner.h"
#include "proc/event.h"
#include "proc/landlock.h"
#include "proc/loop.h"

/* What each process may touch.  Reading this table is reading the security. */
const struct role_row role_rows[ROLES] = {
	[ROLE_KEEPER] = { "keeper", keeper_main,
	    { "keeper", SANDBOX_FILES_PATH | SANDBOX_ACCEPT | SANDBOX_MEMFD, 0, 0,
	        SANDBOX_WALLS | SANDBOX_STATE } },
	[ROLE_SIGNER] = { "signer", signer_main,
	    { "signer", SANDBOX_FILES_AT, 0, 0, SANDBOX_WALLS | SANDBOX_DIRECTORY } },
	[ROLE_ASKER] = { "asker", asker_main,
	    { "asker", SANDBOX_CONNECT, 0, 0, SANDBOX_WALLS | SANDBOX_READ | SANDBOX_DIAL } },
	[ROLE_CHECKER] = { "checker", checker_main,
	    { "checker", 0, LIMIT_CHECK_MEMORY, 0, SANDBOX_WALLS } },
	[ROLE_FETCHER] = { "fetcher", fetcher_main,
	    { "fetcher", SANDBOX_MEMFD, 0, LIMIT_MESSAGE, SANDBOX_WALLS } },
};

/* What is inherited by all: the union of the rows above, and starting programs. */
static const struct sandbox parent_sandbox = {
	"parent",
	SANDBOX_SPAWN | SANDBOX_MEMFD | SANDBOX_CONNECT | SANDBOX_FILES_AT | SANDBOX_FILES_PATH |
	    SANDBOX_ACCEPT,
	0,
	0,
	SANDBOX_WALLS | SANDBOX_STATE | SANDBOX_READ | SANDBOX_NETWORK,
};

enum {
	DRAIN_MS = 30000, /* what a stop may take; systemd's own limit is 90 s */
	SECRET_LONGEST = 8192,
	TICK_MS = 30000,         /* between looks at who keeps its word */
	WITHIN_LONGEST = 200000, /* seconds that a fetcher may promise to speak in */
};

enum what {
	WHAT_SIGNAL,
	WHAT_MEMBER,
	WHAT_RUNNER,
	WHAT_ERRAND,
};

/* ---- credentials ---- */

static struct member *
fetcher_of(struct parent *p, struct str mailbox)
{
	for (size_t i = 0; i < p->family.n; i++) {
		struct member *m = &p->family.member[i];

		if (m->role == ROLE_FETCHER && m->pid != 0 && str_eq(str_of(m->name), mailbox))
			return m;
	}
	return NULL;
}

/* The member may have died meanwhile: it asks again when it is back. */
static void
give_credential(struct member *m, struct str secret)
{
	channel_send(m->channel.fd, secret, -1, -1, NULL, "credential mailbox=%s", m->name);
}

static void
refuse_credential(struct member *m, struct str why)
{
	event("error", "what=credential mailbox=%s text=\"%.*s\"", m->name, STR_FMT(why));
	channel_send(m->channel.fd, why, -1, -1, NULL, "credential-failed mailbox=%s", m->name);
}

static void
want_credential(struct parent *p, struct member *m)
{
	const struct conf_mailbox *box = conf_mailbox(p->conf, str_of(m->name));
	struct buf secret = BUF_MAX(SECRET_LONGEST);
	struct err e = { 0 };

	if (runner_has(box)) {
		if (channel_send(p->runner.fd, STR(""), -1, -1, &e, "run mailbox=%s", m->name) ==
		    -1)
			refuse_credential(m, str_of(e.text));
		return;
	}
	if (credential_read(box, &secret, &e) == 0)
		give_credential(m, buf_str(&secret));
	else
		refuse_credential(m, str_of(e.text));
	if (secret.p != NULL)
		sodium_memzero(secret.p, secret.cap);
	buf_free(&secret);
}

/* 0, or -1 when the runner is gone: it cannot be forked again from inside the sandbox. */
static int
hear_runner(struct parent *p)
{
	struct err e = { 0 };
	struct member *m;
	struct msg msg;
	int rc = channel_recv(&p->runner, &msg, &e);

	msg_close_fds(&msg);
	if (rc != 1)
		return -1;
	m = fetcher_of(p, msg_arg(&msg, "mailbox"));
	if (m != NULL && msg_is(&msg, "output"))
		give_credential(m, msg.payload);
	else if (m != NULL)
		refuse_credential(m, msg.payload);
	sodium_memzero(p->runner.in.p, p->runner.in.cap);
	return 0;
}

/* ---- children ---- */

struct member *
parent_keeper(struct parent *p)
{
	for (size_t i = 0; i < p->family.n; i++)
		if (p->family.member[i].role == ROLE_KEEPER && p->family.member[i].ready)
			return &p->family.member[i];
	return NULL;
}

static int
hear_alive(struct member *m, const struct msg *msg, struct err *e)
{
	uint64_t within;

	if (msg_u64(msg, "within", WITHIN_LONGEST, &within, e) == -1)
		return -1;
	family_alive(m, within, clock_ms());
	return 0;
}

static bool
hear_keeper(struct parent *p, const struct msg *m)
{
	if (msg_is(m, "errand"))
		parent_begin_errand(p, m);
	else if (msg_is(m, "state"))
		parent_tell_state(m);
	else
		return false;
	return true;
}

static void
hear_member(struct parent *p, struct member *m)
{
	struct err e = { 0 };
	struct msg msg;
	int rc = channel_recv(&m->channel, &msg, &e);

	msg_close_fds(&msg);
	if (rc == 1 && msg_is(&msg, "ready")) {
		m->ready = true;
	} else if (rc == 1 && m->role == ROLE_KEEPER && hear_keeper(p, &msg)) {
		return;
	} else if (rc == 1 && msg_is(&msg, "credential") && m->role == ROLE_FETCHER) {
		want_credential(p, m);
	} else if (rc == 1 && msg_is(&msg, "alive") && m->role == ROLE_FETCHER &&
	           hear_alive(m, &msg, &e) == 0) {
		return;
	} else {
		/* Gone, or not to be listened to: either way SIGCHLD brings the rest. */
		if (rc != 0)
			event("error", "what=child role=%s name=%s text=\"%s\"",
			    role_rows[m->role].name, m->name,
			    rc == -1 ? e.text : "unknown message");
		kill(m->pid, SIGKILL);
		channel_close(&m->channel);
	}
}

static void
announce(struct parent *p)
{
	if (p->announced || !family_all_ready(&p->family))
		return;
	p->announced = true;
	event("ready", "processes=%zu", p->family.n);
	notify("READY=1\nSTATUS=At work.");
	parent_tell_configuration(p, NULL);
}

/* ---- stopping: those who take mail first, those who hold it last ---- */

static void
begin_stop(struct parent *p, int status)
{
	bool reloading = p->fresh != NULL;

	conf_free(p->fresh);
	p->fresh = NULL;
	if (p->stop_by_ms != 0 && !reloading)
		return;
	p->stop_by_ms = clock_ms() + DRAIN_MS;
	p->status = status;
	event("stopping", "status=%d", status);
	notify("STOPPING=1");
}

/* Everybody is stopped as if it were the end, and then started with the fresh configuration. */
static void
begin_reload(struct parent *p)
{
	struct timespec t;
	char state[64];

	if (p->stop_by_ms != 0 || !parent_reload(p))
		return;
	p->stop_by_ms = clock_ms() + DRAIN_MS;
	clock_gettime(CLOCK_MONOTONIC, &t);
	snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000);
	notify(state);
	event("reloading", "mailboxes=%zu", p->fresh->n_mailboxes);
}

/* True when everybody is gone. */
static bool
go_on_stopping(struct parent *p)
{
	static const enum role order[] = { ROLE_FETCHER, ROLE_CHECKER, ROLE_KEEPER, ROLE_ASKER,
		ROLE_SIGNER };

	if (clock_ms() > p->stop_by_ms)
		family_kill(&p->family);
	for (size_t i = 0; i < ROLES; i++)
		if (family_stop(&p->family, order[i]))
			return false;
	return true;
}

static void
hear_signal(struct parent *p)
{
	struct signalfd_siginfo info;
	int status;

	if (read(p->signals, &info, sizeof info) != (ssize_t)sizeof info)
		return;
	if (info.ssi_signo == SIGCHLD) {
		status = family_reap(&p->family);
		if (status != 0)
			begin_stop(p, status);
	} else if (info.ssi_signo == SIGHUP) {
		begin_reload(p);
	} else {
		begin_stop(p, EX_OK);
	}
}

/* ---- the loop ---- */

/*
 * The service manager is to start us anew only where that helps: a fetcher hangs, and a new one
 * does, too.  A provider that is down does not count: its fetcher says that it rests.
 */
static void
feed_watchdog(struct parent *p)
{
	int64_t every = notify_watchdog_ms();

	if (clock_ms() < p->tick_ms)
		return;
	p->tick_ms = clock_ms() + (every != -1 && every < TICK_MS ? every : TICK_MS);
	if (family_keeps_word(&p->family, clock_ms()))
		notify("WATCHDOG=1");
}

static int64_t
deadline(const struct parent *p)
{
	int64_t due = family_due_ms(&p->family);

	if (p->stop_by_ms != 0)
		return clock_ms() + 200;
	return due != -1 && due < p->tick_ms ? due : p->tick_ms;
}

static int
wait_once(struct parent *p, struct loop *l, struct err *e)
{
	struct ready r;

	loop_clear(l);
	loop_add(l, p->signals, POLLIN, WHAT_SIGNAL, NULL);
	loop_add(l, p->runner.fd, POLLIN, WHAT_RUNNER, NULL);
	for (size_t i = 0; i < ERRANDS; i++)
		loop_add(l, p->errand[i].fd, POLLIN, WHAT_ERRAND, &p->errand[i]);
	for (size_t i = 0; i < p->family.n; i++)
		loop_add(
		    l, p->family.member[i].channel.fd, POLLIN, WHAT_MEMBER, &p->family.member[i]);
	if (loop_wait(l, deadline(p), e) == -1)
		return -1;
	while (loop_next(l, &r)) {
		struct member *m = r.who;

		if (r.what == WHAT_SIGNAL)
			hear_signal(p);
		else if (r.what == WHAT_MEMBER && m->channel.fd != -1)
			hear_member(p, m);
		else if (r.what == WHAT_RUNNER && hear_runner(p) == -1)
			return err_set(e, ERR_SYSTEM, "the command runner is gone");
		else if (r.what == WHAT_ERRAND &&
		         parent_end_errand(p, (enum errand)((struct channel *)r.who - p->errand)) ==
		             -1)
			return err_set(e, ERR_SYSTEM, "the runner of alarms or publishing is gone");
	}
	return 0;
}

static int
supervise(struct parent *p)
{
	struct err e = { 0 };
	static struct loop l;

	for (;;) {
		if (p->stop_by_ms != 0 && go_on_stopping(p)) {
			if (p->fresh == NULL)
				return p->status;
			p->stop_by_ms = 0;
			parent_renew(p);
		}
		if (p->stop_by_ms == 0 && family_start(&p->family, &e) == -1)
			break;
		if (wait_once(p, &l, &e) == -1)
			break;
		announce(p);
		feed_watchdog(p);
		parent_tell_summary(p);
	}
	event_err("parent", &e);
	family_kill(&p->family);
	return EX_OSERR;
}

/* ---- starting ---- */

static int
open_signals(struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd == -1 ? err_sys(e, "signalfd") : fd;
}

static int
enter_sandbox(const struct conf *conf, struct err *e)
{
	int abi = landlock_abi(); /* a question that the sandbox no longer lets through */

	if (sandbox_walls(&parent_sandbox, conf, -1, e) == -1 ||
	    sandbox_enter(&parent_sandbox, e) == -1)
		return -1;
	event("walls", "seccomp=yes landlock=%d tcp=%s", abi, abi >= 4 ? "yes" : "no");
	return 0;
}

static int
prepare(struct parent *p, const char *path, struct err *e)
{
	int config, runner;

	tzset(); /* the summary comes by local time */
	p->path = path;
	p->conf = parent_read(path, &config, e);
	if (p->conf == NULL)
		return e->kind == ERR_CONFIG ? EX_CONFIG : EX_NOINPUT;
	runner = runner_start(p->conf, path, e);
	if (runner == -1 || parent_open_errands(p, e) == -1)
		return EX_OSERR;
	channel_open(&p->runner, runner);
	p->signals = open_signals(e);
	if (p->signals == -1)
		return EX_OSERR;
	family_plan(&p->family, p->conf, config);
	notify_open();
	return enter_sandbox(p->conf, e) == -1 ? EX_OSERR : EX_OK;
}

static int
parent_main(const char *path)
{
	static struct parent p;
	struct err e = { 0 };
	int rc = prepare(&p, path, &e);

	if (rc != EX_OK) {
		event_err("start", &e);
		return rc;
	}
	rc = supervise(&p);
	if (rc != EX_OK)
		parent_last_alarm(&p);
	event("stopped", "status=%d", rc);
	conf_free(p.conf);
	return rc;
}

static int
child_main(const char *role, const char *name)
{
	struct err e = { 0 };
	struct child c;

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL); /* no file later, and no surprise */
	setenv("TZ", "UTC0", 1); /* libraries ask for the local time: no file is opened later */
	tzset();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a message over its limit is EFBIG, not an end */
	signal(SIGINT, SIG_IGN);  /* Control-C is the parent's to hear */
	for (size_t i = 0; i < ROLES; i++) {
		if (strcmp(role, role_rows[i].name) != 0)
			continue;
		if (child_start(&c, PROTOCOL_PARENT_FD, role, name, &role_rows[i].sandbox, &e) == 0)
			return role_rows[i].main(&c);
		event_err(role, &e);
		return EX_SOFTWARE;
	}
	return EX_USAGE;
}

static int
usage(int status)
{
	fprintf(status == EX_OK ? stdout : stderr,
	    "usage: mailseald [-c FILE]\n"
	    "Files the mail of the configured mailboxes as evidence; stays in the foreground.\n"
	    "  -c, --config FILE   configuration (" SYSCONFDIR "/mailseal/mailseal.conf)\n"
	    "      --version       print the version\n"
	    "  -h, --help          print this\n"
	    "See mailseald(8).  Set up first: mailseal init.\n");
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "process", required_argument, NULL, 'P' },
		{ "name", required_argument, NULL, 'N' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = SYSCONFDIR "/mailseal/mailseal.conf", *role = NULL, *name = "-";
	int c;

	while ((c = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			path = optarg;
			break;
		case 'P':
			role = optarg;
			break;
		case 'N':
			name = optarg;
			break;
		case 'V':
			puts(PACKAGE_STRING MAILSEAL_BUILD_NOTE);
			return EX_OK;
		default:
			return usage(c == 'h' ? EX_OK : EX_USAGE);
		}
	}
	if (optind != argc)
		return usage(EX_USAGE);
	if (sodium_init() == -1)
		return EX_SOFTWARE;
	return role != NULL ? child_main(role, name) : parent_main(path);
}
