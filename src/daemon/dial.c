/* SPDX-License-Identifier: ISC */
#include "daemon/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "dns/packet.h"
#include "proc/event.h"

enum {
	CONNECT_MS = 5000, /* for one address */

	/* A peer that is gone is noticed within 30 s: asked after 10 s of silence, given up 20 s later. */
	KEEPALIVE_IDLE_S = 10,
	KEEPALIVE_AGAIN_S = 5,
	UNACKNOWLEDGED_MS = 20000,
};

void
dial_open(struct dial *d, const struct conf_mailbox *box)
{
	*d = (struct dial){ .box = box, .fetcher = { .fd = -1 }, .socket = -1 };
}

static void
rest(struct dial *d)
{
	if (d->socket != -1)
		close(d->socket);
	d->socket = -1;
	d->state = DIAL_IDLE;
}

void
dial_lose(struct dial *d, struct resolver *r)
{
	resolver_forget(r, d);
	rest(d);
	channel_close(&d->fetcher);
}

void
dial_meet(struct dial *d, int fd, struct resolver *r)
{
	dial_lose(d, r);
	/* A fetcher that does not listen must not make the asker wait. */
	fcntl(fd, F_SETFL, O_NONBLOCK);
	channel_open(&d->fetcher, fd);
}

/* ---- an address ---- */

static socklen_t
sockaddr_of(const struct dial_address *a, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	memcpy(&in.sin_addr, a->b, sizeof in.sin_addr);
	memcpy(&in6.sin6_addr, a->b, sizeof in6.sin6_addr);
	if (a->family == AF_INET)
		memcpy(out, &in, sizeof in);
	else
		memcpy(out, &in6, sizeof in6);
	return a->family == AF_INET ? sizeof in : sizeof in6;
}

static const char *
address_text(const struct dial_address *a, char out[INET6_ADDRSTRLEN])
{
	inet_ntop(a->family, a->b, out, INET6_ADDRSTRLEN);
	return out;
}

/* In a free place of its family. */
static void
add_address(struct dial *d, int family, const void *bytes)
{
	struct dial_address *a = family == AF_INET ? d->address : d->address + DIAL_FAMILY;

	for (size_t i = 0; i < DIAL_FAMILY; i++) {
		if (a[i].family != 0)
			continue;
		a[i].family = family;
		memcpy(a[i].b, bytes, family == AF_INET ? 4 : 16);
		return;
	}
}

/* ---- how it ends ---- */

static void
fail(struct dial *d)
{
	rest(d);
	channel_send(d->fetcher.fd, str_of(d->why.text), -1, -1, NULL, "dial-failed mailbox=%s",
	    d->box->name);
}

static void
succeed(struct dial *d)
{
	char text[INET6_ADDRSTRLEN];

	channel_send(d->fetcher.fd, STR(""), d->socket, -1, NULL, "dialed mailbox=%s address=%s",
	    d->box->name, address_text(&d->address[d->next], text));
	rest(d);
}

/* ---- connecting, one address after the other ---- */

/* IDLE waits for minutes without a byte; the kernel asks whether there is still somebody. */
static int
keep_alive(int fd, struct err *e)
{
	static const struct {
		int level, name, value;
	} options[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 }, { IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S },
		{ IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_AGAIN_S },
		{ IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS }, /* RFC 5482 */
	};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (setsockopt(fd, options[i].level, options[i].name, &options[i].value,
		        sizeof options[i].value) == -1)
			return err_sys(e, "setsockopt");
	return 0;
}

/* 1 when it is connected, 0 when it will be, -1. */
static int
start_connect(struct dial *d, struct err *e)
{
	const struct dial_address *a = &d->address[d->next];
	struct sockaddr_storage to;
	socklen_t length = sockaddr_of(a, (uint16_t)d->box->port, &to);

	d->socket = socket(a->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->socket == -1)
		return err_sys(e, "socket");
	if (keep_alive(d->socket, e) == -1)
		return -1;
	if (connect(d->socket, (struct sockaddr *)&to, length) == 0)
		return 1;
	return errno == EINPROGRESS ? 0 : err_sys(e, "connect");
}

/* This address was no good. */
static void
note_failure(struct dial *d, const char *why)
{
	char text[INET6_ADDRSTRLEN];

	err_set(&d->why, ERR_RETRY, "%s port %u: %s", address_text(&d->address[d->next], text),
	    (unsigned)d->box->port, why);
	rest(d);
}

