/* SPDX-License-Identifier: ISC */
/* status: asks the running daemon, over its control socket. */
#include "cli/cli.h"
#include "cli/control.h"

/* Its answer is JSON; as text, one field a line is enough to read. */
static void
print_text(struct str json)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < json.n; i++) {
		char ch = json.p[i];

		if (ch == '"' && (i == 0 || json.p[i - 1] != '\\')) {
			quoted = !quoted;
		} else if (quoted) {
			putchar(ch);
		} else if (ch == '{' || ch == '[') {
			depth++;
		} else if (ch == '}' || ch == ']') {
			depth--;
			if (depth > 0)
				putchar('\n');
		} else if (ch == ',') {
			fputs(depth > 1 ? "  " : "\n", stdout);
		} else if (ch == ':') {
			fputs(": ", stdout);
		} else {
			putchar(ch);
		}
	}
	putchar('\n');
}

int
cmd_status(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	const struct conf *conf;
	struct channel channel;
	struct err e = { 0 };
	bool json = false;
	struct msg m;
	int o, rc;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'j')
			return cli_usage("status", false);
		json = true;
	}
	if (optind != argc)
		return cli_usage("status", false);
	conf = cli_conf(c, &e);
	if (conf == NULL || control_open(conf->control, &channel, &e) == -1)
		return cli_fail(&e);
	rc = channel_send(channel.fd, STR(""), -1, -1, &e, "status");
	if (rc == 0)
		rc = control_answer(&channel, &m, &e);
	if (rc == 0 && json)
		printf("%.*s\n", STR_FMT(m.payload));
	else if (rc == 0)
		print_text(m.payload);
	channel_close(&channel);
	return rc == 0 ? EX_OK : cli_fail(&e);
}
