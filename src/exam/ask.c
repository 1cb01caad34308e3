/* SPDX-License-Identifier: ISC */
#include "exam/ask.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "net/resolver.h"
#include "proc/loop.h"

enum {
	ANSWERS = EVALUATE_ROUNDS * NEEDS_MAX,
};

struct ask {
	struct resolver *resolver;
	struct arena *arena;
	struct dns_answer answer[ANSWERS];
	size_t n;
};

struct ask *
ask_new(const struct conf *conf, struct err *e)
{
	struct ask *a = calloc(1, sizeof *a);

	if (a == NULL)
		abort();
	a->resolver = resolver_new(conf, e);
	if (a->resolver == NULL) {
		ask_free(a);
		return NULL;
	}
	ask_begin(a);
	return a;
}

void
ask_free(struct ask *a)
{
	if (a == NULL)
		return;
	resolver_free(a->resolver);
	arena_free(a->arena);
	free(a);
}

void
ask_begin(struct ask *a)
{
	arena_free(a->arena);
	a->arena = arena_new(LIMIT_JOB_ANSWERS);
	a->n = 0;
}

/* The answer to question id; where it does not fit, there is none. */
static void
keep(struct ask *a, const struct resolver_answer *got)
{
	struct dns_answer *kept = &a->answer[got->id];
	struct str name = kept->name, packet = arena_str(a->arena, got->dns.packet);

	*kept = got->dns;
	kept->name = name;
	kept->packet = packet;
	if (packet.p == NULL)
		kept->outcome = DNS_FAILED;
}

static int
wait_for_answers(struct ask *a, size_t n, struct err *e)
{
	while (n > 0) {
		struct pollfd fd = { .fd = resolver_fd(a->resolver), .events = POLLIN };
		int64_t left = resolver_deadline_ms(a->resolver) - clock_ms();
		struct resolver_answer got;

		if (poll(&fd, 1, left < 0 ? 0 : (int)left) == -1 && errno != EINTR)
			return err_sys(e, "resolver");
		while (resolver_next(a->resolver, clock_ms(), &got)) {
			keep(a, &got);
			n--;
		}
	}
	return 0;
}

int
ask_fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e)
{
	struct ask *a = ctx;
	size_t under_way = 0;

	for (size_t i = 0; i < needs->n && a->n < ANSWERS; i++, a->n++) {
		const struct need *need = &needs->need[i];

		a->answer[a->n] = (struct dns_answer){
			.name = need->name, .type = need->type, .outcome = DNS_FAILED
		};
		if (resolver_ask(a->resolver, a, a->n, need->name, need->type, clock_ms(), NULL) ==
		    0)
			under_way++;
	}
	if (wait_for_answers(a, under_way, e) == -1)
		return -1;
	*ev = (struct evidence){ a->answer, a->n };
	return 0;
}
