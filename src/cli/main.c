/* SPDX-License-Identifier: ISC */
/* mailseal: the administrator's and the lawyer's command line; the verbs are in one table. */
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "config.h"

const struct verb verbs[] = {
	{ "init", cmd_init,
	    "--origin NAME [--custodian NAME (--custodian-key FILE | --passphrase-file FILE)] "
	    "(--sheet FILE|- | --one-custodian) --recovery FILE",
	    "Makes a new log: its keys, its store and its first record.  Never twice." },
	{ "status", cmd_status, "[--json]", "Says how the daemon and the log are." },
	{ "list", cmd_list, "[--json]",
	    "Lists what was filed: number, time, verdicts; no content." },
	{ "search", cmd_search,
	    "[--from TEXT] [--to TEXT] [--subject TEXT] [--message-id TEXT] [--since DAY] "
	    "[--until DAY] [--limit N] [--json] [--custodian NAME] "
	    "[--custodian-key FILE | --passphrase-file FILE]",
	    "Finds messages by header fields and day of arrival, for a custodian." },
	{ "show", cmd_show,
	    "NUMBER [--header | --raw] [--custodian NAME] "
	    "[--custodian-key FILE | --passphrase-file FILE]",
	    "Shows one message, for a custodian." },
	{ "gaps", cmd_gaps, "[--json]", "Says what of the mailboxes is not sealed, and why." },
	{ "coverage", cmd_coverage, "[--alarm] [--json] [DOMAIN]",
	    "Says how senders' domains sign their mail, and what is missing that was usual." },
	{ "mailbox", cmd_mailbox, "retire NAME",
	    "Closes a mailbox by a last record: it is not watched any more." },
	{ "export", cmd_export,
	    "NUMBER -o FILE [--custodian NAME] [--custodian-key FILE | --passphrase-file FILE]",
	    "Writes the evidence of one message into one file." },
	{ "audit", cmd_audit,
	    "[--open [--verbose]] [--custodian [NAME]] [--custodian-key FILE | "
	    "--passphrase-file FILE] [--json]",
	    "Checks all that is stored and published; with a custodian, what it hides." },
	{ "backup", cmd_backup, "[--keys DIR] [DIR]",
	    "Copies the state into a directory, while the daemon runs." },
	{ "restore", cmd_restore,
	    "DIR [--keys DIR] [--published FILE|DIR|URL] | --confirm [--published FILE|DIR|URL | "
	    "--never-published] [--ca-file FILE]",
	    "Puts a backup in place; the log goes on when the published copy was asked." },
	{ "verify", cmd_verify, "[--require LIST] [--vkey VKEY] [--json] FILE",
	    "Checks an evidence file, offline (mailseal-verify)." },
	{ "check", cmd_check,
	    "[--zone FILE] [--at UNIXTIME] [--ip ADDRESS --helo NAME --from ADDRESS] "
	    "[--jobs N] [--lf] [--json] FILE|- ...",
	    "Examines loose messages: who signed what." },
	{ "spf", cmd_spf, "[--zone FILE] --ip ADDRESS --helo NAME --from ADDRESS [--json]",
	    "Says whether a host may send in a domain's name (RFC 7208)." },
	{ "doctor", cmd_doctor, "[--domain DOMAIN [--selector NAME ...]] [--json]",
	    "Says what is wrong with this installation, or with a sender's domain." },
	{ "login", cmd_login, "NAME",
	    "Asks for consent, in a browser, to read mailbox NAME (OAuth)." },
	{ "token", cmd_token, "NAME", "Prints an access token for mailbox NAME (OAuth)." },
	{ "custodian", cmd_custodian,
	    "list | add NAME [--custodian-key FILE | --passphrase-file FILE | --sheet FILE|-] | "
	    "remove NAME [--one-custodian] | (rewrap NAME | test [--sample N]) [--custodian NAME] "
	    "[--custodian-key FILE | --passphrase-file FILE]",
	    "Says, changes and tests who can read what is filed." },
	{ "key", cmd_key, "", "Prints the log's public key (vkey)." },
	{ NULL, NULL, NULL, NULL },
};

static int
usage(FILE *to, int status)
{
	fputs("usage: mailseal [-c FILE] VERB ...\n\n", to);
	for (const struct verb *v = verbs; v->name != NULL; v++)
		fprintf(to, "  %-9s %s\n", v->name, v->doc);
	fputs("\n  -c, --config FILE   configuration (" CLI_CONFIG ")\n"
	      "      --version       print the version\n"
	      "  -h, --help          print this; after a verb, its own\n"
	      "See mailseal(1).\n",
	    to);
	return status;
}

static int
run(struct cli *c, int argc, char **argv)
{
	for (const struct verb *v = verbs; v->name != NULL; v++) {
		if (strcmp(v->name, argv[0]) != 0)
			continue;
		if (argc > 1 && strcmp(argv[1], "--help") == 0)
			return cli_usage(v->name, true);
		optind = 0; /* glibc: start anew, after the verb */
		return v->run(c, argc, argv);
	}
	fprintf(stderr, "mailseal: no verb \"");
	cli_print(stderr, str_of(argv[0]));
	fprintf(stderr, "\"; mailseal --help lists them\n");
	return EX_USAGE;
}

/* Nothing that is opened shall take the place of a standard descriptor that is closed. */
static void
hold_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			open("/dev/null", O_RDONLY); /* writing to it fails, as it should */
}

/* What was said and did not arrive is a failure, whatever the verb had done. */
static int
finish(int status)
{
	if (fflush(stdout) != EOF && !ferror(stdout))
		return status;
	fputs("mailseal: standard output could not be written\n", stderr);
	return EX_IOERR;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct cli c = { .config_path = CLI_CONFIG };
	int o, status;

	hold_standard();
	while ((o = getopt_long(argc, argv, "+c:h", options, NULL)) != -1) {
		switch (o) {
		case 'c':
			c.config_path = optarg;
			break;
		case 'V':
			puts(PACKAGE_STRING MAILSEAL_BUILD_NOTE);
			return finish(EX_OK);
		case 'h':
			return finish(usage(stdout, EX_OK));
		default:
			return usage(stderr, EX_USAGE);
		}
	}
	if (optind == argc)
		return usage(stderr, EX_USAGE);
	if (sodium_init() == -1)
		return EX_SOFTWARE;
	status = run(&c, argc - optind, argv + optind);
	conf_free(c.conf);
	return finish(status);
}
