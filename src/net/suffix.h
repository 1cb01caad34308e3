/* SPDX-License-Identifier: ISC */
#ifndef NET_SUFFIX_H
#define NET_SUFFIX_H

#include "base/buf.h"
#include "base/err.h"

/*
 * suffix: the list of public suffixes, which says to what organizational domain a name belongs
 * (RFC 7489 section 3.2; publicsuffix.org).  Libpsl has it: the system's file, or its own copy
 * when that is newer.
 */
struct suffix;

/* The file is read when it returns: a sandbox may close.  NULL on ERR_SYSTEM: there is no list. */
struct suffix *suffix_new(struct err *e);
void suffix_free(struct suffix *s);

/* Adds the line of dns/orgdom.h for a name in lower case. */
void suffix_answer(const struct suffix *s, struct str name, struct buf *line);

#endif
