/* SPDX-License-Identifier: ISC */
#include "auth/delivery.h"

#include "msg/date.h"

enum {
	/* Queues and greylisting come before the provider's own line.  What is left is how far its
	 * clocks are apart, and how long its filters hold a message. */
	SLACK_S = 3600,
};

static bool
near(int64_t a, int64_t b)
{
	return (uint64_t)a - (uint64_t)b + SLACK_S <= 2 * SLACK_S; /* never past 64 bits */
}

/* RFC 5321 4.4: the date stands after the last semicolon; -1 when there is none to read. */
static int64_t
received_at(struct str body)
{
	size_t date = body.n;
	int64_t seconds;

	while (date > 0 && body.p[date - 1] != ';')
		date--;
	return date_parse(str_from(body, date), &seconds, NULL) == -1 ? -1 : seconds;
}

bool
delivery_seen(const struct fields *f, const struct arc *arc, int64_t arrival)
{
	if (arc->n > 0 && near(arc->set[arc->n - 1].seal.signed_at, arrival))
		return true;
	for (uint32_t i = 0; i < f->n; i++)
		if (str_caseeq(f->field[i].name, STR("Received")))
			return near(received_at(f->field[i].body), arrival);
	return false;
}
