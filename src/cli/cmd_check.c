/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/report.h"
#include "base/limits.h"
#include "cli/check_text.h"
#include "cli/cli.h"
#include "dns/zone.h"
#include "exam/ask.h"

enum {
	CHUNK = 65536,
	EX_SOME = 2, /* some messages were not judged */
};

struct check {
	struct crypto *crypto;
	struct zone *zone; /* keys come from it, or from the DNS */
	struct ask *ask;
	int64_t at; /* Unix seconds */
	bool json;
};

/* Answers out of a zone file, for one message. */
struct zone_source {
	const struct zone *zone;
	struct arena *arena;
	struct dns_answer answer[EVALUATE_ROUNDS * NEEDS_MAX];
	size_t n;
};

static int
fill_from_zone(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e)
{
	struct zone_source *s = ctx;

	for (size_t i = 0; i < needs->n; i++)
		if (zone_answer(s->zone, s->arena, needs->need[i].name, needs->need[i].type,
		        &s->answer[s->n++], e) == -1)
			return -1;
	*ev = (struct evidence){ s->answer, s->n };
	return 0;
}

static int
read_message(struct examine *x, const char *file, struct err *e)
{
	int fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	char chunk[CHUNK];
	ssize_t n;

	if (fd == -1)
		return err_sys(e, "%s", file);
	while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n == -1 && errno == EINTR))
		if (n > 0)
			examine_add(x, str_bytes(chunk, (size_t)n));
	if (n == -1)
		err_sys(e, "%s", file);
	else
		examine_end(x);
	if (fd != STDIN_FILENO)
		close(fd);
	return (int)n;
}

static void
print(const struct check *c, struct str file, const struct examination *r)
{
	struct buf out = BUF_MAX(16u << 20);
	struct json j = json_to(&out);

	if (c->json)
		report_json(&j, file, r);
	else
		check_text(&out, file, r);
	if (c->json)
		buf_byte(&out, '\n');
	fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
}

/* 0 when the message was judged, whatever the verdict; else -1. */
static int
check_file(const struct check *c, const char *file, struct err *e)
{
	struct examine *x = examine_new(c->crypto);
	struct zone_source answers = { .zone = c->zone };
	struct evidence_source source = { fill_from_zone, &answers };
	const struct examination *r;
	int rc = -1;

	answers.arena = arena_new(LIMIT_EXAMINATION);
	if (c->zone == NULL) {
		source = (struct evidence_source){ ask_fill, c->ask };
		ask_begin(c->ask);
	}
	if (read_message(x, file, e) == -1 || evaluate(x, c->at, &source, &r, e) == -1)
		goto out;
	print(c, str_of(file), r);
	rc = 0;
out:
	arena_free(answers.arena);
	examine_free(x);
	return rc;
}

static struct zone *
load_zone(const char *file, struct err *e)
{
	struct buf text = BUF_MAX(LIMIT_ZONE);
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct zone *z = NULL;
	char chunk[CHUNK];
	ssize_t n;

	if (fd == -1) {
		err_sys(e, "%s", file);
		return NULL;
	}
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(&text, str_bytes(chunk, (size_t)n));
	if (n == -1)
		err_sys(e, "%s", file);
	else if (buf_check(&text, file, e) == 0)
		z = zone_parse(buf_str(&text), file, e);
	close(fd);
	buf_free(&text);
	return z;
}

static int
check_files(const struct check *c, char **files)
{
	int status = EX_OK;

	for (; *files != NULL; files++) {
		struct err e = { 0 };

		if (check_file(c, *files, &e) == 0)
			continue;
		cli_fail(&e);
		status = EX_SOME;
	}
	return status;
}

/* What /etc says of resolvers; whoever may not read it asks the system's. */
static const struct conf *
dns_conf(struct cli *cli, struct err *e)
{
	if (strcmp(cli->config_path, CLI_CONFIG) == 0 && access(CLI_CONFIG, R_OK) == -1)
		cli->conf = conf_parse(STR(""), "defaults", e);
	return cli_conf(cli, e);
}

static int
open_source(struct cli *cli, struct check *c, const char *zone_file, struct err *e)
{
	const struct conf *conf;

	if (zone_file != NULL) {
		c->zone = load_zone(zone_file, e);
		return c->zone == NULL ? -1 : 0;
	}
	conf = dns_conf(cli, e);
	if (conf != NULL)
		c->ask = ask_new(conf, e);
	return c->ask == NULL ? -1 : 0;
}

int
cmd_check(struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "zone", required_argument, NULL, 'z' },
		{ "at", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct check c = { .at = (int64_t)time(NULL) };
	const char *zone_file = NULL;
	struct err e = { 0 };
	uint64_t at;
	int o, status;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'z')
			zone_file = optarg;
		else if (o == 't' && str_u64(str_of(optarg), INT64_MAX, &at) == 0)
			c.at = (int64_t)at;
		else if (o == 'j')
			c.json = true;
		else
			return cli_usage("check", false);
	}
	if (optind == argc)
		return cli_usage("check", false);
	c.crypto = crypto_native_new();
	status = open_source(cli, &c, zone_file, &e) == 0 ? check_files(&c, argv + optind)
	                                                  : cli_fail(&e);
	crypto_native_free(c.crypto);
	zone_free(c.zone);
	ask_free(c.ask);
	return status;
}
