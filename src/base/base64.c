/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

enum {
	GROUPS = 64, /* of four digits, that are given out at once */
};

static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_add(struct buf *b, struct str bytes)
{
	const uint8_t *p = (const uint8_t *)bytes.p;

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t n = bytes.n - i;
		uint32_t v = (uint32_t)p[i] << 16;

		v |= n > 1 ? (uint32_t)p[i + 1] << 8 : 0;
		v |= n > 2 ? p[i + 2] : 0;
		buf_byte(b, digit[v >> 18]);
		buf_byte(b, digit[v >> 12 & 63]);
		buf_byte(b, n > 1 ? digit[v >> 6 & 63] : '=');
		buf_byte(b, n > 2 ? digit[v & 63] : '=');
	}
}

void
base64url_add(struct buf *b, struct str bytes)
{
	size_t i = b->n, end;

	base64_add(b, bytes);
	for (end = b->n; end > i && b->p[end - 1] == '='; end--)
		;
	for (b->n = end; i < end; i++) {
		if (b->p[i] == '+')
			b->p[i] = '-';
		else if (b->p[i] == '/')
			b->p[i] = '_';
	}
}

/* By ASCII code: one more than the value, 0 for what is no digit. */
/* clang-format off */
static const int8_t place[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 63, 0, 0, 0, 64,
	53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 0, 0, 0, 0, 0, 0,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 0, 0, 0, 0, 0,
	0, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41,
	42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 0, 0, 0, 0, 0,
};
/* clang-format on */

static int
value(char c)
{
	return place[(unsigned char)c] - 1;
}

static bool
passed_over(char c, enum base64_how how)
{
	return how == BASE64_LOOSE && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

/* Four digits at p are three bytes at out; false when they are not all digits. */
static bool
decode_group(const char *p, char *out)
{
	int a = value(p[0]), b = value(p[1]), c = value(p[2]), d = value(p[3]);

	if ((a | b | c | d) < 0)
		return false;
	out[0] = (char)(a << 2 | b >> 4);
	out[1] = (char)(b << 4 | c >> 2);
	out[2] = (char)(c << 6 | d);
	return true;
}

/* Whole groups of four digits, as most of any text is; returns how many digits were taken. */
static size_t
decode_groups(struct str text, struct buf *out)
{
	char bytes[3 * GROUPS];
	size_t i = 0, n;

	do {
		for (n = 0; n < sizeof bytes && i + 4 <= text.n; n += 3, i += 4)
			if (!decode_group(text.p + i, bytes + n))
				break;
		buf_add(out, str_bytes(bytes, n));
	} while (n == sizeof bytes);
	return i;
}

static int
check_end(uint32_t bits, unsigned digits, unsigned padding, enum base64_how how, struct err *e)
{
	unsigned spare = digits % 4 == 0 ? 0 : 4 - digits % 4;

	if (digits % 4 == 1 || padding != spare)
		return err_set(e, ERR_SYNTAX, "RFC 4648 4: base64 ends early");
	if (how == BASE64_STRICT && spare > 0 && (bits & ((1u << 2 * spare) - 1)) != 0)
		return err_set(e, ERR_SYNTAX, "RFC 4648 3.5: spare bits are not zero");
	return 0;
}

int
base64_decode(struct str text, enum base64_how how, struct buf *out, struct err *e)
{
	uint32_t bits = 0;
	unsigned digits = 0, padding = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c;
		int v;

		if (digits % 4 == 0 && padding == 0)
			i += decode_groups(str_from(text, i), out);
		if (i == text.n)
			break;
		c = text.p[i];
		v = value(c);
		if (passed_over(c, how))
			continue;
		if (c == '=' && digits % 4 >= 2 && padding < 4 - digits % 4) {
			padding++;
			continue;
		}
		if (v == -1 || padding > 0)
			return err_set(e, ERR_SYNTAX, "RFC 4648 4: not base64 at byte %zu", i);
		bits = bits << 6 | (uint32_t)v;
		digits++;
		if (digits % 4 != 1)
			buf_byte(out, (char)(bits >> (6 - 2 * ((digits - 1) % 4))));
	}
	if (check_end(bits, digits, padding, how, e) == -1)
		return -1;
	return buf_check(out, "base64", e);
}

void
base64_decode_mail(struct str text, struct buf *out)
{
	uint32_t bits = 0;
	unsigned digits = 0;

	for (size_t i = 0; i < text.n; i++) {
		int v;

		if (digits % 4 == 0)
			i += decode_groups(str_from(text, i), out);
		if (i == text.n)
			break;
		v = value(text.p[i]);
		if (text.p[i] == '=')
			digits = 0;
		if (v == -1)
			continue;
		bits = bits << 6 | (uint32_t)v;
		digits++;
		if (digits % 4 != 1)
			buf_byte(out, (char)(bits >> (6 - 2 * ((digits - 1) % 4))));
	}
}
