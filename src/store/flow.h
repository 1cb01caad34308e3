/* SPDX-License-Identifier: ISC */
#ifndef STORE_FLOW_H
#define STORE_FLOW_H

#include "store/db.h"

/*
 * flow: how much mail a domain usually sends, hour by hour of the week (UTC), so that its silence is
 * noticed: the rule that copies its mail was switched off, say.  Working hours are learned with the
 * rest: an hour without mail usually expects none.  Older weeks count less, by a quarter each.
 */
enum {
	FLOW_HOURS = 168,
	FLOW_ONE = 16, /* a message, a week: both are counted in sixteenths */
	FLOW_DOMAIN_MAX = 256,
};

struct flow {
	char domain[FLOW_DOMAIN_MAX];
	int64_t first_ms, last_ms; /* Unix: arrivals */
	uint64_t weight;           /* weeks, in sixteenths */
	uint16_t hour[FLOW_HOURS]; /* messages, in sixteenths */
};

/* Pure: one more message, arrived then; weeks that began meanwhile are begun. */
void flow_add(struct flow *f, int64_t at_ms);
/* Pure: how many messages would have been usual since the last one; 0 before there are two weeks to
 * tell from. */
uint64_t flow_missing(const struct flow *f, int64_t now_ms);

/* One more message of that domain; in a batch.  At most LIMIT_FLOWS domains: then the one that was
 * quiet longest is forgotten. */
int flow_count(struct db *d, struct str domain, int64_t at_ms, struct err *e);
/* The next by name after f->domain: 1, 0, -1.  Begin with *f zeroed. */
int flow_next(struct db *d, struct flow *f, struct err *e);
int flow_forget(struct db *d, struct str domain, struct err *e);

#endif
