/* SPDX-License-Identifier: ISC */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "conf/conf.h"

/*
 * cli: what the verbs of mailseal share.  A verb is one file, cmd_<verb>.c, and one row of the
 * table in main.c; it reads its own options with getopt_long and returns the exit status.
 */
#define CLI_CONFIG SYSCONFDIR "/mailseal/mailseal.conf"

struct cli {
	const char *config_path;
	struct conf *conf; /* NULL until cli_conf */
};

struct verb {
	const char *name;
	int (*run)(struct cli *c, int argc, char **argv); /* argv[0] is the verb */
	const char *usage;                                /* after "mailseal NAME " */
	const char *doc;                                  /* one line */
};
extern const struct verb verbs[]; /* ends with a NULL name */

int cmd_audit(struct cli *c, int argc, char **argv);
int cmd_backup(struct cli *c, int argc, char **argv);
int cmd_check(struct cli *c, int argc, char **argv);
int cmd_doctor(struct cli *c, int argc, char **argv);
int cmd_custodian(struct cli *c, int argc, char **argv);
int cmd_export(struct cli *c, int argc, char **argv);
int cmd_coverage(struct cli *c, int argc, char **argv);
int cmd_gaps(struct cli *c, int argc, char **argv);
int cmd_init(struct cli *c, int argc, char **argv);
int cmd_key(struct cli *c, int argc, char **argv);
int cmd_list(struct cli *c, int argc, char **argv);
int cmd_login(struct cli *c, int argc, char **argv);
int cmd_restore(struct cli *c, int argc, char **argv);
int cmd_search(struct cli *c, int argc, char **argv);
int cmd_show(struct cli *c, int argc, char **argv);
int cmd_mailbox(struct cli *c, int argc, char **argv);
int cmd_spf(struct cli *c, int argc, char **argv);
int cmd_status(struct cli *c, int argc, char **argv);
int cmd_token(struct cli *c, int argc, char **argv);
int cmd_verify(struct cli *c, int argc, char **argv);

/* Loads the configuration once: it, or NULL with *e. */
const struct conf *cli_conf(struct cli *c, struct err *e);
/* A mailbox of that name, if it has oauth: it, or NULL with *e.  Its token is its account's. */
const struct conf_mailbox *cli_oauth(struct cli *c, const char *name, struct err *e);
/*
 * A file that a person named, for reading: its descriptor, or -1 with ERR_INPUT when it is not there,
 * may not be read, or is a directory.
 */
int cli_open(const char *file, struct err *e);
int cli_can_read(const char *file, struct err *e); /* 0, or -1 as cli_open */
/*
 * A file that a person named, to be made or, unless anew, to take the place of another: 0, or -1 with
 * ERR_CONFIG or ERR_OUTPUT when that could not be, so that nothing is begun.
 */
int cli_can_write(const char *file, bool anew, struct err *e);
int cli_output_failed(const char *file, struct err *e); /* -1, ERR_OUTPUT by errno */
/* "mailseal: <text>" on standard error, made safe; returns the status of sysexits.h for it. */
int cli_fail(const struct err *e);
/* The verb's usage on standard error, EX_USAGE; with help, on standard output, EX_OK. */
int cli_usage(const char *verb, bool help);

/* Hostile or not, what reaches a terminal goes through here. */
void cli_print(FILE *to, struct str text);

#endif
