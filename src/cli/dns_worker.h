/* SPDX-License-Identifier: ISC */
#ifndef CLI_DNS_WORKER_H
#define CLI_DNS_WORKER_H

#include "cli/dns_source.h"

/*
 * dns_worker: one task that reads what strangers publish in the DNS, or mail, in a process that may
 * do nothing else: the sandbox of the daemon's checker.
 */
struct dns_task {
	/*
	 * In the worker, with a channel to who asks the DNS (-1: there is a zone) and the message:
	 * adds to told what is to be told.  0, or -1: it failed, with these words.
	 */
	int (*run)(void *ctx, int asker, int fd, struct buf *told, struct err *e);
	void *ctx;     /* as it is now */
	int fd;        /* the message, which stays the caller's; -1: none */
	uint64_t size; /* of it */
};

/*
 * 0 with what it told, which may be anything but nothing, up to LIMIT_POOL_RESULT bytes; or -1: it
 * failed, with its words, or died, or told nothing.  source outlives the call.
 */
int dns_worker(
    const struct dns_source *source, const struct dns_task *task, struct buf *told, struct err *e);

#endif
