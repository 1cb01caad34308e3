/* SPDX-License-Identifier: ISC */
/* custodian: who can read what is filed: shown, made, given the records of before, removed,
 * tested.  Changes are made by the running daemon: the store has one writer. */
#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "cli/cli.h"
#include "cli/control.h"
#include "cli/custodian_open.h"
#include "cli/secret.h"
#include "keys/keyfile.h"

struct order {
	const char *name; /* of the custodian it is about; NULL: none was given */
	const char *sheet_file;
	struct secret_options secret;
	bool alone;
	uint64_t sample;
	const struct conf *conf;
	struct store *store;
};

/* ---- list ---- */

/* How many records hide something, and of how many he has the slot; */
static int
count_slots(struct order *o, const char *name, uint64_t *has, uint64_t *of, struct err *e)
{
	struct store_query q = { 0 };
	uint8_t slot[SLOT_SIZE];
	struct store_record r;
	int rc;

	*has = *of = 0;
	while ((rc = store_next(o->store, &q, &r, e)) == 1) {
		if (r.object.pack == 0)
			continue;
		rc = store_slot(o->store, name, r.seq, slot, e);
		if (rc == -1)
			return -1;
		*has += (uint64_t)rc;
		++*of;
	}
	return rc;
}

static int
list(struct order *o, struct err *e)
{
	struct custodian all[SECRET_CUSTODIANS];
	int n = secret_custodians(o->conf->state, all, e);
	uint64_t has, of;
	char hex[65];

	for (int i = 0; i < n; i++) {
		struct hash h = custodian_fingerprint(&all[i]);

		if (count_slots(o, all[i].name, &has, &of, e) == -1)
			return -1;
		printf("%-16s  %-10s  %.16s  opens %" PRIu64 " of %" PRIu64 "\n", all[i].name,
		    custodian_methods[all[i].method], hex_encode(hex, h.b, sizeof h.b), has, of);
	}
	return n == -1 ? -1 : 0;
}

/* ---- add ---- */

/* The one of that name: 1 with *c, 0 when there is none, -1. */
static int
find(const struct order *o, struct custodian *c, struct err *e)
{
	struct custodian all[SECRET_CUSTODIANS];
	int n = secret_custodians(o->conf->state, all, e);

	for (int i = 0; i < n; i++)
		if (strcmp(all[i].name, o->name) == 0) {
			*c = all[i];
			return 1;
		}
	return n == -1 ? -1 : 0;
}

static int
make(const struct order *o, struct custodian *c, struct err *e)
{
	struct buf passphrase = BUF_MAX(SECRET_PASSPHRASE_MAX);
	struct str name = str_of(o->name);
	int rc;

	if (o->sheet_file != NULL)
		return secret_new_sheet(
		    c, name, store_identity(o->store)->origin, o->sheet_file, e);
	if (o->secret.key_file != NULL)
		return custodian_by_file(c, name, o->secret.key_file, e);
	rc = secret_passphrase(o->secret.passphrase_file, true, &passphrase, e);
	if (rc == 0)
		rc = custodian_by_passphrase(c, name, buf_str(&passphrase), e);
	keyfile_wipe(&passphrase);
	return rc;
}

static int
send_new(struct order *o, struct channel *daemon, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct custodian c;
	struct msg m;
	int rc = find(o, &c, e);

	if (rc != 0)
		return rc == -1 ? -1
		                : err_set(e, ERR_CONFIG, "there is a custodian \"%s\"", o->name);
	if (make(o, &c, e) == -1)
		return -1;
	custodian_write(&text, &c);
	rc = channel_send(daemon->fd, buf_str(&text), -1, -1, e, "custodian-add");
	buf_free(&text);
	return rc == -1 ? -1 : control_answer(daemon, &m, e);
}

/* The daemon is called first: no key is made that nobody takes. */
static int
add(struct order *o, struct err *e)
{
	bool printed = o->sheet_file != NULL && strcmp(o->sheet_file, "-") == 0;
	const char *file = o->sheet_file != NULL ? o->sheet_file : o->secret.key_file;
	struct channel daemon;
	int rc;

	if (file != NULL && strcmp(file, "-") != 0 && cli_can_write(file, true, e) == -1)
		return -1;
	if (secret_outside(o->conf->state, o->sheet_file, e) == -1 ||
	    control_open(o->conf->control, &daemon, e) == -1)
		return -1;
	rc = send_new(o, &daemon, e);
	channel_close(&daemon);
	if (rc == 0)
		fprintf(printed ? stderr : stdout,
		    "\"%s\" can read what is filed from now on.  For what was filed before:\n"
		    "  mailseal custodian rewrap %s\n",
		    o->name, o->name);
	return rc;
}

/* ---- remove ---- */

/* Records that nobody could open without him are a reason to refuse. */
static int
check_others(struct order *o, struct err *e)
{
	struct custodian all[SECRET_CUSTODIANS];
	int n = secret_custodians(o->conf->state, all, e);
	struct store_query q = { 0 };
	uint8_t slot[SLOT_SIZE];
	struct store_record r;
	uint64_t lost = 0;
	int rc;

	if (n == -1)
		return -1;
	while ((rc = store_next(o->store, &q, &r, e)) == 1) {
		bool others = false;

		for (int i = 0; i < n && !others; i++)
			others = strcmp(all[i].name, o->name) != 0 &&
			         store_slot(o->store, all[i].name, r.seq, slot, e) == 1;
		if (!others && store_slot(o->store, o->name, r.seq, slot, e) != 0)
			lost++;
	}
	if (lost > 0)
		return err_set(e, ERR_REFUSED,
		    "%" PRIu64 " records could be opened by nobody then: mailseal custodian rewrap "
		    "another first",
		    lost);
	return rc;
}

