/* SPDX-License-Identifier: ISC */
/* mailseal spf: may that host send in that name?  One question, as a receiving server asks it. */
#include <time.h>

#include "auth/report.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "cli/dns_source.h"

enum {
	EX_SOME = 2, /* not judged: the DNS did not answer */
};

struct options {
	const char *zone_file, *ip, *helo, *from;
	bool json;
};

static void
print_line(struct buf *out, const char *what, struct str value)
{
	if (value.n == 0)
		return;
	buf_printf(out, "  %-11s ", what);
	utf8_add_safe(out, value);
	buf_byte(out, '\n');
}

static void
print(const struct options *o, const struct spf_result *r)
{
	struct buf out = BUF_MAX(1u << 20);
	struct json j = json_to(&out);

	if (o->json) {
		report_spf(&j, NULL, r);
		buf_byte(&out, '\n');
	} else {
		buf_printf(&out, "%s: ", result_word(r->result));
		utf8_add_safe(&out, r->domain);
		buf_printf(&out, "\n  %s: %s\n", r->code, r->reason);
		print_line(&out, "matched", r->mechanism);
		print_line(&out, "explanation", r->explanation);
	}
	fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
}

static int
evaluate_with(const struct dns_source *dns, struct arena *a, const struct spf_session *session,
    struct spf_result *r, struct err *e)
{
	static struct zone_answers answers;
	static struct ask_client client;
	struct evidence_source source = { zone_answers_fill, &answers };

	answers = (struct zone_answers){ .zone = dns->zone, .arena = a };
	if (dns->zone != NULL)
		return evaluate_spf(a, session, time(NULL), &source, r, e);
	source = (struct evidence_source){ ask_fill, &client };
	if (ask_open(&client, dns->ask, e) == -1)
		return -1;
	ask_begin(&client);
	return evaluate_spf(a, session, time(NULL), &source, r, e);
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
	struct arena *a = arena_new(LIMIT_EXAMINATION);
	struct spf_session session;
	struct dns_source dns;
	struct spf_result r;
	struct err e = { 0 };
	int status;

	if (read_options(argc, argv, &o) == -1) {
		status = cli_usage("spf", false);
		goto out;
	}
	session = (struct spf_session){ .helo = str_of(o.helo), .mailfrom = str_of(o.from) };
	if (ip_parse(str_of(o.ip), &session.ip, &e) == -1) {
		err_at(&e, "--ip");
		status = cli_fail(&e);
		goto out;
	}
	if (dns_source_open(&dns, c, o.zone_file, &e) == -1 ||
	    evaluate_with(&dns, a, &session, &r, &e) == -1) {
		status = cli_fail(&e);
	} else {
		print(&o, &r);
		status = r.result == RESULT_TEMPERROR ? EX_SOME : EX_OK;
	}
	dns_source_close(&dns);
out:
	arena_free(a);
	return status;
}
