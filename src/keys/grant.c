/* SPDX-License-Identifier: ISC */
#include "keys/grant.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/keyfile.h"

#define FORMAT    "mailseal-token/1"
#define DIRECTORY "tokens"

enum {
	NAME_LONGEST = 128, /* a mailbox's name has 64 at most */
};

/* tokens in the state directory, made when it is missing: for the owner of the latter. */
static int
make_dir(int above, const struct stat *owner)
{
	if (mkdirat(above, DIRECTORY, 0700) == -1 && errno != EEXIST)
		return -1;
	if (geteuid() != 0)
		return 0;
	return fchownat(above, DIRECTORY, owner->st_uid, owner->st_gid, AT_SYMLINK_NOFOLLOW);
}

/* The state directory's owner, and tokens in it, which may be made: 0 or -1. */
static int
open_dirs(const char *state, bool make, struct stat *owner, int *dir, struct err *e)
{
	int above = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*dir = -1;
	if (above == -1)
		return err_sys(e, "%s", state);
	if (fstat(above, owner) == 0 && (!make || make_dir(above, owner) == 0))
		*dir = openat(above, DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*dir == -1 && !make && errno == ENOENT)
		err_set(e, ERR_CONFIG, "there is no token yet");
	else if (*dir == -1)
		err_sys(e, "%s/" DIRECTORY, state);
	close(above);
	return *dir == -1 ? -1 : 0;
}

static int
check_file(int dir, const char *name, const struct stat *owner, struct err *e)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno == ENOENT)
			return err_set(e, ERR_CONFIG, "there is no token yet");
		return err_sys(e, "stat");
	}
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		return err_set(
		    e, ERR_CONFIG, "others may read it, or it is no file; chmod 600 mends it");
	if (st.st_uid != owner->st_uid)
		return err_set(
		    e, ERR_CONFIG, "it does not belong to the owner of the state directory");
	return 0;
}

static int
read_values(struct grant *g, struct err *e)
{
	struct str text = buf_str(&g->text), obtained, expires;

	if (keyfile_format(text, FORMAT, e) == -1 ||
	    keyfile_value(text, "client", &g->client, e) == -1 ||
	    keyfile_value(text, "obtained", &obtained, e) == -1 ||
	    keyfile_value(text, "expires", &expires, e) == -1 ||
	    keyfile_value(text, "refresh-token", &g->refresh_token, e) == -1)
		return -1;
	if (str_u64(obtained, INT64_MAX, &g->obtained) == -1 ||
	    str_u64(expires, INT64_MAX, &g->expires) == -1)
		return err_set(e, ERR_DAMAGED, "a time is not a number");
	return 0;
}

int
grant_load(const char *state, const char *mailbox, struct grant *g, struct err *e)
{
	char name[NAME_LONGEST];
	struct stat owner;
	int dir, rc = -1;

	*g = (struct grant){ .text = BUF_MAX(KEYFILE_MAX) };
	snprintf(name, sizeof name, "%s.token", mailbox);
	if (open_dirs(state, false, &owner, &dir, e) == -1)
		return -1;
	if (check_file(dir, name, &owner, e) == 0 && keyfile_read(dir, name, &g->text, e) == 0)
		rc = read_values(g, e);
	close(dir);
	if (rc == -1) {
		grant_wipe(g);
		err_at(e, "%s/" DIRECTORY "/%s", state, name);
	}
	return rc;
}

void
grant_wipe(struct grant *g)
{
	keyfile_wipe(&g->text);
	*g = (struct grant){ 0 };
}

static int
replace(int dir, const char *name, struct str text, const struct stat *owner, struct err *e)
{
	if (keyfile_replace(dir, name, 0600, text, e) == -1)
		return -1;
	if (geteuid() == 0 && fchownat(dir, name, owner->st_uid, owner->st_gid, 0) == -1)
		return err_sys(e, "chown %s", name);
	return 0;
}

int
grant_save(const char *state, const char *mailbox, const struct grant *g, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	char name[NAME_LONGEST];
	struct stat owner;
	int dir, rc;

	snprintf(name, sizeof name, "%s.token", mailbox);
	if (open_dirs(state, true, &owner, &dir, e) == -1)
		return -1;
	keyfile_reserve(&text);
	buf_printf(&text, FORMAT "\nclient %.*s\nobtained %" PRIu64 "\nexpires %" PRIu64 "\n",
	    STR_FMT(g->client), g->obtained, g->expires);
	buf_add(&text, STR("refresh-token "));
	buf_add(&text, g->refresh_token);
	buf_byte(&text, '\n');
	rc = buf_check(&text, "token", e);
	if (rc == 0)
		rc = replace(dir, name, buf_str(&text), &owner, e);
	keyfile_wipe(&text);
	close(dir);
	return rc;
}

int
grant_lock(const char *state, struct err *e)
{
	struct stat owner;
	int dir;

	if (open_dirs(state, true, &owner, &dir, e) == -1)
		return -1;
	if (flock(dir, LOCK_EX) == -1) {
		close(dir);
		return err_sys(e, "lock %s/" DIRECTORY, state);
	}
	return dir;
}
