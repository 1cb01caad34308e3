/* SPDX-License-Identifier: ISC */
#include "net/resolver.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unbound.h>
#include <unistd.h>

#include "base/limits.h"
#include "dns/name.h"
#include "dns/packet.h"
#include "net/suffix.h"

enum {
	NAME_TEXT = 4 * DNS_NAME_MAX + 1, /* every byte as \DDD, and a NUL */
	SETTLE_MS = 10000,                /* for the thread to come up */
};

struct question {
	enum { FREE, ASKED, DONE } state;
	void *who;
	uint64_t id;
	char name[NAME_TEXT];
	enum dns_type type;
	int number; /* libunbound's, to cancel it */
	int64_t deadline_ms;
	struct ub_result *result; /* NULL: there is none */
};

struct resolver {
	struct ub_ctx *ctx;
	struct suffix *suffix;
	struct buf line; /* the last answer from it */
	int64_t timeout_ms;
	struct question *given; /* the views of the last answer point into it */
	struct question question[RESOLVER_QUESTIONS];
};

/*
 * Every answer is to be what was said about that very question, not deduced from another.
 *
 * A question that nobody answers counts against the resolver it was sent to: after twelve seconds
 * of one silent zone libunbound would give up its only resolver for minutes, for all zones.  So
 * what it knows of a resolver is forgotten every second.
 */
static const struct {
	const char *name, *value;
} options[] = {
	{ "do-not-query-localhost:", "no" }, /* a resolver may live here */
	{ "aggressive-nsec:", "no" },        /* no denial out of another name's */
	{ "harden-below-nxdomain:", "no" },  /* nor out of its parent's */
	{ "rrset-roundrobin:", "no" },       /* the order is the server's */
	{ "minimal-responses:", "no" },
	{ "cache-max-negative-ttl:", "60" }, /* a key published late is seen a minute later */
	{ "val-bogus-ttl:", "1" },           /* a failure is asked anew */
	{ "outgoing-range:", "256" },        /* 16, the library's own, are soon held by silence */
	{ "outgoing-num-tcp:", "16" },       /* as before: 2 */
	{ "infra-host-ttl:", "1" },          /* seconds; see above */
};

static int
refused(int code, const char *what, struct err *e)
{
	return err_set(
	    e, code == UB_NOMEM ? ERR_SYSTEM : ERR_CONFIG, "%s: %s", what, ub_strerror(code));
}

static int
set_options(struct ub_ctx *ctx, struct err *e)
{
	int code = ub_ctx_debugout(ctx, NULL); /* it would name names */

	for (size_t i = 0; code == 0 && i < sizeof options / sizeof options[0]; i++)
		code = ub_ctx_set_option(ctx, options[i].name, options[i].value);
	if (code == 0)
		code = ub_ctx_async(ctx, 1);
	return code == 0 ? 0 : refused(code, "libunbound", e);
}

static int
set_resolvers(struct ub_ctx *ctx, const struct conf *conf, struct err *e)
{
	int code = 0;

	for (size_t i = 0; code == 0 && i < conf->n_resolvers; i++) {
		code = ub_ctx_set_fwd(ctx, conf->resolver[i]);
		if (code != 0)
			return refused(code, conf->resolver[i], e);
	}
	if (conf->n_resolvers == 0)
		code = ub_ctx_resolvconf(ctx, NULL);
	return code == 0 ? 0 : refused(code, "/etc/resolv.conf", e);
}

static int
set_anchor(struct ub_ctx *ctx, const struct conf *conf, struct err *e)
{
	int code;

	if (access(conf->trust_anchor, R_OK) == -1) {
		err_sys(e, "trust anchor %s", conf->trust_anchor);
		if (e != NULL)
			e->kind = ERR_CONFIG;
		return -1;
	}
	code = ub_ctx_add_ta_file(ctx, conf->trust_anchor);
	return code == 0 ? 0 : refused(code, conf->trust_anchor, e);
}

static void
take_result(void *arg, int code, struct ub_result *result)
{
	struct question *q = arg;

	q->state = DONE;
	q->result = code == 0 ? result : NULL;
}

/*
 * Libunbound reads configuration and trust anchors, and makes its thread, at the first question:
 * here one that it answers by itself.  OpenSSL reads its configuration at the first hash.
 */
static int
settle(struct resolver *r, struct err *e)
{
	struct question q = { .state = ASKED };
	struct pollfd wait = { ub_fd(r->ctx), POLLIN, 0 };
	int code = ub_resolve_async(r->ctx, "localhost", DNS_A, 1, &q, take_result, &q.number);

	sha256(STR(""));
	if (code != 0)
		return refused(code, "libunbound", e);
	while (q.state != DONE && poll(&wait, 1, SETTLE_MS) == 1)
		ub_process(r->ctx);
	ub_resolve_free(q.result);
	if (q.state == DONE)
		return 0;
	ub_cancel(r->ctx, q.number);
	return err_set(e, ERR_SYSTEM, "libunbound: no answer from its thread");
}

struct resolver *
resolver_new(const struct conf *conf, struct err *e)
{
	struct resolver *r = calloc(1, sizeof *r);

	if (r == NULL)
		abort();
	r->timeout_ms = (int64_t)conf->dns_timeout_s * 1000;
	r->line = (struct buf)BUF_MAX(LIMIT_DNS_PACKET);
	r->suffix = suffix_new(e);
	r->ctx = ub_ctx_create();
	if (r->ctx == NULL)
		abort();
	/* In this order: what comes later cannot be changed before. */
	if (r->suffix == NULL || set_options(r->ctx, e) == -1 ||
	    set_resolvers(r->ctx, conf, e) == -1 || set_anchor(r->ctx, conf, e) == -1 ||
	    settle(r, e) == -1) {
		resolver_free(r);
		return NULL;
	}
	return r;
}

