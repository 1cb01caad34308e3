/* SPDX-License-Identifier: ISC */
#include "conf/schedule.h"

#include <time.h>

int
schedule_parse(struct str text, struct schedule *s, struct err *e)
{
	static const char *const days[] = { "sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday" };
	struct str rest = str_trim(text), day;
	uint64_t hour;

	*s = (struct schedule){ .never = str_caseeq(rest, STR("never")) };
	if (s->never)
		return 0;
	str_cut(&rest, ' ', &day);
	for (int i = 0; i < 7; i++)
		if (str_caseeq(day, str_of(days[i])) && str_u64(str_trim(rest), 23, &hour) == 0) {
			s->weekday = i;
			s->hour = (int)hour;
			return 0;
		}
	return err_set(e, ERR_CONFIG, "summary: a weekday and an hour, or never, is wanted");
}

int64_t
schedule_last(const struct schedule *s, int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm;

	if (s->never || localtime_r(&t, &tm) == NULL)
		return 0;
	tm.tm_mday -= (tm.tm_wday - s->weekday + 7) % 7;
	tm.tm_hour = s->hour;
	tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	t = mktime(&tm);
	if (t <= now)
		return t;
	tm.tm_mday -= 7;
	tm.tm_isdst = -1;
	return mktime(&tm);
}
