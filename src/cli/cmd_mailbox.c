/* SPDX-License-Identifier: ISC */
/* mailbox: retires one: by the running daemon, or by ourselves when none runs. */
#include <string.h>

#include "cli/cli.h"
#include "cli/control.h"
#include "daemon/retire.h"

static int
ask(struct channel *c, const char *name, struct err *e)
{
	struct msg m;
	int rc = channel_send(c->fd, STR(""), -1, -1, e, "retire mailbox=%s", name);

	if (rc != -1)
		rc = control_answer(c, &m, e);
	channel_close(c);
	return rc;
}

static int
retire(struct conf *conf, const char *name, struct err *e)
{
	struct channel c;

	if (conf_mailbox(conf, str_of(name)) == NULL)
		return err_set(e, ERR_CONFIG, "no [mailbox %s] in the configuration", name);
	if (control_open(conf->control, &c, e) == 0)
		return ask(&c, name, e);
	return e->kind == ERR_RETRY ? retire_alone(conf, name, e) : -1;
}

int
cmd_mailbox(struct cli *c, int argc, char **argv)
{
	struct err e = { 0 };

	if (argc != 3 || strcmp(argv[1], "retire") != 0)
		return cli_usage("mailbox", false);
	if (cli_conf(c, &e) == NULL || retire(c->conf, argv[2], &e) == -1)
		return cli_fail(&e);
	printf("%s is retired: it is not watched any more.\n", argv[2]);
	return EX_OK;
}
