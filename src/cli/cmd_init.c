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
	const struct conf *conf;
	struct logkey *log, *recovery;
	struct custodian custodian;
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

static int
make_custodian(struct init *i, struct err *e)
{
	struct buf passphrase = BUF_MAX(SECRET_PASSPHRASE_MAX);
	int rc;

	if (i->key_file != NULL)
		return custodian_by_file(&i->custodian, str_of(i->name), i->key_file, e);
	rc = secret_passphrase(i->passphrase_file, true, &passphrase, e);
	if (rc == 0)
		rc = custodian_by_passphrase(
		    &i->custodian, str_of(i->name), buf_str(&passphrase), e);
	keyfile_wipe(&passphrase);
	return rc;
}

/* The host's part of the keys goes into the state directory. */
static int
save_keys(struct init *i, struct err *e)
{
	int dir = open_below(i->conf->state, "custodian", e), rc;

	if (dir == -1)
		return -1;
	rc = custodian_save(dir, &i->custodian, e);
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
	struct hash custodian = custodian_fingerprint(&i->custodian);
	struct record_log l = { buf_str(&i->vkey), buf_str(&i->recovery_vkey), &custodian, 1 };
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

	if (make_keys(i, e) == -1)
		return -1;
	id = (struct store_identity){ str_of(i->origin), buf_str(&i->vkey),
		buf_str(&i->recovery_vkey) };
	/* The store refuses first: a second init must not leave stray key files. */
	if (store_create(i->conf->state, i->conf->published, &id, e) == -1)
		return -1;
	if (logkey_save(i->recovery, AT_FDCWD, i->recovery_file, e) == -1 ||
	    make_custodian(i, e) == -1 || save_keys(i, e) == -1)
		return -1;
	return add_first(i, e);
}

static void
tell(const struct init *i)
{
	printf(
	    "The log %s is made.\n\n"
	    "  public key    %.*s\n"
	    "  state         %s\n"
	    "  published     %s\n"
	    "  custodian     %s (%s)\n"
	    "  recovery key  %s\n\n"
	    "Take the recovery key%s off this host now, and keep copies: without the custodian's\n"
	    "secret nobody can read what is filed, and nobody can help.\n"
	    "Give the public key to whoever is to check your evidence.  Then start mailseald.\n",
	    i->origin, STR_FMT(buf_str(&i->vkey)), i->conf->state, i->conf->published, i->name,
	    i->key_file != NULL ? i->key_file : "passphrase", i->recovery_file,
	    i->key_file != NULL ? " and the custodian's key file" : "");
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
		default:
			return -1;
		}
	}
	if (optind != argc || i->origin == NULL || i->recovery_file == NULL ||
	    (i->key_file != NULL && i->passphrase_file != NULL))
		return -1;
	return 0;
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
	if (i.conf == NULL)
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
