/* SPDX-License-Identifier: ISC */
#include "msg/date.h"

#include "msg/token.h"

static struct str
word(struct str *s)
{
	size_t n = 0;
	struct str w;

	token_skip(s);
	while (n < s->n && (char_is_alpha(s->p[n]) || char_is_digit(s->p[n]) || s->p[n] == '+' ||
	                       s->p[n] == '-'))
		n++;
	w = str_head(*s, n);
	*s = str_from(*s, n);
	return w;
}

/* Of `least` to `most` digits, up to max; -1 when it is none. */
static int
number(struct str w, size_t least, size_t most, int max)
{
	int n = 0;

	if (w.n < least || w.n > most)
		return -1;
	for (size_t i = 0; i < w.n; i++) {
		if (!char_is_digit(w.p[i]))
			return -1;
		n = n * 10 + (w.p[i] - '0');
	}
	return n > max ? -1 : n;
}

/* 1 to 12; 0 when it is none. */
static int
month_named(struct str w)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (str_caseeq(w, str_bytes(names + 3 * i, 3)))
			return i + 1;
	return 0;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1 January 1970. */
static int64_t
day_number(int year, int month, int day)
{
	int64_t before = year - 1;
	int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;

	for (int m = 1; m < month; m++)
		days += days_in(year, m);
	return days + day - 1;
}

/* RFC 5322 4.3: years of two digits are of 1950 to 2049, of three after 1900.  -1: none. */
static int
full_year(struct str w)
{
	int year = number(w, 2, 4, 9999);

	if (year == -1 || w.n == 4)
		return year < 1 ? -1 : year;
	return w.n == 2 && year < 50 ? year + 2000 : year + 1900;
}

/* Seconds east of Greenwich. */
static int
zone(struct str w, int *east)
{
	static const struct {
		const char *name;
		int hours;
	} names[] = { { "EDT", -4 }, { "EST", -5 }, { "CDT", -5 }, { "CST", -6 }, { "MDT", -6 },
		{ "MST", -7 }, { "PDT", -7 }, { "PST", -8 } };
	int n;

	*east = 0;
	if (w.n == 0)
		return -1;
	if (w.p[0] == '+' || w.p[0] == '-') {
		n = number(str_from(w, 1), 4, 4, 9959);
		*east = (n / 100 * 60 + n % 100) * (w.p[0] == '-' ? -60 : 60);
		return n == -1 || n % 100 > 59 ? -1 : 0;
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_caseeq(w, str_of(names[i].name)))
			*east = names[i].hours * 3600;
	return 0; /* others mean nothing, that is, UTC */
}

/* hour ":" minute [ ":" second ] zone; in seconds, east of Greenwich taken off. */
static int
time_of_day(struct str *s, int64_t *seconds)
{
	int hour = number(word(s), 1, 2, 23), minute, second = 0, east;

	if (!token_char(s, ':'))
		return -1;
	minute = number(word(s), 2, 2, 59);
	if (token_char(s, ':'))
		second = number(word(s), 2, 2, 60);
	if (hour == -1 || minute == -1 || second == -1 || zone(word(s), &east) == -1)
		return -1;
	*seconds = hour * 3600 + minute * 60 + second - east;
	return 0;
}

int
date_parse(struct str text, int64_t *seconds, struct err *e)
{
	struct str s = text, first = word(&s);
	int day, month, year;

	if (token_char(&s, ','))
		first = word(&s);
	day = number(first, 1, 2, 31);
	month = month_named(word(&s));
	year = full_year(word(&s));
	if (day < 1 || month == 0 || year == -1 || day > days_in(year, month))
		return err_set(e, ERR_SYNTAX, "RFC 5322 3.3: no day");
	if (time_of_day(&s, seconds) == -1)
		return err_set(e, ERR_SYNTAX, "RFC 5322 3.3: no time of day");
	token_skip(&s);
	if (s.n > 0)
		return err_set(e, ERR_SYNTAX, "RFC 5322 3.3: more than a date");
	*seconds += day_number(year, month, day) * 86400;
	return 0;
}
