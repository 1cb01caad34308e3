/* SPDX-License-Identifier: ISC */
#include "cli/dns_source.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct zone *
load_zone(const char *file, struct err *e)
{
	struct buf text = BUF_MAX(LIMIT_ZONE);
	int fd = cli_open(file, e);
	struct zone *z = NULL;
	char chunk[65536];
	ssize_t n;

	if (fd == -1)
		return NULL;
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

/* What /etc says of resolvers; whoever may not read it asks the system's. */
static const struct conf *
dns_conf(struct cli *cli, struct err *e)
{
	if (strcmp(cli->config_path, CLI_CONFIG) == 0 && access(CLI_CONFIG, R_OK) == -1)
		cli->conf = conf_parse(STR(""), "defaults", e);
	return cli_conf(cli, e);
}

int
dns_source_open(struct dns_source *s, struct cli *c, const char *zone_file, struct err *e)
{
	const struct conf *conf;

	*s = (struct dns_source){ .zone = NULL };
	if (zone_file != NULL) {
		s->zone = load_zone(zone_file, e);
		if (s->zone != NULL)
			s->suffix = suffix_new(e);
		return s->suffix == NULL ? -1 : 0;
	}
	conf = dns_conf(c, e);
	if (conf != NULL)
		s->ask = ask_new(conf, e);
	return s->ask == NULL ? -1 : 0;
}

void
dns_source_close(struct dns_source *s)
{
	zone_free(s->zone);
	suffix_free(s->suffix);
	ask_free(s->ask);
}

static int
answer_orgdom(struct zone_answers *s, struct str name, struct dns_answer *answer, struct err *e)
{
	struct buf line = BUF_MAX(LIMIT_DNS_PACKET);

	suffix_answer(s->suffix, name, &line);
	*answer = (struct dns_answer){ .name = arena_str(s->arena, name),
		.type = DNS_ORGDOM,
		.packet = arena_str(s->arena, buf_str(&line)),
		.packet_hash = sha256(buf_str(&line)) };
	buf_free(&line);
	if (answer->name.p == NULL || answer->packet.p == NULL)
		return err_set(e, ERR_LIMIT, "more answers than an examination may hold");
	return 0;
}

static int
answer_need(struct zone_answers *s, const struct need *need, struct err *e)
{
	struct dns_answer *answer = &s->answer[s->n++];

	if (need->type == DNS_ORGDOM)
		return answer_orgdom(s, need->name, answer, e);
	return zone_answer(s->zone, s->arena, need->name, need->type, answer, e);
}

int
zone_answers_fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e)
{
	struct zone_answers *s = ctx;

	if (needs->n > LIMIT_QUESTIONS - s->n)
		return err_set(e, ERR_LIMIT, "more than %u questions to the DNS", LIMIT_QUESTIONS);
	for (size_t i = 0; i < needs->n; i++)
		if (answer_need(s, &needs->need[i], e) == -1)
			return -1;
	*ev = (struct evidence){ s->answer, s->n };
	return 0;
}
