/* SPDX-License-Identifier: ISC */
/* restore: a backup becomes the state again; the log goes on when the published copy was asked. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/cli.h"
#include "cli/restore.h"
#include "net/http.h"
#include "seal/utc.h"
#include "store/file.h"

struct options {
	const char *dir, *keys, *published, *ca_file;
	bool confirm, never_published;
};

/* "https://example.com/log/": its checkpoint. */
static int
fetch_published(const char *url, const char *ca_file, struct buf *note, struct err *e)
{
	struct buf address = BUF_MAX(4096);
	int status, rc;

	buf_printf(&address, "%s%scheckpoint", url, str_ends(str_of(url), STR("/")) ? "" : "/");
	buf_byte(&address, '\0');
	rc = buf_check(&address, "address", e);
	if (rc == 0)
		rc = http_get(address.p, ca_file, &status, note, e);
	if (rc == 0 && status != 200)
		rc = err_set(e, ERR_RETRY, "%s: status %d, not the checkpoint", url, status);
	buf_free(&address);
	return rc;
}

/* A file, a directory with `checkpoint` in it, or the address of one. */
static int
read_published(const char *path, const char *ca_file, struct buf *note, struct err *e)
{
	int dir, rc;

	if (str_starts(str_of(path), STR("https://")))
		return fetch_published(path, ca_file, note, e);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		rc = file_read(AT_FDCWD, path, note, e);
	else {
		rc = file_read(dir, "checkpoint", note, e);
		close(dir);
	}
	if (rc == 0)
		return err_set(e, ERR_CONFIG,
		    "no published copy in %s: say where one is with --published, or, when no "
		    "checkpoint and no evidence ever left this host, --never-published",
		    path);
	return rc == -1 ? -1 : 0;
}

static int
ask_published(const struct conf *conf, const struct options *x, struct err *e)
{
	struct buf note = BUF_MAX(LIMIT_NOTE);
	char many[32] = "";
	uint64_t behind;
	int rc = read_published(
	    x->published != NULL ? x->published : conf->published, x->ca_file, &note, e);

	if (rc == 0)
		rc = restore_compare(conf, buf_str(&note), &behind, e);
	buf_free(&note);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	if (behind > 0)
		snprintf(many, sizeof many, "%" PRIu64 " ", behind);
	return err_set(e, ERR_CONFIG,
	    "the published copy has %srecords that this state has not: they were sealed after this "
	    "backup.  Put %s aside and restore a newer backup, or bring back the disk; nothing is "
	    "signed until then",
	    many, conf->state);
}

static int
confirm(const struct conf *conf, const struct options *x, struct err *e)
{
	int marked = restore_is_marked(conf, e);

	if (marked == -1)
		return -1;
	if (marked == 0) {
		puts("The log signs already: nothing was restored, or it was confirmed.");
		return 0;
	}
	if (!x->never_published && ask_published(conf, x, e) == -1)
		return -1;
	if (restore_unmark(conf, e) == -1)
		return -1;
	puts("The published copy is no further than this state: the log goes on.");
	return 0;
}

static int
restore(const struct conf *conf, const struct options *x, struct err *e)
{
	struct restored done;
	char made[UTC_TEXT_MAX];

	if (restore_make(conf, x->dir, x->keys, &done, e) == -1)
		return -1;
	printf("%s holds the %" PRIu64 " records of the backup of %s.\n", conf->state, done.records,
	    utc_text(made, done.time_ms / 1000));
	if (!done.can_sign)
		puts("It can be read and exported from.  To go on with the log, put log.key into "
		     "its\n"
		     "signer directory and dedup.key beside db.sqlite (mailseal backup --keys).");
	if (x->published != NULL || x->never_published)
		return confirm(conf, x, e);
	puts("Nothing is signed until the published copy was asked:\n"
	     "  mailseal restore --confirm --published FILE|DIR|URL");
	return 0;
}

static int
read_options(struct options *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "confirm", no_argument, NULL, 'c' },
		{ "keys", required_argument, NULL, 'k' },
		{ "published", required_argument, NULL, 'p' },
		{ "ca-file", required_argument, NULL, 'a' },
		{ "never-published", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case 'c':
			x->confirm = true;
			break;
		case 'k':
			x->keys = optarg;
			break;
		case 'p':
			x->published = optarg;
			break;
		case 'a':
			x->ca_file = optarg;
			break;
		case 'n':
			x->never_published = true;
			break;
		default:
			return -1;
		}
	}
	if (argc - optind == 1)
		x->dir = argv[optind];
	if (argc - optind > 1 || x->confirm == (x->dir != NULL) ||
	    (x->keys != NULL && x->confirm) || (x->published != NULL && x->never_published))
		return -1;
	return 0;
}

int
cmd_restore(struct cli *c, int argc, char **argv)
{
	const struct conf *conf;
	struct options x = { 0 };
	struct err e = { 0 };
	int rc;

	if (read_options(&x, argc, argv) == -1)
		return cli_usage("restore", false);
	conf = cli_conf(c, &e);
	if (conf == NULL)
		return cli_fail(&e);
	rc = x.confirm ? confirm(conf, &x, &e) : restore(conf, &x, &e);
	return rc == 0 ? EX_OK : cli_fail(&e);
}
