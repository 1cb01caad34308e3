/* SPDX-License-Identifier: ISC */
#include "proc/loop.h"

#include <errno.h>
#include <time.h>

void
loop_clear(struct loop *l)
{
	l->n = l->at = 0;
}

int
loop_add(struct loop *l, int fd, short events, int what, void *who)
{
	if (fd == -1)
		return 0;
	if (l->n == LOOP_MAX)
		return -1;
	l->poll[l->n] = (struct pollfd){ fd, events, 0 };
	l->ready[l->n] = (struct ready){ what, who, 0 };
	l->n++;
	return 0;
}

/* Milliseconds poll may wait for; poll takes an int. */
static int
wait_ms(int64_t deadline_ms)
{
	int64_t left = deadline_ms - clock_ms();

	if (deadline_ms == -1)
		return -1;
	if (left < 0)
		return 0;
	return left > 3600000 ? 3600000 : (int)left;
}

int
loop_wait(struct loop *l, int64_t deadline_ms, struct err *e)
{
	int n = poll(l->poll, l->n, wait_ms(deadline_ms));

	l->at = 0;
	if (n == -1 && errno == EINTR) {
		l->n = 0;
		return 0;
	}
	if (n == -1)
		return err_sys(e, "poll");
	return n;
}

bool
loop_next(struct loop *l, struct ready *r)
{
	while (l->at < l->n) {
		size_t i = l->at++;

		if (l->poll[i].revents != 0) {
			*r = l->ready[i];
			r->events = l->poll[i].revents;
			return true;
		}
	}
	return false;
}

int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
