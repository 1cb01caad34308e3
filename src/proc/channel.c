/* SPDX-License-Identifier: ISC */
#include "proc/channel.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/limits.h"

enum {
	HEAD_MAX = 1024, /* verb and arguments: a dozen of at most 64 hex digits */
};

union fds {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(CHANNEL_FDS * sizeof(int))];
};

int
channel_pair(int fd[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) == -1)
		return err_sys(e, "socketpair");
	return 0;
}

void
channel_open(struct channel *c, int fd)
{
	*c = (struct channel){ .fd = fd, .in = BUF_MAX(LIMIT_PACKET) };
}

void
channel_close(struct channel *c)
{
	if (c->fd != -1)
		close(c->fd);
	buf_free(&c->in);
	c->fd = -1;
}

/* Puts the descriptors into the message's control data. */
static void
attach(struct msghdr *h, union fds *control, const int *fds, size_t n)
{
	struct cmsghdr *c;

	if (n == 0)
		return;
	memset(control, 0, sizeof *control);
	h->msg_control = control->bytes;
	h->msg_controllen = CMSG_SPACE(n * sizeof(int));
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
}

static int
send_all(int fd, const struct msghdr *h, struct err *e)
{
	ssize_t sent;

	do
		sent = sendmsg(fd, h, MSG_NOSIGNAL);
	while (sent == -1 && errno == EINTR);
	if (sent == -1 && (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN))
		return err_set(e, ERR_RETRY, "the other process is gone");
	if (sent == -1)
		return err_sys(e, "send to another process");
	return 0;
}

/* head without its LF. */
static int
send_packet(int fd, struct str head, struct str payload, const int *fds, size_t n, struct err *e)
{
	struct iovec part[] = {
		{ (void *)(uintptr_t)head.p, head.n },
		{ (void *)(uintptr_t) "\n", 1 },
		{ (void *)(uintptr_t)payload.p, payload.n },
	};
	struct msghdr h = { .msg_iov = part, .msg_iovlen = 3 };
	union fds control;

	if (head.n + 1 + payload.n > LIMIT_PACKET)
		return err_set(e, ERR_LIMIT, "packet of %zu bytes", payload.n);
	attach(&h, &control, fds, n);
	return send_all(fd, &h, e);
}

int
channel_send(int fd, struct str payload, int fd0, int fd1, struct err *e, const char *fmt, ...)
{
	char head[HEAD_MAX];
	int fds[2], n;
	size_t n_fds = 0;
	va_list ap;

	va_start(ap, fmt);
	n = vsnprintf(head, sizeof head - 1, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof head - 1)
		return err_set(e, ERR_LIMIT, "message head of %d bytes", n);
	if (fd0 != -1)
		fds[n_fds++] = fd0;
	if (fd1 != -1)
		fds[n_fds++] = fd1;
	return send_packet(fd, str_bytes(head, (size_t)n), payload, fds, n_fds, e);
}

int
channel_send_fds(
    int fd, const char *verb, struct str payload, const int *fds, size_t n, struct err *e)
{
	return send_packet(fd, str_of(verb), payload, fds, n, e);
}

/* Takes over the descriptors that came; more than we ask for the kernel has already closed. */
static void
detach(struct msghdr *h, struct msg *m)
{
	int n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		size_t bytes;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		bytes = c->cmsg_len - CMSG_LEN(0);
		for (size_t i = 0; i + sizeof(int) <= bytes && n < CHANNEL_FDS; i += sizeof(int))
			memcpy(&m->fd[n++], CMSG_DATA(c) + i, sizeof(int));
	}
}

static bool
printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

static void
no_message(struct msg *m)
{
	*m = (struct msg){ .fd = { 0 } };
	for (int i = 0; i < CHANNEL_FDS; i++)
		m->fd[i] = -1;
}

static int
parse(struct str packet, struct msg *m, struct err *e)
{
	struct str head;

	if (str_chr(packet, '\n') == -1)
		return err_set(e, ERR_SYNTAX, "packet without a line");
	str_cut(&packet, '\n', &head);
	if (head.n > HEAD_MAX || !printable(head))
		return err_set(e, ERR_SYNTAX, "packet whose head is not text");
	m->payload = packet;
	str_cut(&head, ' ', &m->verb);
	m->args = head;
	return 0;
}

int
channel_recv(struct channel *c, struct msg *m, struct err *e)
{
	union fds control;
	struct iovec part;
	struct msghdr h = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got;

	no_message(m);
	if (c->in.n == 0)
		buf_room(&c->in, LIMIT_PACKET); /* once: it is as large as any packet */
	part.iov_base = c->in.p;
	part.iov_len = LIMIT_PACKET;
	h.msg_control = control.bytes;
	h.msg_controllen = sizeof control.bytes;
	/* A peer that died without having read all resets once; what it had said is still there. */
	do
		got = recvmsg(c->fd, &h, MSG_CMSG_CLOEXEC);
	while (got == -1 && (errno == EINTR || errno == ECONNRESET));
	if (got == -1)
		return err_sys(e, "receive from another process");
	if (got <= 0)
		return 0;
	detach(&h, m);
	if ((h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		msg_close_fds(m);
		return err_set(e, ERR_LIMIT, "packet of more than %u bytes", LIMIT_PACKET);
	}
	if (parse((struct str){ c->in.p, (size_t)got }, m, e) == -1) {
		msg_close_fds(m);
		return -1;
	}
	return 1;
}

void
msg_close_fds(struct msg *m)
{
	for (int i = 0; i < CHANNEL_FDS; i++) {
		if (m->fd[i] != -1)
			close(m->fd[i]);
		m->fd[i] = -1;
	}
}

void
msg_add(struct buf *packet, struct str payload, const char *fmt, ...)
{
	char head[HEAD_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(head, sizeof head, fmt, ap);
	va_end(ap);
	buf_printf(packet, "%s bytes=%zu\n", head, payload.n);
	buf_add(packet, payload);
}

int
msg_next(struct str *rest, struct msg *m, struct err *e)
{
	uint64_t bytes;

	no_message(m);
	if (rest->n == 0)
		return 0;
	if (parse(*rest, m, e) == -1 || msg_u64(m, "bytes", m->payload.n, &bytes, e) == -1)
		return -1;
	*rest = str_from(m->payload, (size_t)bytes);
	m->payload = str_head(m->payload, (size_t)bytes);
	return 1;
}

bool
msg_is(const struct msg *m, const char *verb)
{
	return str_eq(m->verb, str_of(verb));
}

struct str
msg_arg(const struct msg *m, const char *key)
{
	struct str rest = m->args, word, name;

	while (str_cut(&rest, ' ', &word))
		if (str_cut(&word, '=', &name) && str_eq(name, str_of(key)))
			return word;
	return (struct str){ NULL, 0 };
}

int
msg_u64(const struct msg *m, const char *key, uint64_t max, uint64_t *value, struct err *e)
{
	if (str_u64(msg_arg(m, key), max, value) == -1)
		return err_set(e, ERR_SYNTAX, "%.*s: %s= is not a number up to %llu",
		    STR_FMT(m->verb), key, (unsigned long long)max);
	return 0;
}

int
msg_hash(const struct msg *m, const char *key, uint8_t out[32], struct err *e)
{
	if (hex_decode(msg_arg(m, key), out, 32) == -1)
		return err_set(
		    e, ERR_SYNTAX, "%.*s: %s= is not 64 hex digits", STR_FMT(m->verb), key);
	return 0;
}
