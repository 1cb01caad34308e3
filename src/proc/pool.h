/* SPDX-License-Identifier: ISC */
#ifndef PROC_POOL_H
#define PROC_POOL_H

#include <stdbool.h>

#include "base/buf.h"
#include "proc/sandbox.h"

/*
 * pool: sandboxed processes that each work on one descriptor at a time, and results in the order
 * of the tasks.  A worker that dies takes its task with it and no other; a new one takes its place,
 * and does anew what the first had in hand beside it.
 *
 *	p = pool_new(&work, n);
 *	while (pool_has_room(p)) pool_give(p, fd, name, size);
 *	while (pool_take(p, &result, &e) == 1) ...
 *	pool_free(p);
 *
 * What is held is bounded: LIMIT_POOL_TASKS tasks, LIMIT_POOL_BYTES of results that wait for an
 * earlier one.
 */
struct pool;

enum {
	/* Bytes of the tasks that a worker has at a time, some milliseconds of work; a larger one it
	 * has alone. */
	POOL_SHARED = 1 << 20,
};

struct pool_work {
	const struct sandbox *sandbox;
	/*
	 * In a worker: reads fd, from where it stands, and adds the result to out (up to
	 * LIMIT_POOL_RESULT).  size: bytes, as given.  0, or -1: the task failed, with these words.
	 */
	int (*run)(void *ctx, int side, int fd, struct str name, uint64_t size, struct buf *out,
	    struct err *e);
	/* In the parent, for each worker that starts: a descriptor that only it shall have, or -1
	 * on ERR_SYSTEM.  NULL: none; then side is -1. */
	int (*side)(void *ctx, struct err *e);
	void *ctx;
};

enum pool_outcome {
	POOL_DONE,   /* out is the result */
	POOL_FAILED, /* err says why */
	POOL_DIED,   /* the worker did, of this task */
};

struct pool_result {
	enum pool_outcome outcome;
	const char *name;
	struct str out; /* lives until the next call */
	struct err err;
	int signal; /* that the worker died of; 0: it exited */
};

/* work outlives it.  A worker is started when there is a task for it. */
struct pool *pool_new(const struct pool_work *work, unsigned workers);
void pool_free(struct pool *p); /* ends the workers, whatever they do */

bool pool_has_room(const struct pool *p);
/*
 * One task more.  Takes the descriptor over (-1: it has none); name outlives the task.  What cannot
 * be read again from its beginning is given as larger than POOL_SHARED.
 */
void pool_give(struct pool *p, int fd, const char *name, uint64_t size);
/* A task that failed before it began keeps its place in the order. */
void pool_give_failed(struct pool *p, const char *name, const struct err *why);
/* Waits for the next result in order: 1 with *r, 0 when no task is left, -1 on ERR_SYSTEM. */
int pool_take(struct pool *p, struct pool_result *r, struct err *e);

#endif
