/* SPDX-License-Identifier: ISC */
#include "cli/secret.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "keys/keyfile.h"
#include "keys/sheet.h"

enum {
	NO_BREAK = -1,
	CTRL_C = 3,
};

/* The first line, without its end.  breaks: the character that gives up. */
static int
read_line(int fd, int breaks, struct buf *line, struct err *e)
{
	char c;
	ssize_t n;

	while ((n = read(fd, &c, 1)) == 1 && c != '\n') {
		if (c == breaks)
			return err_set(e, ERR_CONFIG, "given up");
		buf_byte(line, c);
	}
	if (n == -1)
		return err_sys(e, "passphrase");
	return buf_check(line, "passphrase", e);
}

static int
from_file(const char *file, struct buf *passphrase, struct err *e)
{
	int fd = cli_open(file, e), rc;

	if (fd == -1)
		return -1;
	rc = read_line(fd, NO_BREAK, passphrase, e);
	close(fd);
	return rc;
}

static int
from_terminal(const char *prompt, bool show, struct buf *typed, struct err *e)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC), rc;
	struct termios shown, hidden;

	if (fd == -1)
		return err_set(e, ERR_CONFIG,
		    "no terminal to ask at: give --passphrase-file or --custodian-key");
	dprintf(fd, "%s", prompt);
	tcgetattr(fd, &shown);
	hidden = shown;
	if (!show)
		hidden.c_lflag &= ~(tcflag_t)ECHO;
	/* Ctrl-C comes as a character, so that the terminal does not stay mute. */
	hidden.c_lflag &= ~(tcflag_t)ISIG;
	hidden.c_cc[VEOL] = CTRL_C;
	tcsetattr(fd, TCSAFLUSH, &hidden);
	rc = read_line(fd, CTRL_C, typed, e);
	tcsetattr(fd, TCSAFLUSH, &shown);
	if (!show)
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
	rc = from_terminal("Passphrase of the custodian: ", false, passphrase, e);
	if (rc == 0 && is_new) {
		rc = from_terminal("The same again: ", false, &again, e);
		if (rc == 0 && !str_eq(buf_str(&again), buf_str(passphrase)))
			rc = err_set(e, ERR_CONFIG, "the two passphrases differ");
	}
	keyfile_wipe(&again);
	return rc;
}

/* ---- a new one's ---- */

static int
write_sheet(struct str text, const char *file, struct err *e)
{
	if (strcmp(file, "-") != 0)
		return keyfile_save(AT_FDCWD, file, 0600, text, e);
	fwrite(text.p, 1, text.n, stdout);
	return fflush(stdout) == EOF ? err_sys(e, "standard output") : 0;
}

int
secret_new_sheet(
    struct custodian *c, struct str name, struct str origin, const char *file, struct err *e)
{
	struct sheet_about about = { origin, (uint64_t)time(NULL) };
	struct buf text = BUF_MAX(KEYFILE_MAX);
	struct custodian_secret secret;
	int rc;

	if (custodian_by_sheet(c, name, &secret, e) == -1)
		return -1;
	keyfile_reserve(&text);
	sheet_write(&text, c, &secret, &about);
	rc = buf_check(&text, "sheet", e);
	if (rc == 0)
		rc = write_sheet(buf_str(&text), file, e);
	custodian_forget(&secret);
	keyfile_wipe(&text);
	return rc;
}

int
secret_outside(const char *state, const char *file, struct err *e)
{
	char *copy, *folder, *inside;
	bool is_inside;
	size_t n;

	if (file == NULL || strcmp(file, "-") == 0)
		return 0;
	copy = strdup(file);
	folder = copy == NULL ? NULL : realpath(dirname(copy), NULL);
	inside = realpath(state, NULL);
	n = inside == NULL ? 0 : strlen(inside);
	is_inside = folder != NULL && inside != NULL && strncmp(folder, inside, n) == 0 &&
	            (folder[n] == '/' || folder[n] == '\0');
	free(copy);
	free(folder);
	free(inside);
	if (is_inside)
		return err_set(
		    e, ERR_CONFIG, "%s: a key in the state directory protects nothing", file);
	return 0;
}

/* ---- which custodian ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct custodian *)a)->name, ((const struct custodian *)b)->name);
}

/* NAME of "NAME.pub"; false for any other file. */
static bool
is_custodian(const char *file, char name[CUSTODIAN_NAME_MAX + 1])
{
	struct str s = str_of(file);

	if (!str_ends(s, STR(".pub")) || s.n == 4 || s.n - 4 > CUSTODIAN_NAME_MAX)
		return false;
	memcpy(name, s.p, s.n - 4);
	name[s.n - 4] = '\0';
	return true;
}

