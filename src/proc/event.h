/* SPDX-License-Identifier: ISC */
#ifndef PROC_EVENT_H
#define PROC_EVENT_H

#include "base/err.h"

/*
 * event: one event, one line on standard error, "verb key=value …".  Never an address, a subject,
 * a body or a secret; free text only as the last value, quoted and made safe.
 */
void event(const char *verb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* `error what=<what> kind=<kind> text="…"` */
void event_err(const char *what, const struct err *e);

#endif
