/* SPDX-License-Identifier: ISC */
#include "seal/utc.h"

#include <stdio.h>

/*
 * Years are counted from 1 March of the year 0, so that the leap day is the last of its year;
 * 400 of them, an era, have 146,097 days.
 */
struct utc
utc_of(uint64_t time_s)
{
	uint64_t day = time_s / 86400 + 719468, second = time_s % 86400;
	uint64_t era = day / 146097, in_era = day % 146097;
	uint64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	uint64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	unsigned march = (unsigned)((5 * in_year + 2) / 153); /* months since March */

	return (struct utc){
		.year = (unsigned)(era * 400 + year + (march >= 10)),
		.month = march < 10 ? march + 3 : march - 9,
		.day = (unsigned)(in_year - (153 * march + 2) / 5 + 1),
		.hour = (unsigned)(second / 3600),
		.minute = (unsigned)(second / 60 % 60),
		.second = (unsigned)(second % 60),
	};
}

char *
utc_text(char out[UTC_TEXT_MAX], uint64_t time_s)
{
	struct utc t = utc_of(time_s);

	snprintf(out, UTC_TEXT_MAX, "%04u-%02u-%02u %02u:%02u:%02u UTC", t.year % 10000, t.month,
	    t.day, t.hour, t.minute, t.second);
	return out;
}
