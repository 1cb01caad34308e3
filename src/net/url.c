/* SPDX-License-Identifier: ISC */
#include "net/url.h"

#include <string.h>

#include "base/hex.h"

static const char hex[] = "0123456789ABCDEF";

void
url_escape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (char_is_alpha(c) || char_is_digit(c) ||
		    (c != '\0' && strchr("-._~", c) != NULL)) {
			buf_byte(out, c);
		} else {
			buf_byte(out, '%');
			buf_byte(out, hex[(uint8_t)c >> 4]);
			buf_byte(out, hex[c & 15]);
		}
	}
}

void
url_field(struct buf *out, const char *name, struct str value)
{
	if (out->n > 0 && out->p[out->n - 1] != '?')
		buf_byte(out, '&');
	buf_add(out, str_of(name));
	buf_byte(out, '=');
	url_escape(out, value);
}

int
url_unescape(struct str text, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < text.n; i++) {
		int high, low;

		if (text.p[i] != '%') {
			buf_byte(out, text.p[i] == '+' ? ' ' : text.p[i]);
			continue;
		}
		high = text.n - i > 2 ? hex_value(text.p[i + 1]) : -1;
		low = high != -1 ? hex_value(text.p[i + 2]) : -1;
		if (low == -1)
			return err_set(e, ERR_SYNTAX, "RFC 3986 2.1: \"%%\" without two digits");
		buf_byte(out, (char)(high << 4 | low));
		i += 2;
	}
	return buf_check(out, "address", e);
}

int
url_value(struct str query, const char *name, struct str *value, struct err *e)
{
	struct str field, key;
	int found = 0;

	while (str_cut(&query, '&', &field)) {
		str_cut(&field, '=', &key);
		if (!str_eq(key, str_of(name)))
			continue;
		if (found == 1)
			return err_set(e, ERR_SYNTAX, "RFC 6749 3.1: \"%s\" stands twice", name);
		*value = field;
		found = 1;
	}
	return found;
}
