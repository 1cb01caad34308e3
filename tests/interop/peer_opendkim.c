/* SPDX-License-Identifier: ISC */
/* peer_opendkim: libopendkim as a worker; peers.py tells how a worker is spoken to. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include <opendkim/dkim.h>

struct message {
	char *p;
	size_t n, room;
};

static struct key {
	char *name, *text;
} keys[4096];
static size_t n_keys;

static void
read_keys(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (f == NULL)
		abort();
	while (n_keys < sizeof keys / sizeof keys[0] && getline(&line, &room, f) > 0) {
		char *tab = strchr(line, '\t');

		line[strcspn(line, "\n")] = '\0';
		*tab = '\0';
		keys[n_keys++] = (struct key){ strdup(line), strdup(tab + 1) };
	}
	free(line);
	fclose(f);
}

static DKIM_CBSTAT
look_up(DKIM *d, DKIM_SIGINFO *sig, u_char *buf, size_t n)
{
	char name[1024];

	(void)d;
	snprintf(name, sizeof name, "%s._domainkey.%s", (char *)dkim_sig_getselector(sig),
	    (char *)dkim_sig_getdomain(sig));
	for (size_t i = 0; i < n_keys; i++) {
		if (strcasecmp(keys[i].name, name) != 0)
			continue;
		return (size_t)snprintf((char *)buf, n, "%s", keys[i].text) < n
		           ? DKIM_CBSTAT_CONTINUE
		           : DKIM_CBSTAT_ERROR;
	}
	return DKIM_CBSTAT_NOTFOUND;
}

static void
read_message(struct message *m, const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		abort();
	m->n = 0;
	do {
		if (m->n == m->room)
			m->p = realloc(m->p, m->room = 2 * m->room + 65536);
		if (m->p == NULL)
			abort();
		n = fread(m->p + m->n, 1, m->room - m->n, f);
		m->n += n;
	} while (n > 0);
	fclose(f);
}

/* All of its signatures are computed, as BADSIGHANDLES keeps those that are not well formed. */
static bool
verify(DKIM *d, const struct message *m)
{
	if (dkim_chunk(d, (u_char *)m->p, m->n) != DKIM_STAT_OK)
		return false;
	dkim_chunk(d, NULL, 0);
	return dkim_eom(d, NULL) == DKIM_STAT_OK;
}

static const char *
word(DKIM *d, DKIM_SIGINFO *sig)
{
	unsigned flags;

	dkim_sig_process(d, sig);
	flags = dkim_sig_getflags(sig);
	if ((flags & DKIM_SIGFLAG_PASSED) != 0 && dkim_sig_getbh(sig) == DKIM_SIGBH_MATCH &&
	    dkim_sig_geterror(sig) == DKIM_SIGERROR_OK)
		return "pass";
	return (flags & DKIM_SIGFLAG_PROCESSED) != 0 ? "fail" : "error";
}

static void
judge(DKIM_LIB *lib, const struct message *m)
{
	DKIM_STAT status;
	DKIM *d = dkim_verify(lib, (const u_char *)"-", NULL, &status);
	DKIM_SIGINFO **sigs;
	int n = 0;

	verify(d, m);
	if (dkim_getsiglist(d, &sigs, &n) != DKIM_STAT_OK)
		n = 0;
	for (int i = 0; i < n; i++) {
		const char *b = (const char *)dkim_sig_gettagvalue(sigs[i], false, (u_char *)"b");
		unsigned shown = 0;

		putchar('=');
		for (; b != NULL && *b != '\0' && shown < 24; b++)
			if (strchr(" \t\r\n", *b) == NULL) {
				putchar(*b);
				shown++;
			}
		printf(":%s ", word(d, sigs[i]));
	}
	putchar('\n');
	dkim_free(d);
}

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
measure(DKIM_LIB *lib, const struct message *m, double seconds)
{
	double began = cpu();
	unsigned long count = 0;

	do {
		DKIM_STAT status;
		DKIM *d = dkim_verify(lib, (const u_char *)"-", NULL, &status);

		if (!verify(d, m))
			abort();
		dkim_free(d);
		count++;
	} while (cpu() - began < seconds);
	printf("%lu %f\n", count, cpu() - began);
}

int
main(int argc, char **argv)
{
	DKIM_LIB *lib = dkim_init(NULL, NULL);
	unsigned flags = DKIM_LIBFLAGS_BADSIGHANDLES;
	struct message m = { 0 };
	char *path = NULL;
	size_t room = 0;

	if (argc < 2 || lib == NULL)
		return 64;
	read_keys(argv[1]);
	dkim_set_key_lookup(lib, look_up);
	dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags, sizeof flags);
	while (getline(&path, &room, stdin) > 0) {
		path[strcspn(path, "\n")] = '\0';
		read_message(&m, path);
		if (argc > 2)
			measure(lib, &m, strtod(argv[2], NULL));
		else
			judge(lib, &m);
		fflush(stdout);
	}
	free(path);
	free(m.p);
	dkim_close(lib);
	return 0;
}
