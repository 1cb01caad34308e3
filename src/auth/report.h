/* SPDX-License-Identifier: ISC */
#ifndef AUTH_REPORT_H
#define AUTH_REPORT_H

#include "auth/result.h"
#include "base/json.h"

/* report: an examination as the JSON object of `mailseal check` (FORMATS section 8), one line. */
void report_json(struct json *j, struct str file, const struct examination *x);

/* The object of a message whose examination nobody survived: nothing is known of it. */
void report_json_unexaminable(struct json *j, struct str file);

/* What SPF says of a session, as an object. */
void report_spf(struct json *j, const char *key, const struct spf_result *r);

/* A signature by name: "dkim:example.com/s" or "ams:2:example.net". */
void report_by(struct buf *out, const struct examination *x, const struct by *by);

#endif
