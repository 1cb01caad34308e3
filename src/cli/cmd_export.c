/* SPDX-License-Identifier: ISC */
/* export: the evidence of one message, as one file for whoever is to check it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/gather.h"
#include "cli/secret.h"

enum {
	WAIT_TRIES = 30, /* tenths of a second */
};

struct export
{
	const char *number, *file;
	struct secret_options secret;
};

struct output {
	const char *name;
	int fd;
};

static int
write_all(void *who, struct str bytes, struct err *e)
{
	const struct output *o = who;

	while (bytes.n > 0) {
		ssize_t n = write(o->fd, bytes.p, bytes.n);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return cli_output_failed(o->name, e);
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

/* The file appears whole, or not at all. */
static int
write_file(const char *file, const struct bundle_in *in, struct err *e)
{
	char temp[4200];
	struct output o = { temp, -1 };
	int rc;

	if (snprintf(temp, sizeof temp, "%s.new", file) >= (int)sizeof temp)
		return err_set(e, ERR_CONFIG, "the file's name is too long");
	o.fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (o.fd == -1)
		return cli_output_failed(temp, e);
	rc = bundle_write(in, (struct zip_sink){ write_all, &o }, e);
	if (rc == 0 && fsync(o.fd) == -1)
		rc = cli_output_failed(temp, e);
	if (close(o.fd) == -1 && rc == 0)
		rc = cli_output_failed(temp, e);
	if (rc == 0 && rename(temp, file) == -1)
		rc = cli_output_failed(file, e);
	if (rc == -1)
		unlink(temp);
	return rc;
}

/* What was sealed a moment ago is in a checkpoint a moment later: worth waiting for. */
static struct gather *
gather_signed(struct store *s, const struct export *x, const struct custodian *c,
    const struct custodian_secret *secret, struct err *e)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	struct gather *g;

	for (int tries = 0;; tries++) {
		*e = (struct err){ 0 };
		g = gather_message(s, str_of(x->number), c, secret, e);
		if (g != NULL || e->kind != ERR_RETRY || tries == WAIT_TRIES)
			return g;
		nanosleep(&pause, NULL);
	}
}

static int
export_message(const struct conf *conf, const struct export *x, struct err *e)
{
	struct custodian custodian;
	struct custodian_secret secret;
	struct gather *g = NULL;
	struct store *s;
	int rc = -1;

	if (cli_can_write(x->file, false, e) == -1 ||
	    secret_open(conf->state, &x->secret, &custodian, &secret, e) == -1)
		return -1;
	s = store_open(conf->state, conf->published, STORE_READ, e);
	if (s != NULL)
		g = gather_signed(s, x, &custodian, &secret, e);
	if (g != NULL)
		rc = write_file(x->file, gather_bundle(g), e);
	custodian_forget(&secret);
	gather_free(g);
	store_close(s);
	return rc;
}

static int
read_options(struct export *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "custodian", required_argument, NULL, 'n' },
		{ "custodian-key", required_argument, NULL, 'k' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		switch (o) {
		case 'o':
			x->file = optarg;
			break;
		case 'n':
			x->secret.custodian = optarg;
			break;
		case 'k':
			x->secret.key_file = optarg;
			break;
		case 'p':
			x->secret.passphrase_file = optarg;
			break;
		default:
			return -1;
		}
	}
	if (argc - optind != 1 || x->file == NULL)
		return -1;
	x->number = argv[optind];
	return 0;
}

int
cmd_export(struct cli *c, int argc, char **argv)
{
	const struct conf *conf;
	struct export x = { 0 };
	struct err e = { 0 };

	if (read_options(&x, argc, argv) == -1)
		return cli_usage("export", false);
	conf = cli_conf(c, &e);
	if (conf == NULL || export_message(conf, &x, &e) == -1)
		return cli_fail(&e);
	printf("%s holds the evidence of %s; check it with: mailseal verify %s\n", x.file, x.number,
	    x.file);
	return EX_OK;
}
