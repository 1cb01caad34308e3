/* SPDX-License-Identifier: ISC */
/* backup: a consistent copy of the state, while the daemon runs. */
#include <inttypes.h>

#include "cli/backup.h"
#include "cli/cli.h"

int
cmd_backup(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "keys", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	const char *dir = NULL, *keys = NULL;
	const struct conf *conf;
	struct backup_done done;
	struct err e = { 0 };
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'k')
			return cli_usage("backup", false);
		keys = optarg;
	}
	if (argc - optind == 1)
		dir = argv[optind];
	if (argc - optind > 1 || (dir == NULL && keys == NULL))
		return cli_usage("backup", false);
	conf = cli_conf(c, &e);
	if (conf == NULL || (keys != NULL && backup_keys(conf, keys, &e) == -1))
		return cli_fail(&e);
	if (keys != NULL)
		printf("%s holds the log's key and the dedup key: keep it off this host, and apart "
		       "from the backups.\n",
		    keys);
	if (dir == NULL)
		return EX_OK;
	if (backup_make(conf, dir, &done, &e) == -1)
		return cli_fail(&e);
	printf("%s/%s holds %" PRIu64 " records; %" PRIu64 " KB were written.\n", dir, done.name,
	    done.records, done.bytes >> 10);
	return EX_OK;
}
