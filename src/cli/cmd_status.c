/* SPDX-License-Identifier: ISC */
/* status: asks the running daemon, over its control socket. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"
#include "proc/channel.h"

static int
connect_daemon(const char *path, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof a.sun_path)
		return err_set(
		    e, ERR_CONFIG, "control: longer than %zu bytes", sizeof a.sun_path - 1);
	memcpy(a.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_sys(e, "socket");
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			err_set(
			    e, ERR_RETRY, "mailseald is not running (nobody listens on %s)", path);
		else
			err_sys(e, "%s", path);
		close(fd);
		return -1;
	}
	return fd;
}

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
	int o, fd, rc;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'j')
			return cli_usage("status", false);
		json = true;
	}
	if (optind != argc)
		return cli_usage("status", false);
	conf = cli_conf(c, &e);
	fd = conf == NULL ? -1 : connect_daemon(conf->control, &e);
	if (fd == -1)
		return cli_fail(&e);
	channel_open(&channel, fd);
	rc = channel_send(fd, STR(""), -1, -1, &e, "status") == -1 ? -1
	                                                           : channel_recv(&channel, &m, &e);
	if (rc == 0)
		rc = err_set(
		    &e, ERR_RETRY, "mailseald closed the connection: are you root or its user?");
	if (rc == 1 && json)
		printf("%.*s\n", STR_FMT(m.payload));
	else if (rc == 1)
		print_text(m.payload);
	channel_close(&channel);
	return rc == 1 ? EX_OK : cli_fail(&e);
}
