/* SPDX-License-Identifier: ISC */
#ifndef CONF_SCHEDULE_H
#define CONF_SCHEDULE_H

#include "base/err.h"
#include "base/str.h"

/* schedule: "WEEKDAY HOUR" of local time, once a week; or "never". */
struct schedule {
	bool never;
	int weekday; /* 0: Sunday */
	int hour;
};

/* 0, or -1 with ERR_CONFIG: it is neither. */
int schedule_parse(struct str text, struct schedule *s, struct err *e);
/* The last such time that is not after now (Unix seconds); 0 when never. */
int64_t schedule_last(const struct schedule *s, int64_t now);

#endif
