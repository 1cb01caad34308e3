/* SPDX-License-Identifier: ISC */
/*
 * Whatever the bytes, a string is one string (RFC 8259 section 7): well-formed UTF-8, no quote in
 * it, every backslash the first of an escape, and nothing that a terminal would obey.
 */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_string(struct str s)
{
	uint32_t c;

	if (!utf8_valid(s))
		abort();
	while (utf8_next(&s, &c)) {
		if (c == '"' || utf8_is_control(c))
			abort();
		if (c == '\\' &&
		    (!utf8_next(&s, &c) || c > '~' || strchr("\"\\/bfnrtu", (int)c) == NULL))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_MAX(1 << 20);
	struct json j = json_to(&out);
	struct str s;

	json_open(&j, NULL, '[');
	json_str(&j, NULL, str_bytes(data, size));
	json_close(&j, ']');
	s = buf_str(&out);
	if (!str_starts(s, STR("[\"")) || !str_ends(s, STR("\"]")) || s.n < 4)
		abort();
	check_string(str_head(str_from(s, 2), s.n - 4));
	buf_free(&out);
	return 0;
}
