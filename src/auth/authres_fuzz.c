/* SPDX-License-Identifier: ISC */
/* What is read lies in the field, one after the other; and a comment in front changes nothing. */
#include "auth/authres.h"

#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
within(struct str part, const char *from, struct str whole)
{
	if (part.p < from || part.p + part.n > whole.p + whole.n)
		abort();
	return part.p + part.n;
}

/* How many results and properties. */
static size_t
count(struct str body)
{
	struct authres_property p;
	struct authres_result r;
	struct authres a;
	size_t n = 0;
	const char *at = body.p;
	int rc;

	if (authres_open(&a, body, NULL) == -1)
		return 0;
	at = within(a.authserv_id, at, body);
	while ((rc = authres_next(&a, &r, NULL)) != 0) {
		if (rc == -1)
			continue;
		at = within(r.method, at, body);
		at = within(r.result, at, body);
		for (n++; authres_property(&r.properties, &p); n++) {
			if (p.ptype.n > 0)
				at = within(p.ptype, at, body);
			at = within(p.property, at, body);
			at = within(p.value, at, body);
		}
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf more = BUF_MAX(1 << 17);

	if (size > 1 << 16)
		return 0;
	buf_add(&more, STR(" (a \\) b)\r\n "));
	buf_add(&more, str_bytes(data, size));
	if (count(buf_str(&more)) != count(str_bytes(data, size)))
		abort();
	buf_free(&more);
	return 0;
}
