/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_DIAL_H
#define DAEMON_DIAL_H

#include "net/resolver.h"
#include "proc/channel.h"

/*
 * dial: the connection that one fetcher asks the asker for.  Host and port are the configuration's:
 * a fetcher that was taken over gets connected to its own mailbox and to nothing else.
 */
enum dial_state {
	DIAL_IDLE,
	DIAL_RESOLVING,
	DIAL_CONNECTING,
};

enum {
	DIAL_FAMILY = 4, /* addresses of one family that are tried, */
	DIAL_ADDRESSES =
	    2 * DIAL_FAMILY, /* in turn, five seconds each: a fetcher waits for sixty */
};

struct dial_address {
	int family; /* AF_INET, AF_INET6; 0: none */
	uint8_t b[16];
};

struct dial {
	const struct conf_mailbox *box;
	struct channel fetcher; /* fd -1: it is not there */
	enum dial_state state;
	int wanted;                                  /* answers that have not come yet */
	struct dial_address address[DIAL_ADDRESSES]; /* IPv4's, then IPv6's */
	size_t next;                                 /* the one that is tried */
	int socket;                                  /* being connected, or -1 */
	int64_t deadline_ms;                         /* for that */
	struct err why;                              /* the last attempt failed */
};

void dial_open(struct dial *d, const struct conf_mailbox *box);
/* The fetcher is there, or there anew: takes the descriptor over. */
void dial_meet(struct dial *d, int fd, struct resolver *r);
/* It is gone. */
void dial_lose(struct dial *d, struct resolver *r);

/* Its channel is readable. */
void dial_hear(struct dial *d, struct resolver *r, int64_t now_ms);
/* An answer came that was asked for d. */
void dial_answer(struct dial *d, const struct dns_answer *answer, int64_t now_ms);
/* The socket is writable: connected, or refused. */
void dial_ready(struct dial *d, int64_t now_ms);
/* To be called when the deadline may have passed. */
void dial_late(struct dial *d, int64_t now_ms);

#endif
