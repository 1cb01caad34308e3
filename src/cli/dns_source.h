/* SPDX-License-Identifier: ISC */
#ifndef CLI_DNS_SOURCE_H
#define CLI_DNS_SOURCE_H

#include "base/limits.h"
#include "cli/cli.h"
#include "dns/zone.h"
#include "exam/ask.h"
#include "net/suffix.h"

/* dns_source: where a verb has the answers of the DNS from: a zone file, or the DNS itself. */
struct dns_source {
	struct zone *zone;
	struct suffix *suffix; /* beside a zone: of what is not in it */
	struct ask *ask;       /* who asks; NULL when there is a zone */
};

/* zone_file NULL: the DNS, as the configuration says, or the system's resolvers.  0, or -1. */
int dns_source_open(struct dns_source *s, struct cli *c, const char *zone_file, struct err *e);
void dns_source_close(struct dns_source *s);

/* Answers out of a zone, for one evaluation. */
struct zone_answers {
	const struct zone *zone;
	const struct suffix *suffix; /* NULL: organizational domains are not asked for */
	struct arena *arena;
	struct dns_answer answer[LIMIT_QUESTIONS];
	size_t n;
};
/* The fill of a struct evidence_source, with a struct zone_answers as its ctx. */
int zone_answers_fill(void *ctx, const struct needs *needs, struct evidence *ev, struct err *e);

#endif
