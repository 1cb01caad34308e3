/* SPDX-License-Identifier: ISC */
/*
 * mailseal spf: may that host send in that name?  One question, as a receiving server asks it.
 * What the DNS says is read by a worker, in the sandbox of `mailseal check`; this process prints.
 */
#include <fcntl.h>
#include <time.h>

#include "auth/report.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "cli/dns_worker.h"

enum {
	EX_SOME = 2, /* not judged: the DNS did not answer */
};

struct options {
	const char *zone_file, *ip, *helo, *from;
	bool json;
};

struct question {
	struct dns_source dns;
	struct spf_session session;
	int64_t at; /* Unix seconds */
	bool json;
};

/* ---- in the worker ---- */

static void
print_line(struct buf *out, const char *what, struct str value)
{
	if (value.n == 0)
		return;
	buf_printf(out, "  %-11s ", what);
	utf8_add_safe(out, value);
	buf_byte(out, '\n');
}

/* The first byte is what to exit with. */
static void
print(struct buf *out, bool json, const struct spf_result *r)
{
	struct json j = json_to(out);

	buf_byte(out, r->result == RESULT_TEMPERROR ? EX_SOME : EX_OK);
	if (json) {
		report_spf(&j, NULL, r);
		buf_byte(out, '\n');
		return;
	}
	buf_printf(out, "%s: ", result_word(r->result));
	utf8_add_safe(out, r->domain);
	buf_printf(out, "\n  %s: %s\n", r->code, r->reason);
	print_line(out, "matched", r->mechanism);
	print_line(out, "explanation", r->explanation);
}

static int
evaluate_with(
    const struct question *q, int asker, struct arena *a, struct spf_result *r, struct err *e)
{
	static struct zone_answers answers;
	static struct ask_client client;
	struct evidence_source source = { zone_answers_fill, &answers };

	answers = (struct zone_answers){ .zone = q->dns.zone, .arena = a };
	if (asker != -1) {
		source = (struct evidence_source){ ask_fill, &client };
		channel_open(&client.channel, asker);
		ask_begin(&client);
	}
	return evaluate_spf(a, &q->session, q->at, &source, r, e);
}

/* As struct dns_task wants it. */
static int
answer(void *question, int asker, int fd, struct buf *told, struct err *e)
{
	const struct question *q = question;
	struct arena *a = arena_new(LIMIT_EXAMINATION);
	struct spf_result r;
	int rc = evaluate_with(q, asker, a, &r, e);

	(void)fd;
	if (rc == 0)
		print(told, q->json, &r);
	arena_free(a);
	return rc;
}

/* ---- who asks ---- */

static int
ask_worker(struct question *q)
{
	const struct dns_task task = { answer, q, -1, 0 };
	struct buf told = BUF_MAX(LIMIT_POOL_RESULT);
	struct err e = { 0 };
	int status;

	if (dns_worker(&q->dns, &task, &told, &e) == 0) {
		fwrite(told.p + 1, 1, told.n - 1, stdout);
		status = told.p[0] == EX_OK ? EX_OK : EX_SOME;
	} else {
		status = cli_fail(&e);
	}
	buf_free(&told);
	return status;
}

static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option options[] = {
		{ "zone", required_argument, NULL, 'z' },
		{ "ip", required_argument, NULL, 'i' },
		{ "helo", required_argument, NULL, 'h' },
		{ "from", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const char **value = opt == 'z'   ? &o->zone_file
		                     : opt == 'i' ? &o->ip
		                     : opt == 'h' ? &o->helo
		                     : opt == 'f' ? &o->from
		                                  : NULL;

		if (value != NULL)
			*value = optarg;
		else if (opt == 'j')
			o->json = true;
		else
			return -1;
	}
	return optind < argc || o->ip == NULL || o->helo == NULL || o->from == NULL ? -1 : 0;
}

int
cmd_spf(struct cli *c, int argc, char **argv)
{
	struct options o = { .json = false };
	struct question q;
	struct err e = { 0 };
	int status;

	if (read_options(argc, argv, &o) == -1)
		return cli_usage("spf", false);
	q = (struct question){ .session = { .helo = str_of(o.helo), .mailfrom = str_of(o.from) },
		.at = (int64_t)time(NULL),
		.json = o.json };
	if (ip_parse(str_of(o.ip), &q.session.ip, &e) == -1) {
		err_at(&e, "--ip");
		return cli_fail(&e);
	}
	status = dns_source_open(&q.dns, c, o.zone_file, &e) == 0 ? ask_worker(&q) : cli_fail(&e);
	dns_source_close(&q.dns);
	return status;
}
