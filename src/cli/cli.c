/* SPDX-License-Identifier: ISC */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

int
cli_open(const char *file, struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		fd = -1;
	}
	if (fd == -1) {
		err_sys(e, "%s", file);
		e->kind = ERR_INPUT;
	}
	return fd;
}

int
cli_can_read(const char *file, struct err *e)
{
	int fd = cli_open(file, e);

	if (fd == -1)
		return -1;
	close(fd);
	return 0;
}

int
cli_output_failed(const char *file, struct err *e)
{
	err_sys(e, "%s", file);
	e->kind = ERR_OUTPUT;
	return -1;
}

int
cli_can_write(const char *file, bool anew, struct err *e)
{
	char copy[PATH_MAX];
	struct stat st;

	if (stat(file, &st) == 0 && anew)
		return err_set(e, ERR_CONFIG, "%s: is there already; it is not overwritten", file);
	if (stat(file, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, ERR_OUTPUT, "%s: is there already, and no regular file", file);
	if (snprintf(copy, sizeof copy, "%s", file) >= (int)sizeof copy)
		return err_set(e, ERR_OUTPUT, "%.60s…: the path is too long", file);
	return access(dirname(copy), W_OK | X_OK) == 0 ? 0 : cli_output_failed(file, e);
}

const struct conf *
cli_conf(struct cli *c, struct err *e)
{
	if (c->conf == NULL && cli_can_read(c->config_path, e) == -1) {
		err_at(e, "the configuration (-c FILE names another)");
		return NULL;
	}
	if (c->conf == NULL)
		c->conf = conf_load(c->config_path, e);
	return c->conf;
}

const struct conf_mailbox *
cli_oauth(struct cli *c, const char *name, struct err *e)
{
	const struct conf *conf = cli_conf(c, e);
	const struct conf_mailbox *box = conf == NULL ? NULL : conf_mailbox(conf, str_of(name));

	if (conf != NULL && box == NULL)
		err_set(e, ERR_CONFIG, "there is no [mailbox %s]", name);
	if (box == NULL || box->oauth != NULL)
		return box;
	err_set(e, ERR_CONFIG, "[mailbox %s] has no oauth; see mailseal.conf(5)", name);
	return NULL;
}

void
cli_print(FILE *to, struct str text)
{
	struct buf safe = BUF_MAX(16u << 20);

	utf8_add_safe(&safe, text);
	fwrite(safe.p, 1, safe.n, to);
	buf_free(&safe);
}

int
cli_fail(const struct err *e)
{
	static const int status[] = {
		[ERR_NONE] = EX_SOFTWARE,
		[ERR_SYNTAX] = EX_DATAERR,
		[ERR_LIMIT] = EX_DATAERR,
		[ERR_SYSTEM] = EX_OSERR,
		[ERR_RETRY] = EX_TEMPFAIL,
		[ERR_REFUSED] = EX_NOPERM,
		[ERR_CONFIG] = EX_CONFIG,
		[ERR_DAMAGED] = EX_SOFTWARE,
		[ERR_INPUT] = EX_NOINPUT,
		[ERR_OUTPUT] = EX_CANTCREAT,
		[ERR_LATER] = EX_TEMPFAIL,
	};

	fputs("mailseal: ", stderr);
	cli_print(stderr, str_of(e->text));
	fputc('\n', stderr);
	if (e->kind == ERR_DAMAGED)
		fputs("mailseal: what is stored is damaged: mailseal audit looks at all of it, "
		      "mailseal restore brings a backup back\n",
		    stderr);
	return status[e->kind];
}

int
cli_usage(const char *verb, bool help)
{
	FILE *to = help ? stdout : stderr;

	for (const struct verb *v = verbs; v->name != NULL; v++)
		if (strcmp(v->name, verb) == 0)
			fprintf(
			    to, "usage: mailseal [-c FILE] %s %s\n%s\n", v->name, v->usage, v->doc);
	return help ? EX_OK : EX_USAGE;
}
