/* SPDX-License-Identifier: ISC */
/*
 * mailseal check: loose messages.  This process opens files and prints; what reads the messages
 * are its workers, in the sandbox of the daemon's checker, and they are told of the DNS by a
 * process that asks.
 */
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "auth/report.h"
#include "auth/spf.h"
#include "base/limits.h"
#include "cli/check_one.h"
#include "cli/check_text.h"
#include "cli/cli.h"
#include "exam/bounds.h"
#include "proc/pool.h"

enum {
	EX_SOME = 2,                /* some messages were not judged */
	JOBS_MAX = ASK_CLIENTS / 2, /* of one that died the asker may not know yet */
};

struct options {
	const char *zone_file;        /* NULL: the DNS is asked */
	const char *ip, *helo, *from; /* of the SMTP session; all NULL: not known */
	unsigned jobs;
	char **files;
};

/* What may be known only by reading it, and read once, counts as large. */
static uint64_t
size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : LIMIT_MESSAGE;
}

static void
give(struct pool *p, const char *file)
{
	struct err e = { 0 };
	bool is_stdin = strcmp(file, "-") == 0;
	int fd =
	    is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(file, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		err_sys(&e, "%s", file);
		pool_give_failed(p, file, &e);
	} else {
		pool_give(p, fd, file, is_stdin ? LIMIT_MESSAGE : size_of(fd));
	}
}

/* Its worker died of it: that is told in its place. */
static void
print_unexaminable(const struct check *c, struct str file)
{
	struct buf out = BUF_MAX(LIMIT_POOL_RESULT);
	struct json j = json_to(&out);

	if (c->json)
		report_json_unexaminable(&j, file);
	else
		check_text_unexaminable(&out, file);
	if (c->json)
		buf_byte(&out, '\n');
	fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
}

/* 0 when the message was judged, whatever the verdict; else what to exit with. */
static int
print(const struct check *c, const struct pool_result *r)
{
	switch (r->outcome) {
	case POOL_DONE:
		fwrite(r->out.p, 1, r->out.n, stdout);
		return EX_OK;
	case POOL_FAILED:
		fflush(stdout);
		cli_fail(&r->err);
		return EX_SOME;
	case POOL_DIED:
		print_unexaminable(c, str_of(r->name));
		break;
	}
	return EX_SOME;
}

/* What asks for the next worker. */
static int
meet_asker(void *check, struct err *e)
{
	const struct check *c = check;

	return ask_meet(c->dns.ask, e);
}

static int
check_files(struct check *c, const struct options *o)
{
	struct sandbox sandbox = bounds_sandbox;
	const struct pool_work work = { &sandbox, check_one, c->dns.ask == NULL ? NULL : meet_asker,
		c };
	struct pool *p = pool_new(&work, o->jobs);
	char **next = o->files;
	int status = EX_OK, rc;
	struct pool_result r;
	struct err e = { 0 };

	if (c->dns.zone != NULL)
		sandbox.memory_max += LIMIT_ZONE_MEMORY;
	do {
		for (; *next != NULL && pool_has_room(p); next++)
			give(p, *next);
		rc = pool_take(p, &r, &e);
		if (rc == 1 && print(c, &r) != EX_OK)
			status = EX_SOME;
	} while (rc == 1 && !ferror(stdout));
	if (rc == -1)
		status = cli_fail(&e);
	pool_free(p);
	return status;
}

static unsigned
cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}

static int
read_options(int argc, char **argv, struct check *c, struct options *o)
{
	int json = false, lf = false;
	const struct option options[] = {
		{ "zone", required_argument, NULL, 'z' },
		{ "at", required_argument, NULL, 't' },
		{ "jobs", required_argument, NULL, 'n' },
		{ "ip", required_argument, NULL, 'i' },
		{ "helo", required_argument, NULL, 'h' },
		{ "from", required_argument, NULL, 'f' },
		{ "json", no_argument, &json, true },
		{ "lf", no_argument, &lf, true },
		{ NULL, 0, NULL, 0 },
	};
	uint64_t n;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'z')
			o->zone_file = optarg;
		else if (opt == 't' && str_u64(str_of(optarg), INT64_MAX, &n) == 0)
			c->at = (int64_t)n;
		else if (opt == 'n' && str_u64(str_of(optarg), JOBS_MAX, &n) == 0 && n > 0)
			o->jobs = (unsigned)n;
		else if (opt == 'i' || opt == 'h' || opt == 'f')
			*(opt == 'i' ? &o->ip : opt == 'h' ? &o->helo : &o->from) = optarg;
		else if (opt != 0)
			return -1;
	}
	c->json = json;
	c->lf = lf;
	o->files = argv + optind;
	return optind == argc ? -1 : 0;
}

/* Some of the options that tell a session, and not all. */
static bool
is_half_told(const struct options *o)
{
	int told = (o->ip != NULL) + (o->helo != NULL) + (o->from != NULL);

	return told == 1 || told == 2;
}

/* The session by which the messages came. */
static int
read_session(const struct options *o, struct check *c, struct spf_session *s, struct err *e)
{
	if (o->ip == NULL)
		return 0;
	*s = (struct spf_session){ .helo = str_of(o->helo), .mailfrom = str_of(o->from) };
	if (ip_parse(str_of(o->ip), &s->ip, e) == -1)
		return err_at(e, "--ip");
	c->session = s;
	return 0;
}

int
cmd_check(struct cli *cli, int argc, char **argv)
{
	struct check c = { .at = (int64_t)time(NULL) };
	struct options o = { .jobs = cores() };
	struct spf_session session;
	struct err e = { 0 };
	int status;

	if (read_options(argc, argv, &c, &o) == -1 || is_half_told(&o))
		return cli_usage("check", false);
	if (read_session(&o, &c, &session, &e) == -1)
		return cli_fail(&e);
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL); /* a worker could not open it */
	bounds_start();
	c.crypto = crypto_native_new();
	c.keycache = keycache_new();
	status =
	    dns_source_open(&c.dns, cli, o.zone_file, &e) == 0 ? check_files(&c, &o) : cli_fail(&e);
	keycache_free(c.keycache);
	crypto_native_free(c.crypto);
	dns_source_close(&c.dns);
	return status;
}
