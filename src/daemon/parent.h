/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_PARENT_H
#define DAEMON_PARENT_H

#include "daemon/errand.h"
#include "daemon/family.h"
#include "proc/channel.h"

/*
 * parent: what mailseald.c, the parent's loop, shares with its other files.
 *
 *	mailseald.c          the table of processes, the loop, stopping
 *	parent_reload.c      another configuration
 *	parent_errand.c      commands that the keeper wants to be run, and what it says of itself
 */
struct parent {
	const char *path; /* of the configuration */
	struct conf *conf;
	struct family family;
	struct channel runner;
	struct channel errand[ERRANDS];
	int signals;
	bool announced;      /* READY=1 was said */
	int64_t stop_by_ms;  /* 0: not stopping */
	struct conf *fresh;  /* to be gone on with when all are stopped; NULL: to exit */
	int fresh_config;    /* a memfd with its text */
	int64_t tick_ms;     /* when the watchdog is fed next, if it is */
	int64_t summary_due; /* Unix seconds: of the last that the keeper was told */
	int status;          /* what to exit with */
};

/* The keeper, when it is at work; NULL. */
struct member *parent_keeper(struct parent *p);

/* ---- parent_reload.c ---- */

/* The text of the configuration, checked, and a memfd with it, which every child reads, so that all
 * have the same.  NULL on ERR_SYSTEM, ERR_CONFIG. */
struct conf *parent_read(const char *path, int *config, struct err *e);
/* SIGHUP: reads it anew.  True: it is good, and everybody is to be stopped and started with it. */
bool parent_reload(struct parent *p);
/* Everybody is stopped: the fresh one is in force. */
void parent_renew(struct parent *p);
/* To the keeper: the configuration is refused, and why; or, NULL, all is well with it. */
void parent_tell_configuration(struct parent *p, const struct err *e);

/* ---- parent_errand.c ---- */

int parent_open_errands(struct parent *p, struct err *e); /* before the sandbox */
/* "errand" of the keeper. */
void parent_begin_errand(struct parent *p, const struct msg *m);
/* How it ended, for the keeper: 0, or -1 when the process is gone: it cannot be forked again. */
int parent_end_errand(struct parent *p, enum errand what);
/* "state" of the keeper, for the service manager. */
void parent_tell_state(const struct msg *m);
/* Once the keeper is ready, and every now and then. */
void parent_tell_summary(struct parent *p);
/* We stop, and only a person can mend it: nobody else will call him. */
void parent_last_alarm(struct parent *p);

#endif