static void
give_back(struct question *q)
{
	ub_resolve_free(q->result);
	q->result = NULL;
	q->state = FREE;
}

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < RESOLVER_QUESTIONS; i++)
		if (r->question[i].state == DONE)
			give_back(&r->question[i]);
	ub_ctx_delete(r->ctx);
	suffix_free(r->suffix);
	buf_free(&r->line);
	free(r);
}

int
resolver_fd(const struct resolver *r)
{
	return ub_fd(r->ctx);
}

int64_t
resolver_deadline_ms(const struct resolver *r)
{
	int64_t first = -1;

	for (size_t i = 0; i < RESOLVER_QUESTIONS; i++) {
		const struct question *q = &r->question[i];

		if (q->state == DONE && q != r->given)
			return 0;
		if (q->state == ASKED && (first == -1 || q->deadline_ms < first))
			first = q->deadline_ms;
	}
	return first;
}

size_t
resolver_room(const struct resolver *r)
{
	size_t n = 0;

	for (size_t i = 0; i < RESOLVER_QUESTIONS; i++)
		n += r->question[i].state == FREE;
	return n;
}

static struct question *
free_question(struct resolver *r)
{
	for (size_t i = 0; i < RESOLVER_QUESTIONS; i++)
		if (r->question[i].state == FREE)
			return &r->question[i];
	return NULL;
}

/* As libunbound is to be asked: letters in lower case, odd bytes escaped. */
static int
set_name(struct question *q, struct str name)
{
	struct buf text = BUF_MAX(NAME_TEXT);
	struct dns_name wire;

	if (dns_name_parse(name, &wire, NULL) == -1)
		return -1;
	dns_name_text(&wire, &text);
	memcpy(q->name, text.p, text.n);
	q->name[text.n] = '\0';
	buf_free(&text);
	return 0;
}

int
resolver_ask(struct resolver *r, void *who, uint64_t id, struct str name, enum dns_type type,
    int64_t now_ms, struct err *e)
{
	struct question *q = free_question(r);

	if (q == NULL)
		return err_set(e, ERR_LIMIT, "%d questions are under way", RESOLVER_QUESTIONS);
	*q = (struct question){ .state = ASKED, .who = who, .id = id, .type = type };
	q->deadline_ms = now_ms + r->timeout_ms;
	if (set_name(q, name) == -1 || type == DNS_ORGDOM ||
	    ub_resolve_async(r->ctx, q->name, (int)type, 1, q, take_result, &q->number) != 0)
		q->state = DONE;
	return 0;
}

static void
cancel(struct resolver *r, struct question *q)
{
	ub_cancel(r->ctx, q->number);
	q->state = DONE;
}

void
resolver_forget(struct resolver *r, const void *who)
{
	for (size_t i = 0; i < RESOLVER_QUESTIONS; i++) {
		struct question *q = &r->question[i];

		if (q->who != who || q == r->given)
			continue;
		if (q->state == ASKED)
			cancel(r, q);
		if (q->state == DONE)
			give_back(q);
	}
}

/* A response to this question that says something: with data, or that there is none. */
static bool
says_something(const struct question *q, struct str bytes)
{
	struct dns_name asked;
	struct packet p;

	return packet_open(bytes, &p, NULL) == 0 && !p.truncated &&
	       (p.rcode == DNS_NOERROR || p.rcode == DNS_NXDOMAIN) && p.question_type == q->type &&
	       dns_name_parse(str_of(q->name), &asked, NULL) == 0 &&
	       dns_name_eq(&asked, &p.question);
}

static void
judge(const struct question *q, struct dns_answer *a)
{
	const struct ub_result *result = q->result;
	struct str bytes;

	*a = (struct dns_answer){ .name = str_of(q->name), .type = q->type, .outcome = DNS_FAILED };
	if (result == NULL || result->answer_packet == NULL || result->answer_len <= 0)
		return;
	if (result->bogus) {
		a->security = DNS_BOGUS;
		return;
	}
	bytes = str_bytes(result->answer_packet, (size_t)result->answer_len);
	if (!says_something(q, bytes))
		return;
	a->outcome = DNS_ANSWERED;
	a->security = result->secure ? DNS_SECURE : DNS_INSECURE;
	a->packet = bytes;
	a->packet_hash = sha256(bytes);
}

static void
answer_orgdom(struct resolver *r, const struct question *q, struct dns_answer *a)
{
	buf_clear(&r->line);
	suffix_answer(r->suffix, str_of(q->name), &r->line);
	*a = (struct dns_answer){
		.name = str_of(q->name), .type = q->type, .packet = buf_str(&r->line)
	};
	a->packet_hash = sha256(a->packet);
}

bool
resolver_next(struct resolver *r, int64_t now_ms, struct resolver_answer *answer)
{
	if (r->given != NULL)
		give_back(r->given);
	r->given = NULL;
	if (ub_poll(r->ctx))
		ub_process(r->ctx);
	for (size_t i = 0; i < RESOLVER_QUESTIONS; i++) {
		struct question *q = &r->question[i];

		if (q->state == ASKED && q->deadline_ms <= now_ms)
			cancel(r, q);
		if (q->state != DONE)
			continue;
		r->given = q;
		answer->who = q->who;
		answer->id = q->id;
		if (q->type == DNS_ORGDOM)
			answer_orgdom(r, q, &answer->dns);
		else
			judge(q, &answer->dns);
		return true;
	}
	return false;
}