static int
take_away(struct order *o, struct err *e)
{
	struct channel daemon;
	struct msg m;
	int rc;

	if (check_others(o, e) == -1 || control_open(o->conf->control, &daemon, e) == -1)
		return -1;
	rc = channel_send(daemon.fd, STR(""), -1, -1, e, "custodian-remove name=%s alone=%s",
	    o->name, o->alone ? "yes" : "no");
	if (rc == 0)
		rc = control_answer(&daemon, &m, e);
	channel_close(&daemon);
	if (rc == 0)
		printf(
		    "\"%s\" can read nothing more of this archive.  Copies of slots/%s that were "
		    "made before still open with the key.\n",
		    o->name, o->name);
	return rc;
}

/* ---- rewrap and test ---- */

static int
rewrap(struct order *o, struct err *e)
{
	struct custodian to, from;
	struct custodian_secret secret;
	struct unseal u = { o->store, &from, &secret };
	struct rewrapped n;
	int rc = find(o, &to, e);

	if (rc == 0)
		err_set(e, ERR_CONFIG, "no custodian \"%s\": mailseal custodian add", o->name);
	if (rc != 1 || secret_open(o->conf->state, &o->secret, &from, &secret, e) == -1)
		return -1;
	rc = custodian_rewrap(&u, o->conf->control, &to, &n, e);
	custodian_forget(&secret);
	printf(
	    "sealed for \"%s\": %" PRIu64 " now, %" PRIu64 " before", to.name, n.sealed, n.there);
	if (n.closed > 0)
		printf("; \"%s\" cannot open %" PRIu64 " more", from.name, n.closed);
	putchar('\n');
	return rc;
}

static int
test(struct order *o, struct err *e)
{
	struct custodian custodian;
	struct custodian_secret secret;
	struct unseal u = { o->store, &custodian, &secret };
	struct sampled n;
	int rc;

	if (secret_open(o->conf->state, &o->secret, &custodian, &secret, e) == -1)
		return -1;
	rc = custodian_sample(&u, o->sample, &n, e);
	custodian_forget(&secret);
	if (rc == -1)
		return -1;
	printf("the key of \"%s\" opens %" PRIu64 " of %" PRIu64 " sampled records\n",
	    custodian.name, n.opened, n.of);
	if (n.opened == n.of)
		return 0;
	*e = n.why;
	return err_at(e, "record %" PRIu64, n.first_closed);
}

/* ---- the verb ---- */

static const struct {
	const char *word;
	int (*run)(struct order *o, struct err *e);
	bool named; /* wants a NAME */
} verbs_of[] = {
	{ "list", list, false },
	{ "add", add, true },
	{ "remove", take_away, true },
	{ "rewrap", rewrap, true },
	{ "test", test, false },
};

enum {
	SAMPLE = 20, /* records opened by a test, unless told otherwise */
	SAMPLE_MAX = 1000000,
};

static int
read_option(struct order *o, int option)
{
	switch (option) {
	case 'n':
		o->secret.custodian = optarg;
		return 0;
	case 'k':
		o->secret.key_file = optarg;
		return 0;
	case 'p':
		o->secret.passphrase_file = optarg;
		return 0;
	case 's':
		o->sheet_file = optarg;
		return 0;
	case '1':
		o->alone = true;
		return 0;
	case 'N':
		return str_u64(str_of(optarg), SAMPLE_MAX, &o->sample);
	default:
		return -1;
	}
}

static int
read_options(struct order *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "custodian", required_argument, NULL, 'n' },
		{ "custodian-key", required_argument, NULL, 'k' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ "sheet", required_argument, NULL, 's' },
		{ "one-custodian", no_argument, NULL, '1' },
		{ "sample", required_argument, NULL, 'N' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (read_option(o, option) == -1)
			return -1;
	if (o->sheet_file != NULL &&
	    (o->secret.key_file != NULL || o->secret.passphrase_file != NULL))
		return -1;
	return 0;
}

static int
run(struct cli *c, struct order *o, int (*what)(struct order *o, struct err *e))
{
	struct err e = { 0 };
	int rc = -1;

	o->conf = cli_conf(c, &e);
	if (o->conf != NULL)
		o->store = store_open(o->conf->state, o->conf->published, STORE_READ, &e);
	if (o->store != NULL)
		rc = what(o, &e);
	store_close(o->store);
	return rc == 0 ? EX_OK : cli_fail(&e);
}

int
cmd_custodian(struct cli *c, int argc, char **argv)
{
	struct order o = { .sample = SAMPLE };

	if (read_options(&o, argc, argv) == -1 || optind == argc)
		return cli_usage("custodian", false);
	for (size_t i = 0; i < sizeof verbs_of / sizeof verbs_of[0]; i++) {
		if (strcmp(argv[optind], verbs_of[i].word) != 0)
			continue;
		if (argc - optind != (verbs_of[i].named ? 2 : 1))
			break;
		o.name = argv[optind + 1];
		return run(c, &o, verbs_of[i].run);
	}
	return cli_usage("custodian", false);
}
