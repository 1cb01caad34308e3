/* SPDX-License-Identifier: ISC */
/* doctor_host: what can be wrong on this host. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/limits.h"
#include "cli/doctor.h"
#include "proc/program.h"
#include "store/store.h"

enum {
	DISK_LOW_MB = 1024, /* a month of a busy office */
	DISK_OUT_MB = 128,
	CLOCK_ERROR_MS = 1000, /* a record says it; a second is what a reader expects */
};

/* ---- files ---- */

/* Nobody but the owner may do what `mask` says. */
static void
check_mode(struct doctor *d, const char *path, mode_t mask, const char *why)
{
	char mend[256];
	struct stat st;

	if (path == NULL)
		return;
	if (stat(path, &st) == -1) {
		doctor_say(d, ADVICE_MEND, "files", path, "make it, or name another file", "%s",
		    strerror(errno));
		return;
	}
	if ((st.st_mode & mask) == 0)
		return;
	snprintf(mend, sizeof mend, "chmod go-%s %s", (mask & 044) != 0 ? "rw" : "w", path);
	doctor_say(
	    d, ADVICE_MEND, "files", path, mend, "mode %03o: %s", (unsigned)st.st_mode & 0777, why);
}

static void
check_files(struct doctor *d)
{
	unsigned before = d->said[ADVICE_MEND];

	check_mode(d, d->cli->config_path, 022, "others may change what is filed");
	for (size_t i = 0; i < d->conf->n_mailboxes; i++) {
		const struct conf_mailbox *box = &d->conf->mailbox[i];

		check_mode(d, box->password_file, 077, "others may read a password");
		check_mode(d, box->oauth_client_secret_file, 077, "others may read a secret");
		check_mode(d, box->service_account_file, 077, "others may read every mailbox");
	}
	if (d->said[ADVICE_MEND] == before)
		doctor_say(d, ADVICE_GOOD, "files", NULL, NULL,
		    "nobody else can read a password or change the configuration");
}

static void
check_configuration(struct doctor *d)
{
	if (d->conf->n_mailboxes == 0)
		doctor_say(d, ADVICE_MEND, "configuration", NULL,
		    "add a [mailbox NAME] section; mailseal.conf(5)", "no mailbox is filed");
	else
		doctor_say(d, ADVICE_GOOD, "configuration", NULL, NULL, "%s: %zu mailbox%s",
		    d->cli->config_path, d->conf->n_mailboxes,
		    d->conf->n_mailboxes == 1 ? "" : "es");
}

/* ---- clock and disk ---- */

static void
check_clock(struct doctor *d)
{
	uint64_t error_ms;
	bool sync;

	program_clock(&sync, &error_ms);
	if (!sync)
		doctor_say(d, ADVICE_LOOK, "clock", NULL,
		    "timedatectl set-ntp true, or install chrony",
		    "the kernel does not call it synchronised; each record will say so");
	else if (error_ms > CLOCK_ERROR_MS)
		doctor_say(d, ADVICE_LOOK, "clock", NULL, "look at the time servers",
		    "synchronised, but only within %llu ms", (unsigned long long)error_ms);
	else
		doctor_say(d, ADVICE_GOOD, "clock", NULL, NULL, "synchronised within %llu ms",
		    (unsigned long long)error_ms);
}

static void
check_disk(struct doctor *d)
{
	const char *mend = "make room, or move [daemon] state to a larger disk";
	unsigned long long mb;
	struct statvfs v;

	if (statvfs(d->conf->state, &v) == -1) {
		doctor_say(d, ADVICE_MEND, "disk", d->conf->state, "mailseal init makes it", "%s",
		    strerror(errno));
		return;
	}
	mb = (unsigned long long)v.f_bavail * v.f_frsize >> 20;
	if (mb < DISK_LOW_MB)
		doctor_say(d, mb < DISK_OUT_MB ? ADVICE_MEND : ADVICE_LOOK, "disk", d->conf->state,
		    mend, "%llu MB are free", mb);
	else
		doctor_say(d, ADVICE_GOOD, "disk", d->conf->state, NULL, "%llu MB are free", mb);
}

/* ---- the log ---- */

/* How many public keys lie in state/custodian. */
static size_t
count_custodians(const struct doctor *d)
{
	char path[4096];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof path, "%s/custodian", d->conf->state);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		n += str_ends(str_of(entry->d_name), STR(".pub"));
	if (dir != NULL)
		closedir(dir);
	return n;
}

static void
check_custodians(struct doctor *d)
{
	size_t n = count_custodians(d);

	if (n == 0)
		doctor_say(d, ADVICE_MEND, "custodians", NULL, "mailseal custodian add",
		    "there is none: mail cannot be filed");
	else if (n == 1)
		doctor_say(d, ADVICE_LOOK, "custodians", NULL, "mailseal custodian add",
		    "there is one: when its key is lost, all mail is");
	else
		doctor_say(d, ADVICE_GOOD, "custodians", NULL, NULL,
		    "%zu; `mailseal custodian test` shows that a key still opens", n);
}

/* What strangers see is what was signed last. */
static void
check_published(struct doctor *d, struct store *s)
{
	struct buf found = BUF_MAX(LIMIT_NOTE);
	struct store_checkpoint c;
	struct err e = { 0 };
	char path[4096];
	int rc = store_checkpoint(s, &c, &e);

	snprintf(path, sizeof path, "%s/checkpoint", d->conf->published);
	if (rc == -1)
		doctor_say(d, ADVICE_MEND, "published", NULL, "mailseal audit", "%s", e.text);
	else if (rc == 0)
		doctor_say(
		    d, ADVICE_LOOK, "published", NULL, "start mailseald", "nothing was signed yet");
	else if (conf_read(path, &found, &e) == -1)
		doctor_say(d, ADVICE_MEND, "published", NULL, "start mailseald: it publishes anew",
		    "%s", e.text);
	else if (!str_eq(buf_str(&found), c.note))
		doctor_say(d, ADVICE_LOOK, "published", path,
		    "if it stays so, look at the daemon's events",
		    "is not the latest checkpoint (of %llu records)", (unsigned long long)c.size);
	else
		doctor_say(d, ADVICE_GOOD, "published", path, NULL,
		    "the latest checkpoint, of %llu records", (unsigned long long)c.size);
	buf_free(&found);
}

static void
check_log(struct doctor *d)
{
	struct err e = { 0 };
	struct store *s = store_open(d->conf->state, d->conf->published, STORE_READ, &e);

	if (s == NULL) {
		doctor_say(d, ADVICE_MEND, "log", NULL,
		    e.kind == ERR_CONFIG ? "mailseal init" : "mailseal audit", "%s", e.text);
		return;
	}
	doctor_say(d, ADVICE_GOOD, "log", NULL, NULL, "%.*s, %llu records",
	    STR_FMT(store_identity(s)->origin), (unsigned long long)store_size(s));
	check_custodians(d);
	check_published(d, s);
	store_close(s);
}

void
doctor_host(struct doctor *d)
{
	check_configuration(d);
	check_files(d);
	check_clock(d);
	check_disk(d);
	check_log(d);
}
