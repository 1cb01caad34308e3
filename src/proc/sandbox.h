/* SPDX-License-Identifier: ISC */
#ifndef PROC_SANDBOX_H
#define PROC_SANDBOX_H

#include "base/err.h"
#include "conf/conf.h"

/*
 * sandbox: what a process may still ask of the kernel, as a row of a table (daemon/mailseald.c).
 * Everything not allowed kills the process (seccomp-bpf).  Always: not dumpable, no new
 * privileges, no core file; reading, writing, polling, closing and passing on what it has.  Threads
 * are there before, and held too, or never.
 */
enum sandbox_right {
	SANDBOX_MEMFD = 1 << 0,      /* memfd_create, its seals and ftruncate */
	SANDBOX_CONNECT = 1 << 1,    /* socket and connect */
	SANDBOX_FILES_AT = 1 << 2,   /* create, rename, remove below a directory it was given */
	SANDBOX_FILES_PATH = 1 << 3, /* the same by path, with locks and mapped files: SQLite */
	SANDBOX_READ_PATH = 1 << 4,  /* open for reading only, by path */
	SANDBOX_ACCEPT = 1 << 5,     /* accept on the control socket */
	SANDBOX_SPAWN = 1 << 6,      /* fork, exec, wait, kill: the parent and its runner */
};

/*
 * And what it still finds where the kernel has landlock: the walls are there even for what a
 * filter of system calls cannot see, paths and ports.
 */
enum sandbox_wall {
	SANDBOX_WALLS = 1 << 0, /* nothing, but: */
	SANDBOX_STATE = 1 << 1, /* the state directory, the published one, the control socket's */
	SANDBOX_DIRECTORY = 1 << 2, /* the directory it was given */
	SANDBOX_READ = 1 << 3,      /* files to read, programs to start */
	SANDBOX_DIAL = 1 << 4,      /* the TCP ports of resolvers and mailboxes */
	SANDBOX_NETWORK = 1 << 5,   /* any port, and signals to others */
};

struct sandbox {
	const char *role;
	unsigned rights;
	unsigned long memory_max; /* RLIMIT_AS in bytes; 0: not bounded */
	unsigned long file_max;   /* RLIMIT_FSIZE in bytes; 0: not bounded */
	unsigned walls;
};

/*
 * Builds the walls: before sandbox_enter, and before there are threads, which they do not hold.
 * conf says where the places are (NULL: the row names none), directory is SANDBOX_DIRECTORY's.
 * 0, also on a kernel without landlock, or -1: then the process must not go on.
 */
int sandbox_walls(const struct sandbox *row, const struct conf *conf, int directory, struct err *e);

/* 0, or -1: then the process must not go on. */
int sandbox_enter(const struct sandbox *row, struct err *e);

#endif
