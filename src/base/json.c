/* SPDX-License-Identifier: ISC */
#include "base/json.h"

#include <inttypes.h>

#include "base/utf8.h"

struct json
json_to(struct buf *out)
{
	return (struct json){ out, false };
}

/* RFC 8259 section 7: past U+FFFF as a surrogate pair. */
static void
escaped(struct buf *out, uint32_t c)
{
	if (c < 0x10000)
		buf_printf(out, "\\u%04" PRIx32, c);
	else
		buf_printf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((c - 0x10000) >> 10),
		    0xdc00 + (c & 0x3ff));
}

static void
quoted(struct buf *out, struct str s)
{
	uint32_t c;

	buf_byte(out, '"');
	while (utf8_next(&s, &c)) {
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (char)c);
		else if (utf8_is_control(c))
			escaped(out, c);
		else
			utf8_add(out, c);
	}
	buf_byte(out, '"');
}

static void
begin(struct json *j, const char *key)
{
	if (j->comma)
		buf_byte(j->out, ',');
	if (key != NULL) {
		quoted(j->out, str_of(key));
		buf_byte(j->out, ':');
	}
	j->comma = true;
}

void
json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	buf_byte(j->out, bracket);
	j->comma = false;
}

void
json_close(struct json *j, char bracket)
{
	buf_byte(j->out, bracket);
	j->comma = true;
}

void
json_str(struct json *j, const char *key, struct str value)
{
	begin(j, key);
	quoted(j->out, value);
}

void
json_int(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	buf_printf(j->out, "%" PRId64, value);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	buf_add(j->out, value ? STR("true") : STR("false"));
}

void
json_null(struct json *j, const char *key)
{
	begin(j, key);
	buf_add(j->out, STR("null"));
}
