/* SPDX-License-Identifier: ISC */
#ifndef PROC_CHANNEL_H
#define PROC_CHANNEL_H

#include "base/buf.h"

/*
 * channel: how processes talk: one packet of a SOCK_SEQPACKET socket is one message,
 *
 *	verb key=value key=value LF payload
 *
 * with descriptors passed beside it.  Verbs and values are printable ASCII without blanks; free
 * bytes go into the payload.  At most LIMIT_PACKET bytes.
 */
enum {
	CHANNEL_FDS = 8, /* descriptors of a packet */
};

struct msg {
	struct str verb, args, payload; /* views into the receiver's buffer, or the sender's */
	int fd[CHANNEL_FDS];            /* -1 when absent; the receiver owns and closes them */
};

/* A receiving end with its buffer. */
struct channel {
	int fd; /* -1: closed */
	struct buf in;
};

int channel_pair(int fd[2], struct err *e);   /* both close-on-exec */
void channel_open(struct channel *c, int fd); /* takes the descriptor over */
void channel_close(struct channel *c);

/*
 * Send a message: the text before the LF from fmt, then payload, then up to two descriptors
 * (-1: none), which stay the caller's.  Blocks while the peer is slow.  0, or -1 with ERR_LIMIT,
 * or ERR_RETRY when the peer is gone.
 */
int channel_send(int fd, struct str payload, int fd0, int fd1, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* The same of a packet that is only a verb and a payload, with n descriptors, up to CHANNEL_FDS. */
int channel_send_fds(
    int fd, const char *verb, struct str payload, const int *fds, size_t n, struct err *e);
/*
 * 1 with *m set (views until the next receive; descriptors close-on-exec), 0 when the peer is
 * gone, -1 on ERR_SYNTAX or ERR_LIMIT: the peer is not to be listened to any more.
 */
int channel_recv(struct channel *c, struct msg *m, struct err *e);
void msg_close_fds(struct msg *m); /* those not taken (set to -1) by the caller */

/*
 * Several messages in the payload of one: a line as above that ends with bytes=, the length of the
 * payload which follows it.  msg_add adds one; msg_next takes the next off *rest: 1 with *m, without
 * descriptors, 0 at the end, -1 on ERR_SYNTAX.
 */
void msg_add(struct buf *packet, struct str payload, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int msg_next(struct str *rest, struct msg *m, struct err *e);

bool msg_is(const struct msg *m, const char *verb);
/* The value of key, or the empty view. */
struct str msg_arg(const struct msg *m, const char *key);
/* 0, or -1 on ERR_SYNTAX when it is absent or no decimal number up to max. */
int msg_u64(const struct msg *m, const char *key, uint64_t max, uint64_t *value, struct err *e);
/* 64 hex digits. */
int msg_hash(const struct msg *m, const char *key, uint8_t out[32], struct err *e);

#endif
