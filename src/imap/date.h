/* SPDX-License-Identifier: ISC */
#ifndef IMAP_DATE_H
#define IMAP_DATE_H

#include <stdint.h>

#include "base/err.h"

/* date: INTERNALDATE's date-time (RFC 3501 section 9) as numbers, the zone as written: -0330 is
 * -330. */
struct imap_date {
	int year, month, day, hour, minute, second, zone;
};

/* Unix seconds; 0, or -1 on ERR_SYNTAX: no such day, time or zone. */
int imap_date_unix(const struct imap_date *d, int64_t *seconds, struct err *e);

#endif
