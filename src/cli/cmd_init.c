/* SPDX-License-Identifier: ISC */
/* init: makes a log, once: its keys, its store, and the first record, which says who it is. */
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/cli.h"
#include "cli/secret.h"
#include "config.h"
#include "keys/keyfile.h"
#include "keys/logkey.h"
#include "keys/signed.h"
#include "proc/program.h"
#include "seal/record.h"
#include "store/store.h"

struct init {
	const char *origin, *name, *key_file, *passphrase_file, *recovery_file;
	const char *sheet_file; /* "-": standard output; NULL: there is no second custodian */
	bool alone;             /* --one-custodian */
	const struct conf *conf;
	struct logkey *log, *recovery;
	struct custodian custodian[2]; /* the office's; the sheet's */
	struct buf vkey, recovery_vkey;
};

static int
open_below(const char *state, const char *folder, struct err *e)
{
	char path[4200];
	int fd;

	snprintf(path, sizeof path, "%s/%s", state, folder);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd == -1 ? err_sys(e, "%s", path) : fd;
}

/* The keys that exist only in memory until all else was found good. */
static int
make_keys(struct init *i, struct err *e)
{
	i->log = logkey_new(str_of(i->origin), e);
	i->recovery = i->log == NULL ? NULL : logkey_new(str_of(i->origin), e);
	if (i->recovery == NULL)
		return -1;
	logkey_vkey(i->log, &i->vkey);
	logkey_vkey(i->recovery, &i->recovery_vkey);
	return 0;
}

static size_t
n_custodians(const struct init *i)
{
	return i->sheet_file != NULL ? 2 : 1;
}

/* By what a person types, which may be wrong: nothing is made of it yet. */
static int
ask_office(struct init *i, struct err *e)
{
	struct buf passphrase = BUF_MAX(SECRET_PASSPHRASE_MAX);
	struct str name = str_of(i->name);
	int rc;

	if (i->key_file != NULL)
		return 0;
	rc = secret_passphrase(i->passphrase_file, true, &passphrase, e);
	if (rc == 0)
		rc = custodian_by_passphrase(&i->custodian[0], name, buf_str(&passphrase), e);
	keyfile_wipe(&passphrase);
	return rc;
}

static int
make_custodians(struct init *i, struct err *e)
{
	if (i->key_file != NULL &&
	    custodian_by_file(&i->custodian[0], str_of(i->name), i->key_file, e) == -1)
		return -1;
	if (i->sheet_file == NULL)
		return 0;
	return secret_new_sheet(
	    &i->custodian[1], STR("sheet"), str_of(i->origin), i->sheet_file, e);
}

/* The host's part of the keys goes into the state directory. */
static int
save_keys(struct init *i, struct err *e)
{
	int dir = open_below(i->conf->state, "custodian", e), rc = 0;

	if (dir == -1)
		return -1;
	for (size_t n = 0; rc == 0 && n < n_custodians(i); n++)
		rc = custodian_save(dir, &i->custodian[n], e);
	close(dir);
	if (rc == -1)
		return -1;
	dir = open_below(i->conf->state, "signer", e);
	if (dir == -1)
		return -1;
	rc = logkey_save(i->log, dir, "log.key", e);
	if (rc == 0)
		rc = signed_make(dir, e);
	close(dir);
	return rc;
}

/* Record 0: kind log, event start. */
static int
write_first(struct init *i, struct buf *bytes, int64_t now_ms, struct err *e)
{
	struct hash custodian[] = { custodian_fingerprint(&i->custodian[0]),
		custodian_fingerprint(&i->custodian[1]) };
	struct record_log l = { RECORD_START, buf_str(&i->vkey), buf_str(&i->recovery_vkey),
		custodian, n_custodians(i) };
	struct record_head h = { .kind = RECORD_LOG,
		.origin = str_of(i->origin),
		.time_ms = (uint64_t)now_ms,
		.version = STR(PACKAGE_VERSION) };

	program_clock(&h.sync, &h.error_ms);
	if (program_hash(&h.binary, e) == -1)
		return -1;
	randombytes_buf(h.nonce.b, sizeof h.nonce.b);
	return record_log_write(bytes, &h, &l, e);
}

static int
add_first(struct init *i, struct err *e)
{
	struct buf bytes = BUF_MAX(LIMIT_RECORD);
	int64_t now_ms = (int64_t)time(NULL) * 1000;
	struct store *s;
	int rc = -1;

	s = store_open(i->conf->state, i->conf->published, STORE_WRITE, e);
	if (s == NULL)
		return -1;
	if (write_first(i, &bytes, now_ms, e) == 0 && store_begin(s, e) == 0) {
		struct store_new n = {
			.kind = "log", .bytes = buf_str(&bytes), .time_ms = now_ms, .of = -1
		};

		rc = store_add(s, &n, e) == 0 ? store_commit(s, e) : -1;
	}
	store_close(s);
	buf_free(&bytes);
	return rc;
}

