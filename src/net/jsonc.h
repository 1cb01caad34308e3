/* SPDX-License-Identifier: ISC */
#ifndef NET_JSONC_H
#define NET_JSONC_H

#include <json-c/json_object.h>

#include "base/err.h"
#include "base/str.h"

/*
 * jsonc: the JSON (RFC 8259) of servers and of key files, read by json-c.  Not to be included
 * beside base/json.h, which writes: the names meet.
 */
enum {
	JSONC_DEPTH = 8, /* of nesting; what we read nests once */
};

/* All of text is one object.  The caller gives it back with json_object_put.  NULL on ERR_SYNTAX. */
struct json_object *jsonc_read(struct str text, struct err *e);
/* The text by that name, a view as long as o lives; false when there is none, or it is no text. */
bool jsonc_text(const struct json_object *o, const char *name, struct str *value);

#endif
