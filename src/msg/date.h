/* SPDX-License-Identifier: ISC */
#ifndef MSG_DATE_H
#define MSG_DATE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/*
 * date: a date-time of RFC 5322 section 3.3, folds and comments anywhere in it, with the obsolete
 * forms of section 4.3 (years of two digits, zones by name).  To Unix seconds: 0, or -1 with
 * ERR_SYNTAX.  The name of the day is not compared with the date.
 */
int date_parse(struct str text, int64_t *seconds, struct err *e);

#endif
