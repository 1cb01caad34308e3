/* SPDX-License-Identifier: ISC */
#include "store/flow.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

#define HOUR_MS INT64_C(3600000)
#define WEEK_MS (FLOW_HOURS * HOUR_MS)

enum {
	WEEKS_TO_LEARN = 2,
	FORGOTTEN_WEEKS = 26, /* of silence: nothing is left of what was learned */
};

static int64_t
week_of(int64_t ms)
{
	return ms / WEEK_MS;
}

static unsigned
hour_of(int64_t ms)
{
	return (unsigned)(ms % WEEK_MS / HOUR_MS);
}

static void
begin_week(struct flow *f)
{
	for (size_t i = 0; i < FLOW_HOURS; i++)
		f->hour[i] = (uint16_t)(f->hour[i] / 4 * 3);
	f->weight = f->weight / 4 * 3 + FLOW_ONE;
}

void
flow_add(struct flow *f, int64_t at_ms)
{
	int64_t weeks = week_of(at_ms) - week_of(f->last_ms);
	uint16_t *hour = &f->hour[hour_of(at_ms)];

	if (f->weight == 0) {
		f->first_ms = f->last_ms = at_ms;
		f->weight = FLOW_ONE;
		weeks = 0;
	}
	for (int64_t i = 0; i < weeks && i < FORGOTTEN_WEEKS; i++)
		begin_week(f);
	*hour = (uint16_t)(*hour > UINT16_MAX - FLOW_ONE ? UINT16_MAX : *hour + FLOW_ONE);
	if (at_ms > f->last_ms)
		f->last_ms = at_ms;
}

uint64_t
flow_missing(const struct flow *f, int64_t now_ms)
{
	int64_t hours = (now_ms - f->last_ms) / HOUR_MS;
	uint64_t sum = 0;

	if (f->weight == 0 || f->last_ms - f->first_ms < WEEKS_TO_LEARN * WEEK_MS || hours < 0)
		return 0;
	if (hours > FORGOTTEN_WEEKS * FLOW_HOURS)
		hours = FORGOTTEN_WEEKS * FLOW_HOURS;
	/* The hour of the last message is over, and the one that is under way not yet. */
	for (int64_t i = 1; i < hours; i++)
		sum += f->hour[hour_of(f->last_ms + i * HOUR_MS)];
	return sum / f->weight;
}

/* ---- in the database ---- */

static void
take(struct row *r, struct flow *f)
{
	struct str domain = row_str(r, 0), hour = row_str(r, 4);

	snprintf(f->domain, sizeof f->domain, "%.*s", STR_FMT(domain));
	f->first_ms = row_int(r, 1);
	f->last_ms = row_int(r, 2);
	f->weight = (uint64_t)row_int(r, 3);
	for (size_t i = 0; i < FLOW_HOURS && hour.n == sizeof f->hour; i++)
		f->hour[i] = (uint16_t)((uint8_t)hour.p[2 * i] << 8 | (uint8_t)hour.p[2 * i + 1]);
	row_end(r);
}

static int
put(struct db *d, const struct flow *f, struct err *e)
{
	uint8_t hour[2 * FLOW_HOURS];

	for (size_t i = 0; i < FLOW_HOURS; i++) {
		hour[2 * i] = (uint8_t)(f->hour[i] >> 8);
		hour[2 * i + 1] = (uint8_t)f->hour[i];
	}
	return db_run(d, e,
	    "INSERT INTO flow (domain, first_ms, last_ms, weight, hour) VALUES (?, ?, ?, ?, ?)"
	    " ON CONFLICT (domain) DO UPDATE SET last_ms = excluded.last_ms,"
	    " weight = excluded.weight, hour = excluded.hour",
	    "tiiib", str_of(f->domain), f->first_ms, f->last_ms, (int64_t)f->weight,
	    str_bytes(hour, sizeof hour));
}

static int
make_room(struct db *d, struct err *e)
{
	return db_run(d, e,
	    "DELETE FROM flow WHERE (SELECT count(*) FROM flow) >= ? AND domain ="
	    " (SELECT domain FROM flow ORDER BY last_ms LIMIT 1)",
	    "i", (int64_t)LIMIT_FLOWS);
}

int
flow_count(struct db *d, struct str domain, int64_t at_ms, struct err *e)
{
	struct flow f = { 0 };
	struct row r;
	int rc;

	if (domain.n == 0 || domain.n >= sizeof f.domain)
		return 0;
	rc = db_row(d, &r, e,
	    "SELECT domain, first_ms, last_ms, weight, hour FROM flow WHERE domain = ?", "t",
	    domain);
	if (rc == -1 || (rc == 0 && make_room(d, e) == -1))
		return -1;
	if (rc == 1)
		take(&r, &f);
	snprintf(f.domain, sizeof f.domain, "%.*s", STR_FMT(domain));
	flow_add(&f, at_ms);
	return put(d, &f, e);
}

int
flow_next(struct db *d, struct flow *f, struct err *e)
{
	struct row r;
	int rc = db_row(d, &r, e,
	    "SELECT domain, first_ms, last_ms, weight, hour FROM flow WHERE domain > ?"
	    " ORDER BY domain LIMIT 1",
	    "t", str_of(f->domain));

	if (rc == 1)
		take(&r, f);
	return rc;
}

int
flow_forget(struct db *d, struct str domain, struct err *e)
{
	return db_run(d, e, "DELETE FROM flow WHERE domain = ?", "t", domain);
}
