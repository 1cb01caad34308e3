/* SPDX-License-Identifier: ISC */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

/*
 * json: writes one value (RFC 8259), commas set by itself.  Bytes that are not UTF-8 become
 * U+FFFD; controls, DEL and bidirectional controls are escaped, so that a line is safe to print.
 *
 *	struct json j = json_to(&b);
 *	json_open(&j, NULL, '{');
 *	json_str(&j, "file", name);
 *	json_close(&j, '}');
 *
 * key is NULL inside an array and at the top.
 */
struct json {
	struct buf *out;
	bool comma;
};

struct json json_to(struct buf *out);
void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_str(struct json *j, const char *key, struct str value);
void json_int(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

#endif
