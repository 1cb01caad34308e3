/* SPDX-License-Identifier: ISC */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/buf.h"

/* url: the fields of a query or a form (WHATWG URL 5, application/x-www-form-urlencoded). */

/* Everything but RFC 3986's unreserved characters (section 2.3) as %XX. */
void url_escape(struct buf *out, struct str text);
/* "name=value", the value escaped, after a "&" where something but "?" stands before. */
void url_field(struct buf *out, const char *name, struct str value);
/* "+" as a blank, %XX as its byte.  0, or -1 with ERR_SYNTAX, or ERR_LIMIT when out is full. */
int url_unescape(struct str text, struct buf *out, struct err *e);
/* The value, still escaped, of a field of a query ("a=1&b=2"): 1, 0 when it is not there, -1 with
 * ERR_SYNTAX when it stands there twice. */
int url_value(struct str query, const char *name, struct str *value, struct err *e);

#endif
