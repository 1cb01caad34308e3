/* SPDX-License-Identifier: ISC */
#include "base/der.h"

/* The length octets at *rest, which they are taken off (X.690 section 8.1.3). */
static int
length(struct str *rest, size_t *n, struct err *e)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	unsigned count;

	if (rest->n == 0)
		return err_set(e, ERR_SYNTAX, "X.690 8.1.3: no length");
	if (p[0] < 0x80) {
		*n = p[0];
		*rest = str_from(*rest, 1);
		return 0;
	}
	count = p[0] & 0x7f;
	if (count == 0 || count > 4 || rest->n < 1 + (size_t)count)
		return err_set(e, ERR_SYNTAX, "X.690 10.1: length of %u octets", count);
	*n = 0;
	for (unsigned i = 1; i <= count; i++)
		*n = *n << 8 | p[i];
	if (p[1] == 0 || *n < 0x80)
		return err_set(e, ERR_SYNTAX, "X.690 10.1: length is not minimal");
	*rest = str_from(*rest, 1 + count);
	return 0;
}

int
der_next(struct str *rest, struct der *d, struct err *e)
{
	struct str s = *rest;
	size_t n;

	if (s.n == 0)
		return 0;
	d->tag = (uint8_t)s.p[0];
	if ((d->tag & 0x1f) == 0x1f)
		return err_set(e, ERR_SYNTAX, "X.690 8.1.2.4: high tag number");
	s = str_from(s, 1);
	if (length(&s, &n, e) == -1)
		return -1;
	if (n > s.n)
		return err_set(e, ERR_SYNTAX, "X.690 8.1.3: %zu bytes announced, %zu left", n, s.n);
	d->body = str_head(s, n);
	d->raw = str_head(*rest, (size_t)(s.p - rest->p) + n);
	*rest = str_from(s, n);
	return 1;
}

int
der_want(struct str *rest, uint8_t tag, struct der *d, struct err *e)
{
	int rc = der_next(rest, d, e);

	if (rc == -1)
		return -1;
	if (rc == 0 || d->tag != tag)
		return err_set(e, ERR_SYNTAX, "X.690: element 0x%02x wanted, %s", tag,
		    rc == 0 ? "the end found" : "another found");
	return 0;
}

int
der_magnitude(struct str body, struct str *magnitude, struct err *e)
{
	const uint8_t *p = (const uint8_t *)body.p;

	if (body.n == 0 || (p[0] & 0x80) != 0)
		return err_set(e, ERR_SYNTAX, "X.690 8.3: empty or negative integer");
	if (body.n > 1 && p[0] == 0 && (p[1] & 0x80) == 0)
		return err_set(e, ERR_SYNTAX, "X.690 8.3.2: integer is not minimal");
	*magnitude = p[0] == 0 ? str_from(body, 1) : body;
	return 0;
}
