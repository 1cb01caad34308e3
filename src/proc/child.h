/* SPDX-License-Identifier: ISC */
#ifndef PROC_CHILD_H
#define PROC_CHILD_H

#include "base/err.h"
#include "conf/conf.h"
#include "proc/channel.h"
#include "proc/sandbox.h"

/*
 * child: what every process of the daemon has in common.  A role's main is called after its
 * "start" message was read; it opens what it needs, calls child_ready, which closes the sandbox
 * behind it, and loops until "stop".
 */
struct child {
	const char *role,
	    *name; /* name: the mailbox of a fetcher, the number of a checker, or "-" */
	struct conf *conf;
	int directory; /* passed by the parent, or -1 */
	struct channel parent;
	const struct sandbox *sandbox;
	bool walled; /* child_walls was called */
};

/* Reads "start" from fd, the parent's channel.  The process then owns *c until it exits. */
int child_start(struct child *c, int fd, const char *role, const char *name,
    const struct sandbox *row, struct err *e);
/* Builds the walls of the sandbox: child_ready does, but not around threads that are there before. */
int child_walls(struct child *c, struct err *e);
/* Enters the sandbox and tells the parent.  After it nothing more can be opened than the row says. */
int child_ready(struct child *c, struct err *e);

#endif
