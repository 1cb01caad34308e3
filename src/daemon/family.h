/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_FAMILY_H
#define DAEMON_FAMILY_H

#include <sys/types.h>

#include "conf/conf.h"
#include "proc/child.h"

/*
 * family: the parent's view of its children: who there is to be, who lives, who talks to whom.
 * A child that ends is started anew after a pause that doubles while it keeps dying young; its
 * peers get new channels and notice the loss by the end of the old ones.
 */
enum role {
	ROLE_KEEPER,
	ROLE_SIGNER,
	ROLE_ASKER,
	ROLE_CHECKER,
	ROLE_FETCHER,
	ROLES,
};

/* One row a role, in mailseald.c: its name, its main, what it may touch. */
struct role_row {
	const char *name;
	int (*main)(struct child *c);
	struct sandbox sandbox;
};
extern const struct role_row role_rows[ROLES];

struct member {
	enum role role;
	char name[80];          /* mailbox, number, or "-" */
	pid_t pid;              /* 0: not running */
	struct channel channel; /* to it; fd -1 when not running */
	bool ready, stopping;
	int64_t started_ms, restart_ms; /* monotonic; restart_ms: when it is due */
	int64_t pause_ms;
	int64_t alive_by_ms; /* a fetcher's word: until then "alive" comes again */
	bool overdue;        /* it broke it, and has not spoken since */
};

enum {
	FAMILY_MAX = CONF_MAILBOXES + 64 /* checkers */ + 3,
};

struct family {
	struct member member[FAMILY_MAX];
	size_t n;
	int config;        /* memfd with the configuration's text */
	const char *state; /* directory */
};

/* Who there is to be, from the configuration; nobody is started yet. */
void family_plan(struct family *f, const struct conf *conf, int config);
/* Starts those that are due: 0, or -1 on ERR_SYSTEM. */
int family_start(struct family *f, struct err *e);
/* When the next is due, on clock_ms()'s clock; -1: nobody is. */
int64_t family_due_ms(const struct family *f);
/*
 * Reaps those that ended and plans their return.  Returns 0, or the exit status 78 when a child
 * said that only a person can mend it.
 */
int family_reap(struct family *f);
/* Asks the running members of that role to stop; true while one of them lives. */
bool family_stop(struct family *f, enum role role);
void family_kill(struct family *f);
bool family_all_ready(const struct family *f);

/* The fetcher m is alive, and will say so again within that time. */
void family_alive(struct member *m, uint64_t within_s, int64_t now_ms);
/*
 * Whether every fetcher keeps its word.  One that does not is killed, once, and is started anew as
 * any that died; until it speaks the answer stays no.  One that died by itself has time to return.
 */
bool family_keeps_word(struct family *f, int64_t now_ms);

#endif
