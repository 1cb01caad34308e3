/* SPDX-License-Identifier: ISC */
#include "net/jsonc.h"

#include <json-c/json_tokener.h>
#include <limits.h>
#include <stdlib.h>

struct json_object *
jsonc_read(struct str text, struct err *e)
{
	struct json_tokener *t = json_tokener_new_ex(JSONC_DEPTH);
	struct json_object *o;

	if (t == NULL)
		abort();
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = text.n > INT_MAX ? NULL : json_tokener_parse_ex(t, text.p, (int)text.n);
	if (o != NULL && !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	if (o == NULL)
		err_set(e, ERR_SYNTAX, "RFC 8259 4: not a JSON object");
	json_tokener_free(t);
	return o;
}

bool
jsonc_text(const struct json_object *o, const char *name, struct str *value)
{
	struct json_object *field;

	if (!json_object_object_get_ex(o, name, &field) ||
	    !json_object_is_type(field, json_type_string))
		return false;
	*value =
	    str_bytes(json_object_get_string(field), (size_t)json_object_get_string_len(field));
	return true;
}
