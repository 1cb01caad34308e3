/* SPDX-License-Identifier: ISC */
#include "imap/utf7.h"

#include "base/utf8.h"

/* Bits that wait for being six. */
struct shift {
	uint32_t bits;
	unsigned n;
	bool on; /* between "&" and "-" */
};

static void
put_sextets(struct buf *out, struct shift *k)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

	for (; k->n >= 6; k->n -= 6)
		buf_byte(out, digits[k->bits >> (k->n - 6) & 63]);
}

static void
put_u16(struct buf *out, struct shift *k, uint32_t unit)
{
	if (!k->on)
		buf_byte(out, '&');
	k->on = true;
	k->bits = k->bits << 16 | unit; /* fewer than six waited */
	k->n += 16;
	put_sextets(out, k);
}

static void
end_shift(struct buf *out, struct shift *k)
{
	if (!k->on)
		return;
	if (k->n > 0) {
		k->bits <<= 6 - k->n;
		k->n = 6;
		put_sextets(out, k);
	}
	buf_byte(out, '-');
	*k = (struct shift){ 0 };
}

static void
put_point(struct buf *out, struct shift *k, uint32_t c)
{
	if (c >= ' ' && c <= '~') {
		end_shift(out, k);
		buf_byte(out, (char)c);
		if (c == '&')
			buf_byte(out, '-');
	} else if (c < 0x10000) {
		put_u16(out, k, c);
	} else { /* UTF-16 */
		put_u16(out, k, 0xd800 | (c - 0x10000) >> 10);
		put_u16(out, k, 0xdc00 | (c & 0x3ff));
	}
}

int
utf7_add(struct buf *out, struct str name, struct err *e)
{
	struct shift k = { 0 };
	uint32_t c;

	if (!utf8_valid(name))
		return err_set(e, ERR_CONFIG, "folder: a name in UTF-8 is wanted");
	while (utf8_next(&name, &c)) {
		if (utf8_is_control(c))
			return err_set(e, ERR_CONFIG, "folder: a name has a control character");
		put_point(out, &k, c);
	}
	end_shift(out, &k);
	return 0;
}
