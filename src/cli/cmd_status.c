/* SPDX-License-Identifier: ISC */
/*
 * status: asks the running daemon, over its control socket; when none runs, the database says what
 * is left to say.
 */
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/control.h"
#include "daemon/status.h"
#include "proc/program.h"
#include "store/store.h"

enum {
	STATUS_ATTENTION = 1, /* exit status */
};

/* What it says goes to standard output.  The exit status, or -1. */
static int
ask_daemon(struct channel *c, bool json, struct err *e)
{
	struct msg m;

	if (channel_send(c->fd, STR(""), -1, -1, e, "status form=%s", json ? "json" : "text") ==
	        -1 ||
	    control_answer(c, &m, e) == -1)
		return -1;
	printf("%.*s%s", STR_FMT(m.payload), json ? "\n" : "");
	return str_eq(msg_arg(&m, "attention"), STR("yes")) ? STATUS_ATTENTION : EX_OK;
}

/* ---- when it does not run: from the database ---- */

static int
load_troubles(struct db *d, struct trouble out[LIMIT_TROUBLES], size_t *n, struct err *e)
{
	struct trouble t = { 0 };
	int rc;

	for (*n = 0; *n < LIMIT_TROUBLES; out[(*n)++] = t)
		if ((rc = trouble_next(d, INT64_MAX, &t, e)) != 1)
			return rc;
	return 0;
}

static int
look_inside(const struct conf *conf, bool json, struct err *e)
{
	static struct trouble trouble[LIMIT_TROUBLES];
	struct status_mailbox mailbox[CONF_MAILBOXES] = { 0 };
	struct status s = { .start = "systemctl start mailseald",
		.mailbox = mailbox,
		.n_mailboxes = conf->n_mailboxes,
		.trouble = trouble };
	struct store *store = store_open(conf->state, conf->published, STORE_READ, e);
	struct buf out = BUF_MAX(LIMIT_PACKET);
	int rc = -1;

	for (size_t i = 0; i < conf->n_mailboxes; i++)
		mailbox[i].name = conf->mailbox[i].name;
	if (store != NULL && load_troubles(store_db(store), trouble, &s.n_troubles, e) == 0)
		rc = overview_read(store_db(store), conf->state, conf->published, program_now_ms(),
		    &s.overview, e);
	store_close(store);
	if (rc == -1)
		return -1;
	if (json)
		status_json(&out, &s);
	else
		status_text(&out, &s);
	printf("%.*s%s", STR_FMT(buf_str(&out)), json ? "\n" : "");
	buf_free(&out);
	return STATUS_ATTENTION;
}

static int
status(const struct conf *conf, bool json, struct err *e)
{
	struct channel c;
	int rc;

	if (control_open(conf->control, &c, e) == -1)
		return e->kind == ERR_RETRY ? look_inside(conf, json, e) : -1;
	rc = ask_daemon(&c, json, e);
	channel_close(&c);
	return rc;
}

int
cmd_status(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	const struct conf *conf;
	struct err e = { 0 };
	bool json = false;
	int o, rc = -1;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o != 'j')
			return cli_usage("status", false);
		json = true;
	}
	if (optind != argc)
		return cli_usage("status", false);
	conf = cli_conf(c, &e);
	if (conf != NULL)
		rc = status(conf, json, &e);
	return rc == -1 ? cli_fail(&e) : rc;
}
