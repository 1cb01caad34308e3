/* SPDX-License-Identifier: ISC */
#ifndef PROC_LANDLOCK_H
#define PROC_LANDLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * landlock: walls around files and TCP ports, by the kernel that has them (5.13; ports since 6.7).
 * Where it has none these do nothing: seccomp stands alone.
 *
 *	landlock_begin(&l, false, &e), landlock_allow(&l, "/var/lib/x", LANDLOCK_WRITE, &e) …,
 *	landlock_enter(&l, &e)
 *
 * The thread that enters, what it starts later, and nobody else: enter before there are threads.
 */
struct landlock {
	int rules; /* -1: this kernel has none */
	int abi;
};

enum landlock_access {
	LANDLOCK_READ,  /* and start programs */
	LANDLOCK_WRITE, /* all but devices and programs: make, rename, remove, too */
};

/* The version the kernel has; 0: none. */
int landlock_abi(void);

/* All of these: 0, or -1 on ERR_SYSTEM, and then *l is closed. */
/* Nothing is allowed; with files_only, TCP and signals to others are. */
int landlock_begin(struct landlock *l, bool files_only, struct err *e);
/* The directory and what is below; one that is not there is nothing to be allowed. */
int landlock_allow(struct landlock *l, const char *path, enum landlock_access how, struct err *e);
int landlock_allow_at(struct landlock *l, int dir, enum landlock_access how, struct err *e);
/* Connections to that port, where the kernel (ABI 4) would forbid them. */
int landlock_allow_port(struct landlock *l, uint16_t port, struct err *e);
int landlock_enter(struct landlock *l, struct err *e);

#endif