/*
 * IPv4 first: where there is no IPv4 it fails at once, while IPv6 that leads nowhere is common and
 * takes its time.
 */
static void
try_from(struct dial *d, size_t next, int64_t now_ms)
{
	for (d->next = next; d->next < DIAL_ADDRESSES; d->next++) {
		struct err e = { 0 };
		int rc;

		if (d->address[d->next].family == 0)
			continue;
		rc = start_connect(d, &e);
		d->state = DIAL_CONNECTING;
		d->deadline_ms = now_ms + CONNECT_MS;
		if (rc == 1)
			succeed(d);
		if (rc != -1)
			return;
		note_failure(d, e.text);
	}
	fail(d);
}

void
dial_ready(struct dial *d, int64_t now_ms)
{
	socklen_t length = sizeof(int);
	int error = 0;

	if (d->state != DIAL_CONNECTING)
		return;
	if (getsockopt(d->socket, SOL_SOCKET, SO_ERROR, &error, &length) == -1)
		error = errno;
	if (error == 0) {
		succeed(d);
		return;
	}
	note_failure(d, strerror(error));
	try_from(d, d->next + 1, now_ms);
}

void
dial_late(struct dial *d, int64_t now_ms)
{
	if (d->state != DIAL_CONNECTING || d->deadline_ms > now_ms)
		return;
	note_failure(d, "no answer");
	try_from(d, d->next + 1, now_ms);
}

/* ---- the host's addresses ---- */

static void
take_addresses(struct dial *d, const struct dns_answer *answer)
{
	int family = answer->type == DNS_A ? AF_INET : AF_INET6;
	size_t size = family == AF_INET ? 4 : 16, n;
	struct arena *a = arena_new(LIMIT_DNS_PACKET * 4);
	struct dns_data *data;

	if (packet_records(a, answer->packet, answer->name, answer->type, &data, &n, NULL) ==
	    PACKET_FOUND)
		for (size_t i = 0; i < n; i++)
			if (data[i].rdata.n == size)
				add_address(d, family, data[i].rdata.p);
	arena_free(a);
}

void
dial_answer(struct dial *d, const struct dns_answer *answer, int64_t now_ms)
{
	if (answer->outcome == DNS_ANSWERED)
		take_addresses(d, answer);
	else
		err_set(&d->why, ERR_RETRY, "%s: %s", d->box->host,
		    answer->security == DNS_BOGUS ? "the DNS answers, but its signatures are wrong"
		                                  : "no answer from the DNS");
	if (--d->wanted == 0)
		try_from(d, 0, now_ms);
}

static void
resolve(struct dial *d, struct resolver *r, int64_t now_ms)
{
	struct str host = str_of(d->box->host);

	err_set(&d->why, ERR_RETRY, "%s: the DNS has no address", d->box->host);
	d->state = DIAL_RESOLVING;
	d->wanted = 2;
	if (resolver_ask(r, d, 0, host, DNS_A, now_ms, &d->why) == -1 ||
	    resolver_ask(r, d, 0, host, DNS_AAAA, now_ms, &d->why) == -1) {
		resolver_forget(r, d);
		fail(d);
	}
}

static bool
is_literal(struct dial *d)
{
	uint8_t b[16];

	if (inet_pton(AF_INET, d->box->host, b) == 1)
		add_address(d, AF_INET, b);
	else if (inet_pton(AF_INET6, d->box->host, b) == 1)
		add_address(d, AF_INET6, b);
	else
		return false;
	return true;
}

static void
begin(struct dial *d, struct resolver *r, int64_t now_ms)
{
	resolver_forget(r, d);
	rest(d);
	memset(d->address, 0, sizeof d->address);
	if (is_literal(d))
		try_from(d, 0, now_ms);
	else
		resolve(d, r, now_ms);
}

void
dial_hear(struct dial *d, struct resolver *r, int64_t now_ms)
{
	struct err e = { 0 };
	struct msg m;
	int rc = channel_recv(&d->fetcher, &m, &e);

	msg_close_fds(&m);
	if (rc == 1 && msg_is(&m, "dial") && str_eq(msg_arg(&m, "mailbox"), str_of(d->box->name))) {
		begin(d, r, now_ms);
		return;
	}
	if (rc != 0)
		event("error", "what=fetcher name=%s text=\"%s\"", d->box->name,
		    rc == -1 ? e.text : "not a message of this fetcher");
	dial_lose(d, r);
}
