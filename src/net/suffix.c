/* SPDX-License-Identifier: ISC */
#include "net/suffix.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "dns/name.h"
#include "dns/orgdom.h"

struct suffix {
	psl_ctx_t *list;
	char date[sizeof "2023-02-09"];
};

/* Of the file or of libpsl's own copy, whichever psl_latest took. */
static time_t
date_of_latest(void)
{
	const char *file = psl_dist_filename();
	time_t own = psl_builtin_file_time();
	struct stat st;

	return file != NULL && stat(file, &st) == 0 && st.st_mtime > own ? st.st_mtime : own;
}

struct suffix *
suffix_new(struct err *e)
{
	struct suffix *s = calloc(1, sizeof *s);
	time_t date = date_of_latest();
	struct tm tm;

	if (s == NULL)
		abort();
	s->list = psl_latest(NULL);
	if (s->list != NULL && gmtime_r(&date, &tm) != NULL &&
	    strftime(s->date, sizeof s->date, "%Y-%m-%d", &tm) > 0)
		return s;
	suffix_free(s);
	err_set(e, ERR_SYSTEM, "there is no list of public suffixes (package publicsuffix)");
	return NULL;
}

void
suffix_free(struct suffix *s)
{
	if (s == NULL)
		return;
	psl_free(s->list);
	free(s);
}

void
suffix_answer(const struct suffix *s, struct str name, struct buf *line)
{
	struct orgdom o = { name, str_of(s->date) };
	char text[DNS_NAME_MAX + 1] = "";
	const char *domain = NULL;

	if (name.n < sizeof text) {
		memcpy(text, name.p, name.n);
		domain = psl_registrable_domain(s->list, text);
	}
	if (domain != NULL)
		o.domain = str_of(domain);
	orgdom_write(line, &o);
}
