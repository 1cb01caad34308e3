/* SPDX-License-Identifier: ISC */
/*
 * A packet that is taken, put together again from its parts, is the packet; sent as a message it
 * is read the same; and an argument that is found stands in it as key=value.  The messages within
 * a payload lie in it one after the other, to its end or to what is refused.
 */
#include "proc/channel.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_again(int fd, struct channel *c, const struct msg *m, struct str packet)
{
	struct buf copy = BUF_MAX(LIMIT_PACKET);
	const char *blank = m->args.p != NULL ? " " : "";
	struct msg again;

	if (channel_send(fd, m->payload, -1, -1, NULL, "%.*s%s%.*s", STR_FMT(m->verb), blank,
	        STR_FMT(m->args)) == -1)
		abort();
	buf_add(&copy, packet); /* *m is gone with the next receive */
	if (channel_recv(c, &again, NULL) != 1 ||
	    again.payload.p + again.payload.n != c->in.p + packet.n ||
	    !str_eq(str_bytes(c->in.p, packet.n), buf_str(&copy)))
		abort();
	buf_free(&copy);
}

static void
check_args(const struct msg *m)
{
	struct str uid = msg_arg(m, "uid"), hash = msg_arg(m, "sha256");
	uint8_t bytes[32];
	uint64_t n;

	if (uid.n > 0 && (uid.p < m->args.p + 4 || !str_eq(str_bytes(uid.p - 4, 4), STR("uid="))))
		abort();
	if (msg_u64(m, "uid", 1000, &n, NULL) == 0 && (n > 1000 || uid.n == 0 || uid.n > 4))
		abort();
	if (msg_hash(m, "sha256", bytes, NULL) == 0 && hash.n != 2 * sizeof bytes)
		abort();
}

static void
check_several(struct str payload)
{
	const char *at = payload.p, *end = payload.p + payload.n;
	struct str rest = payload;
	struct msg m;
	int rc;

	while ((rc = msg_next(&rest, &m, NULL)) == 1) {
		if (m.verb.p != at || m.payload.p <= at ||
		    m.payload.n > (size_t)(end - m.payload.p))
			abort();
		at = m.payload.p + m.payload.n;
		if (rest.p != at || rest.n != (size_t)(end - at) || m.fd[0] != -1)
			abort();
	}
	if (rc == 0 && rest.n != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel c;
	struct msg m;
	int fd[2];

	if (size == 0 || size > LIMIT_PACKET)
		return 0;
	if (channel_pair(fd, NULL) == -1 || send(fd[1], data, size, 0) != (ssize_t)size)
		abort();
	channel_open(&c, fd[0]);
	if (channel_recv(&c, &m, NULL) == 1) {
		check_args(&m);
		if (m.fd[0] != -1 || m.fd[1] != -1)
			abort();
		check_several(m.payload);
		check_again(fd[1], &c, &m, str_bytes(data, size));
	}
	channel_close(&c);
	close(fd[1]);
	return 0;
}
