/* SPDX-License-Identifier: ISC */
/* audit: is what lies here what the log says?  Nothing is changed. */
#include <string.h>
#include <unistd.h>

#include "cli/audit.h"
#include "cli/cli.h"
#include "cli/secret.h"

enum {
	STATUS_FOUND = 1, /* something is wrong */
};

struct options {
	bool contents; /* with a custodian's secret */
	bool open, verbose, json;
	struct secret_options secret;
};

static int
read_options(struct options *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "open", no_argument, NULL, 'o' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "json", no_argument, NULL, 'j' },
		{ "custodian", optional_argument, NULL, 'n' },
		{ "custodian-key", required_argument, NULL, 'k' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case 'o':
			x->open = true;
			break;
		case 'v':
			x->verbose = true;
			break;
		case 'j':
			x->json = true;
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
		x->contents = x->contents || o == 'n' || o == 'k' || o == 'p';
	}
	/* "--custodian NAME", as the other verbs take it. */
	if (x->contents && x->secret.custodian == NULL && argc - optind == 1)
		x->secret.custodian = argv[optind++];
	return argc == optind && (x->open || !x->verbose) ? 0 : -1;
}

static int
audit(const struct conf *conf, const struct options *x, struct audit *a, struct err *e)
{
	struct custodian custodian;
	struct custodian_secret secret = { 0 };
	struct unseal unseal = { NULL, &custodian, &secret };
	int rc = -1;

	if (x->contents && secret_open(conf->state, &x->secret, &custodian, &secret, e) == -1)
		return -1;
	a->store = unseal.store = store_open(conf->state, conf->published, STORE_READ, e);
	a->unseal = x->contents ? &unseal : NULL;
	if (a->store != NULL)
		rc = audit_run(a, e);
	else if (e->kind == ERR_DAMAGED)
		rc = audit_error(a, AUDIT_DATABASE, "db.sqlite", e);
	custodian_forget(&secret);
	store_close(a->store);
	return rc;
}

int
cmd_audit(struct cli *c, int argc, char **argv)
{
	struct audit a = { .out = stdout };
	struct options x = { 0 };
	const struct conf *conf;
	struct err e = { 0 };

	if (read_options(&x, argc, argv) == -1)
		return cli_usage("audit", false);
	conf = cli_conf(c, &e);
	if (conf == NULL)
		return cli_fail(&e);
	a.state = conf->state;
	a.published = conf->published;
	a.scope = AUDIT_SCOPE_OBJECTS | AUDIT_SCOPE_PUBLISHED | (x.open ? AUDIT_SCOPE_OPEN : 0);
	a.json = x.json;
	a.verbose = x.verbose;
	a.progress = !x.verbose && isatty(STDERR_FILENO) == 1;
	if (audit(conf, &x, &a, &e) == -1)
		return cli_fail(&e);
	audit_summary(&a);
	return a.findings == 0 ? EX_OK : STATUS_FOUND;
}