static int
load_all(DIR *d, struct custodian list[SECRET_CUSTODIANS], struct err *e)
{
	char name[CUSTODIAN_NAME_MAX + 1];
	struct dirent *entry;
	int n = 0;

	while ((entry = readdir(d)) != NULL) {
		if (!is_custodian(entry->d_name, name))
			continue;
		if (n == SECRET_CUSTODIANS)
			return err_set(e, ERR_CONFIG, "more than %d custodians", SECRET_CUSTODIANS);
		if (custodian_load(dirfd(d), name, &list[n++], e) == -1)
			return -1;
	}
	qsort(list, (size_t)n, sizeof *list, by_name);
	return n;
}

int
secret_custodians(const char *state, struct custodian list[SECRET_CUSTODIANS], struct err *e)
{
	char path[4200];
	DIR *d;
	int n;

	snprintf(path, sizeof path, "%s/custodian", state);
	d = opendir(path);
	if (d == NULL && errno == ENOENT)
		return err_set(e, ERR_CONFIG, "%s is not there: run mailseal init", path);
	if (d == NULL && errno == ENOTDIR)
		return err_set(e, ERR_CONFIG, "%s is not a directory", path);
	if (d == NULL && errno == EACCES)
		return err_set(
		    e, ERR_REFUSED, "%s: may not be read; root and mailseald's user may", path);
	if (d == NULL)
		return err_sys(e, "%s", path);
	n = load_all(d, list, e);
	closedir(d);
	return n;
}

static bool
owns(const struct custodian *c, const char *key_file)
{
	struct custodian_secret secret;
	bool is_his = c->method != CUSTODIAN_PASSPHRASE &&
	              custodian_secret_file(c, key_file, &secret, NULL) == 0;

	custodian_forget(&secret);
	return is_his;
}

/* Is he meant?  By his name; else by his key file; else he has a passphrase. */
static bool
is_meant(const struct secret_options *o, const struct custodian *c)
{
	if (o->custodian != NULL)
		return strcmp(o->custodian, c->name) == 0;
	if (o->key_file != NULL)
		return owns(c, o->key_file);
	return c->method == CUSTODIAN_PASSPHRASE;
}

static int
choose(const char *state, const struct secret_options *o, struct custodian *c, struct err *e)
{
	struct custodian list[SECRET_CUSTODIANS];
	int n = secret_custodians(state, list, e), meant = 0;

	if (n == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (is_meant(o, &list[i])) {
			*c = list[i];
			meant++;
		}
	if (meant == 1)
		return 0;
	if (o->custodian != NULL)
		return err_set(e, ERR_CONFIG,
		    "no custodian \"%.40s\"; mailseal custodian list names them", o->custodian);
	if (n == 1) {
		*c = list[0];
		return 0;
	}
	if (o->key_file != NULL)
		return err_set(
		    e, ERR_REFUSED, "%s is the key of none of the custodians", o->key_file);
	return err_set(e, ERR_CONFIG, "%d custodians: say which with --custodian NAME", n);
}

/* ---- his secret ---- */

/* Each line until it is right; an empty one ends it. */
static int
type_sheet(struct custodian_secret *secret, struct err *e)
{
	struct buf typed = BUF_MAX(SECRET_PASSPHRASE_MAX);
	unsigned number = 1;
	char prompt[120];
	int rc = 0;

	while (rc == 0 && number <= SHEET_LINES) {
		snprintf(prompt, sizeof prompt, "Line %u of the sheet: ", number);
		buf_room(&typed, SECRET_PASSPHRASE_MAX);
		buf_clear(&typed);
		rc = from_terminal(prompt, true, &typed, e);
		if (rc == 0 && sheet_line(number, buf_str(&typed), secret, e) == 0)
			number++;
		else if (rc == 0 && typed.n == 0)
			rc = -1;
		else if (rc == 0)
			fprintf(stderr, "%s; once more (nothing typed: give up)\n", e->text);
	}
	keyfile_wipe(&typed);
	return rc;
}

static int
type_secret(const struct custodian *c, const char *passphrase_file, struct custodian_secret *secret,
    struct err *e)
{
	struct buf passphrase = BUF_MAX(SECRET_PASSPHRASE_MAX);
	int rc;

	if (c->method == CUSTODIAN_FILE)
		return err_set(e, ERR_CONFIG,
		    "the custodian \"%s\" has a key file: --custodian-key FILE", c->name);
	if (c->method == CUSTODIAN_SHEET)
		return type_sheet(secret, e) == 0 ? custodian_secret_check(c, secret, e) : -1;
	rc = secret_passphrase(passphrase_file, false, &passphrase, e);
	if (rc == 0)
		rc = custodian_secret_passphrase(c, buf_str(&passphrase), secret, e);
	keyfile_wipe(&passphrase);
	return rc;
}

int
secret_open(const char *state, const struct secret_options *o, struct custodian *c,
    struct custodian_secret *secret, struct err *e)
{
	prctl(PR_SET_DUMPABLE, 0); /* no core file holds the secret */
	if (o->key_file != NULL && cli_can_read(o->key_file, e) == -1)
		return -1;
	if (choose(state, o, c, e) == -1)
		return -1;
	if (o->key_file != NULL)
		return custodian_secret_file(c, o->key_file, secret, e);
	return type_secret(c, o->passphrase_file, secret, e);
}
