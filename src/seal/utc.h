/* SPDX-License-Identifier: ISC */
#ifndef SEAL_UTC_H
#define SEAL_UTC_H

#include <stdint.h>

/* utc: a Unix time as people write it (proleptic Gregorian calendar, UTC). */
struct utc {
	unsigned year, month, day, hour, minute, second; /* month and day from 1 */
};

struct utc utc_of(uint64_t time_s);

enum {
	UTC_TEXT_MAX = 40,
};
/* "2026-01-31 23:59:59 UTC", NUL-terminated; returns out. */
char *utc_text(char out[UTC_TEXT_MAX], uint64_t time_s);

#endif
