/* SPDX-License-Identifier: ISC */
#include "imap/date.h"

#include <stdbool.h>

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static int
check(const struct imap_date *d, struct err *e)
{
	int zone_minute = d->zone % 100;

	if (d->year < 1900 || d->year > 9999 || d->month < 1 || d->month > 12 || d->day < 1 ||
	    d->day > month_days(d->year, d->month))
		return err_set(e, ERR_SYNTAX, "RFC 3501 9: date-time without such a day");
	if ((unsigned)d->hour > 23 || (unsigned)d->minute > 59 || (unsigned)d->second > 60)
		return err_set(e, ERR_SYNTAX, "RFC 3501 9: date-time without such a time");
	if (d->zone < -1400 || d->zone > 1400 || zone_minute > 59 || zone_minute < -59)
		return err_set(e, ERR_SYNTAX, "RFC 3501 9: date-time without such a zone");
	return 0;
}

int
imap_date_unix(const struct imap_date *d, int64_t *seconds, struct err *e)
{
	int64_t days = 0, zone_minutes = d->zone / 100 * 60 + d->zone % 100;

	if (check(d, e) == -1)
		return -1;
	for (int y = 1970; y < d->year; y++)
		days += 365 + is_leap(y);
	for (int y = d->year; y < 1970; y++)
		days -= 365 + is_leap(y);
	for (int m = 1; m < d->month; m++)
		days += month_days(d->year, m);
	days += d->day - 1;
	*seconds = days * 86400 + (d->hour * 60 + d->minute - zone_minutes) * 60 + d->second;
	return 0;
}
