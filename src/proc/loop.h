/* SPDX-License-Identifier: ISC */
#ifndef PROC_LOOP_H
#define PROC_LOOP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * loop: waiting for several descriptors, without callbacks.
 *
 *	loop_clear(&l);
 *	loop_add(&l, fd, POLLIN, WHAT, who);     for everything to be waited for
 *	if (loop_wait(&l, deadline_ms, &e) == -1) ...
 *	while (loop_next(&l, &ready)) switch (ready.what) ...
 */
struct ready {
	int what; /* as given to loop_add */
	void *who;
	short events; /* poll(2)'s revents */
};

enum {
	LOOP_MAX = 256, /* descriptors waited for at once */
};

struct loop {
	struct pollfd poll[LOOP_MAX];
	struct ready ready[LOOP_MAX];
	size_t n, at;
};

void loop_clear(struct loop *l);
/* fd -1 is passed over.  More than LOOP_MAX: -1, nothing added. */
int loop_add(struct loop *l, int fd, short events, int what, void *who);
/* Waits until something is ready or clock_ms() reaches deadline_ms (-1: for ever).  Returns how
 * many are ready, 0 at the deadline or on a signal, -1 on ERR_SYSTEM. */
int loop_wait(struct loop *l, int64_t deadline_ms, struct err *e);
bool loop_next(struct loop *l, struct ready *r);

/* Monotonic milliseconds, for deadlines. */
int64_t clock_ms(void);

#endif
