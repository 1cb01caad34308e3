/* SPDX-License-Identifier: ISC */
#include "cli/secret.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "keys/keyfile.h"

/* The first line, without its end. */
static int
read_line(int fd, struct buf *line, struct err *e)
{
	char c;
	ssize_t n;

	while ((n = read(fd, &c, 1)) == 1 && c != '\n')
		buf_byte(line, c);
	if (n == -1)
		return err_sys(e, "passphrase");
	return buf_check(line, "passphrase", e);
}

static int
from_file(const char *file, struct buf *passphrase, struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), rc;

	if (fd == -1)
		return err_sys(e, "%s", file);
	rc = read_line(fd, passphrase, e);
	close(fd);
	return rc;
}

/* Typed without being shown. */
static int
from_terminal(const char *prompt, struct buf *passphrase, struct err *e)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC), rc;
	struct termios shown, hidden;

	if (fd == -1)
		return err_set(e, ERR_CONFIG,
		    "no terminal to ask for the passphrase: give --passphrase-file or "
		    "--custodian-key");
	dprintf(fd, "%s", prompt);
	tcgetattr(fd, &shown);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &hidden);
	rc = read_line(fd, passphrase, e);
	tcsetattr(fd, TCSAFLUSH, &shown);
	dprintf(fd, "\n");
	close(fd);
	return rc;
}

int
secret_passphrase(const char *file, bool is_new, struct buf *passphrase, struct err *e)
{
	struct buf again = BUF_MAX(SECRET_PASSPHRASE_MAX);
	int rc;

	if (file != NULL)
		return from_file(file, passphrase, e);
	rc = from_terminal("Passphrase of the custodian: ", passphrase, e);
	if (rc == 0 && is_new) {
		rc = from_terminal("The same again: ", &again, e);
		if (rc == 0 && !str_eq(buf_str(&again), buf_str(passphrase)))
			rc = err_set(e, ERR_CONFIG, "the two passphrases differ");
	}
	keyfile_wipe(&again);
	return rc;
}

/* The name of the only custodian there is. */
static int
only_name(int dir, char name[CUSTODIAN_NAME_MAX + 1], struct err *e)
{
	DIR *d = fdopendir(dup(dir));
	struct dirent *entry;
	unsigned n = 0;

	if (d == NULL)
		return err_sys(e, "custodian");
	while ((entry = readdir(d)) != NULL) {
		struct str file = str_of(entry->d_name);

		if (!str_ends(file, STR(".pub")) || file.n - 4 > CUSTODIAN_NAME_MAX)
			continue;
		memcpy(name, file.p, file.n - 4);
		name[file.n - 4] = '\0';
		n++;
	}
	closedir(d);
	if (n != 1)
		return err_set(e, ERR_CONFIG, "%u custodians: say which with --custodian NAME", n);
	return 0;
}

static int
load(const char *state, const char *wanted, struct custodian *c, struct err *e)
{
	char path[4200], name[CUSTODIAN_NAME_MAX + 1];
	int dir, rc = 0;

	snprintf(path, sizeof path, "%s/custodian", state);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		return err_sys(e, "%s", path);
	if (wanted == NULL)
		rc = only_name(dir, name, e);
	if (rc == 0)
		rc = custodian_load(dir, wanted != NULL ? wanted : name, c, e);
	close(dir);
	return rc;
}

int
secret_open(const char *state, const struct secret_options *o, struct custodian *c,
    struct custodian_secret *secret, struct err *e)
{
	struct buf passphrase = BUF_MAX(SECRET_PASSPHRASE_MAX);
	int rc;

	if (load(state, o->custodian, c, e) == -1)
		return -1;
	if (o->key_file != NULL)
		return custodian_secret_file(c, o->key_file, secret, e);
	if (!c->by_passphrase)
		return err_set(e, ERR_CONFIG,
		    "the custodian \"%s\" has a key file: --custodian-key FILE", c->name);
	rc = secret_passphrase(o->passphrase_file, false, &passphrase, e);
	if (rc == 0)
		rc = custodian_secret_passphrase(c, buf_str(&passphrase), secret, e);
	keyfile_wipe(&passphrase);
	return rc;
}
