/* SPDX-License-Identifier: ISC */
/*
 * mailseal-verify: what an evidence file proves.  Static, offline, of the pure folders and this
 * file, which reads one file and prints.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "config.h"
#include "seal/verify_report.h"

struct options {
	struct str vkey, required;
	enum lang lang;
	bool json;
	const char *file;
};

static const char usage_text[] =
    "usage: mailseal-verify [--vkey VKEY] [--require LIST] [--lang en|es] [--json] FILE\n"
    "\n"
    "Says what an evidence file proves, by whom, and what it does not prove.\n"
    "\n"
    "  --vkey VKEY      the log's key, known from elsewhere; else the file's own word is taken\n"
    "  --require LIST   items that must hold, with commas: " VERIFY_REQUIRED " (default),\n"
    "                   or any other that is printed, as from, to, body\n"
    "  --lang en|es     language; else by LANG\n"
    "  --json           one JSON object\n"
    "      --version    print the version\n"
    "  -h, --help       print this\n"
    "\n"
    "Exit: 0 all required items hold and nothing fails, 1 something fails, 2 a required item is\n"
    "not proven, 64 and above: the question was wrong, or the file could not be read.\n";

static int
usage(const char *why)
{
	fprintf(stderr, "mailseal-verify: %s\n%s", why, usage_text);
	return EX_USAGE;
}

/* What was said and did not arrive is a failure. */
static int
finish(int status)
{
	if (fflush(stdout) != EOF && !ferror(stdout))
		return status;
	fputs("mailseal-verify: standard output could not be written\n", stderr);
	return EX_IOERR;
}

static enum lang
lang_of_environment(void)
{
	const char *lang = getenv("LC_ALL");

	if (lang == NULL || *lang == '\0')
		lang = getenv("LC_MESSAGES");
	if (lang == NULL || *lang == '\0')
		lang = getenv("LANG");
	return lang != NULL && strncmp(lang, "es", 2) == 0 ? LANG_ES : LANG_EN;
}

/* EX_OK with *o filled, or the status to exit with; -1: exit well, all was said. */
static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option table[] = {
		{ "vkey", required_argument, NULL, 'k' },
		{ "require", required_argument, NULL, 'r' },
		{ "lang", required_argument, NULL, 'l' },
		{ "json", no_argument, NULL, 'j' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	*o = (struct options){ .required = STR(VERIFY_REQUIRED), .lang = lang_of_environment() };
	while ((c = getopt_long(argc, argv, "h", table, NULL)) != -1) {
		if (c == 'k') {
			o->vkey = str_of(optarg);
		} else if (c == 'r') {
			o->required = str_of(optarg);
		} else if (c == 'j') {
			o->json = true;
		} else if (c == 'l') {
			if (lang_named(str_of(optarg), &o->lang) == -1)
				return usage("--lang: en or es");
		} else if (c == 'V') {
			puts("mailseal-verify " PACKAGE_VERSION MAILSEAL_BUILD_NOTE);
			return finish(-1);
		} else if (c == 'h') {
			fputs(usage_text, stdout);
			return finish(-1);
		} else {
			return usage("unknown option");
		}
	}
	if (!verify_can_require(o->required))
		return usage("--require: an item that there is not");
	if (optind + 1 != argc)
		return usage("one FILE");
	o->file = argv[optind];
	return EX_OK;
}

/* All of it; the caller frees. */
static int
read_file(const char *name, struct buf *out)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;

	if (fd == -1)
		return -1;
	while (n > 0) {
		char chunk[65536];

		n = read(fd, chunk, sizeof chunk);
		if (n > 0)
			buf_add(out, str_bytes(chunk, (size_t)n));
		if (n == -1 && errno == EINTR)
			n = 1;
		if (out->over) {
			errno = EFBIG;
			n = -1;
		}
	}
	close(fd);
	return n == 0 ? 0 : -1;
}

static int
no_input(const char *name, const char *why)
{
	struct buf safe = BUF_MAX(4 * 4096);

	utf8_add_safe(&safe, str_of(name));
	fprintf(stderr, "mailseal-verify: %.*s: %s\n", STR_FMT(buf_str(&safe)), why);
	buf_free(&safe);
	return EX_NOINPUT;
}

static bool
in_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return (no == NULL || *no == '\0') && isatty(STDOUT_FILENO);
}

static int
print(const struct options *o, const struct verification *v)
{
	struct buf out = BUF_MAX(LIMIT_VERIFY);
	int status = verify_exit(v, o->required);

	if (o->json)
		verify_json(&out, v, o->required, o->lang);
	else
		verify_text(&out, v, o->required, o->lang, in_colour());
	fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	return finish(status);
}

int
main(int argc, char **argv)
{
	struct buf bytes = BUF_MAX(LIMIT_BUNDLE + 1);
	struct crypto *crypto;
	struct verification v;
	struct options o;
	struct arena *a;
	int status = read_options(argc, argv, &o);

	if (status != EX_OK)
		return status == -1 ? EX_OK : status;
	if (read_file(o.file, &bytes) == -1) {
		buf_free(&bytes);
		return no_input(o.file, strerror(errno));
	}
	crypto = crypto_native_new();
	a = verify_arena();
	verify(a, &(struct verify_in){ buf_str(&bytes), o.vkey, crypto }, &v);
	status = print(&o, &v);
	arena_free(a);
	crypto_native_free(crypto);
	buf_free(&bytes);
	return status;
}
