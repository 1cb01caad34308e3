/* SPDX-License-Identifier: ISC */
#include "dns/alabel.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "dns/idna.h"
#include "dns/punycode.h"

enum {
	LABEL_MAX = 63, /* RFC 1035 section 2.3.4 */
};

static void
add_lower(struct buf *out, struct str s)
{
	char *room = buf_room(out, s.n);

	for (size_t i = 0; i < s.n && room != NULL; i++)
		room[i] = char_lower(s.p[i]);
}

static int
add_label(struct str label, struct buf *out, struct err *e)
{
	uint32_t c[PUNYCODE_MAX];
	size_t n = 0, begin = out->n;

	if (str_is_ascii(label)) {
		add_lower(out, label);
		return 0;
	}
	if (!utf8_valid(label))
		return err_set(e, ERR_SYNTAX, "RFC 5890 2.3.2.1: a label that is not UTF-8");
	for (; n < PUNYCODE_MAX && utf8_next(&label, &c[n]); n++)
		if (c[n] < 128)
			c[n] = (uint32_t)char_lower((char)c[n]);
	if (label.n > 0)
		return err_set(e, ERR_LIMIT, "RFC 1035 2.3.4: label of more than 63 bytes");
	buf_add(out, STR("xn--"));
	if (idna_check(c, n, e) == -1 || punycode_encode(c, n, out, e) == -1)
		return -1;
	if (out->n - begin > LABEL_MAX)
		return err_set(e, ERR_LIMIT, "RFC 1035 2.3.4: label of more than 63 bytes");
	return 0;
}

int
alabel_name(struct str name, struct buf *out, struct err *e)
{
	struct buf text = BUF_MAX(LIMIT_SIGNATURE_NAME);
	struct str label;
	int rc = -1;

	if (name.n > LIMIT_SIGNATURE_NAME)
		return err_set(e, ERR_LIMIT, "RFC 1035 2.3.4: name of more than 253 bytes");
	if (str_is_ascii(name) && name.n <= ALABEL_NAME_MAX) {
		add_lower(out, name);
		return 0;
	}
	for (bool first = true; str_cut(&name, '.', &label); first = false) {
		if (!first)
			buf_byte(&text, '.');
		if (add_label(label, &text, e) == -1)
			goto out;
	}
	if (text.over || text.n > ALABEL_NAME_MAX) {
		err_set(e, ERR_LIMIT, "RFC 1035 2.3.4: name of more than 253 bytes");
		goto out;
	}
	buf_add(out, buf_str(&text));
	rc = 0;
out:
	buf_free(&text);
	return rc;
}

static bool
is_below(struct str name, struct str domain)
{
	size_t extra;

	if (domain.n == 0 || name.n < domain.n)
		return false;
	extra = name.n - domain.n;
	return str_caseeq(str_from(name, extra), domain) &&
	       (extra == 0 || name.p[extra - 1] == '.');
}

/* Two names as they are compared: views of them, or of what is then in the buffers. */
static bool
convert(struct str *a, struct str *b, struct buf *a_text, struct buf *b_text)
{
	if (str_is_ascii(*a) && str_is_ascii(*b))
		return true;
	if (alabel_name(*a, a_text, NULL) == -1 || alabel_name(*b, b_text, NULL) == -1)
		return false;
	*a = buf_str(a_text);
	*b = buf_str(b_text);
	return true;
}

bool
alabel_below(struct str name, struct str domain)
{
	struct buf a = BUF_MAX(ALABEL_NAME_MAX), b = BUF_MAX(ALABEL_NAME_MAX);
	bool below = convert(&name, &domain, &a, &b) && is_below(name, domain);

	buf_free(&a);
	buf_free(&b);
	return below;
}

bool
alabel_same(struct str a, struct str b)
{
	struct buf a_text = BUF_MAX(ALABEL_NAME_MAX), b_text = BUF_MAX(ALABEL_NAME_MAX);
	bool same = convert(&a, &b, &a_text, &b_text) && a.n > 0 && str_caseeq(a, b);

	buf_free(&a_text);
	buf_free(&b_text);
	return same;
}
