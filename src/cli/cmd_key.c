/* SPDX-License-Identifier: ISC */
#include "cli/cli.h"
#include "store/store.h"

/* The log's public key, for whoever checks: alone on a line, for scripts. */
int
cmd_key(struct cli *c, int argc, char **argv)
{
	const struct conf *conf;
	struct err e = { 0 };
	struct store *s;

	(void)argv;
	if (argc != 1)
		return cli_usage("key", false);
	conf = cli_conf(c, &e);
	s = conf == NULL ? NULL : store_open(conf->state, conf->published, STORE_READ, &e);
	if (s == NULL)
		return cli_fail(&e);
	cli_print(stdout, store_identity(s)->vkey);
	putchar('\n');
	store_close(s);
	return EX_OK;
}