static int
make(struct init *i, struct err *e)
{
	struct store_identity id;

	if (ask_office(i, e) == -1 || make_keys(i, e) == -1)
		return -1;
	id = (struct store_identity){ str_of(i->origin), buf_str(&i->vkey),
		buf_str(&i->recovery_vkey) };
	/* The store refuses first: a second init must not leave stray key files. */
	if (store_create(i->conf->state, i->conf->published, &id, e) == -1)
		return -1;
	if (logkey_save(i->recovery, AT_FDCWD, i->recovery_file, e) == -1 ||
	    make_custodians(i, e) == -1 || save_keys(i, e) == -1 || add_first(i, e) == -1)
		return err_at(e, "%s is half made: empty it and begin anew", i->conf->state);
	return 0;
}

/* What lies elsewhere can be made: else the log would be there, and not its keys. */
static int
check_files(const struct init *i, struct err *e)
{
	const char *const file[] = { i->recovery_file, i->key_file, i->sheet_file };

	for (size_t n = 0; n < sizeof file / sizeof file[0]; n++)
		if (file[n] != NULL && strcmp(file[n], "-") != 0 &&
		    cli_can_write(file[n], true, e) == -1)
			return -1;
	return 0;
}

/* Beside the sheet, when that is what standard output takes. */
static void
tell(const struct init *i)
{
	bool printed = i->sheet_file != NULL && strcmp(i->sheet_file, "-") == 0;
	FILE *to = printed ? stderr : stdout;

	fprintf(to,
	    "The log %s is made.\n\n"
	    "  public key    %.*s\n"
	    "  state         %s\n"
	    "  published     %s\n"
	    "  custodian     %s (%s)\n",
	    i->origin, STR_FMT(buf_str(&i->vkey)), i->conf->state, i->conf->published, i->name,
	    i->key_file != NULL ? i->key_file : "passphrase");
	if (i->sheet_file != NULL)
		fprintf(to, "  custodian     sheet (%s)\n", printed ? "printed" : i->sheet_file);
	fprintf(to,
	    "  recovery key  %s\n\n"
	    "Take %s off this host now.%s\n"
	    "When the keys of all custodians are lost nobody can read what is filed, and nobody\n"
	    "can help.  Give the public key to whoever is to check your evidence.  Then start\n"
	    "mailseald.\n",
	    i->recovery_file,
	    i->key_file != NULL ? "recovery key and key file" : "the recovery key",
	    i->sheet_file == NULL ? "" : "  Print the sheet, and let no file of it remain.");
}

static int
read_options(struct init *i, int argc, char **argv)
{
	static const struct option options[] = {
		{ "origin", required_argument, NULL, 'o' },
		{ "custodian", required_argument, NULL, 'n' },
		{ "custodian-key", required_argument, NULL, 'k' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ "recovery", required_argument, NULL, 'r' },
		{ "sheet", required_argument, NULL, 's' },
		{ "one-custodian", no_argument, NULL, '1' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (o) {
		case 'o':
			i->origin = optarg;
			break;
		case 'n':
			i->name = optarg;
			break;
		case 'k':
			i->key_file = optarg;
			break;
		case 'p':
			i->passphrase_file = optarg;
			break;
		case 'r':
			i->recovery_file = optarg;
			break;
		case 's':
			i->sheet_file = optarg;
			break;
		case '1':
			i->alone = true;
			break;
		default:
			return -1;
		}
	}
	if (optind != argc || i->origin == NULL || i->recovery_file == NULL ||
	    (i->key_file != NULL && i->passphrase_file != NULL) ||
	    (i->alone && i->sheet_file != NULL))
		return -1;
	return 0;
}

/* One key is one fire away from none. */
static int
check_custodians(const struct init *i, struct err *e)
{
	if (i->sheet_file == NULL && !i->alone)
		return err_set(e, ERR_CONFIG,
		    "init: one custodian only: when his key is lost all is.  --sheet FILE makes a "
		    "second key, to be printed (--sheet - writes it to standard output); "
		    "--one-custodian does without");
	if (strcmp(i->name, "sheet") == 0)
		return err_set(e, ERR_CONFIG, "--custodian sheet: that is the name of the second");
	return secret_outside(i->conf->state, i->sheet_file, e);
}

int
cmd_init(struct cli *c, int argc, char **argv)
{
	struct init i = { .name = "office", .vkey = BUF_MAX(1024), .recovery_vkey = BUF_MAX(1024) };
	struct err e = { 0 };
	int rc;

	if (read_options(&i, argc, argv) == -1)
		return cli_usage("init", false);
	i.conf = cli_conf(c, &e);
	if (i.conf == NULL || check_custodians(&i, &e) == -1 || check_files(&i, &e) == -1)
		return cli_fail(&e);
	rc = make(&i, &e);
	if (rc == 0)
		tell(&i);
	logkey_free(i.log);
	logkey_free(i.recovery);
	buf_free(&i.vkey);
	buf_free(&i.recovery_vkey);
	return rc == 0 ? EX_OK : cli_fail(&e);
}
