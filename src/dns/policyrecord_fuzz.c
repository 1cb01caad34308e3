/* SPDX-License-Identifier: ISC */
/* What is read of a record holds, and a tag that nobody knows changes nothing. */
#include "dns/policyrecord.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same(const struct policyrecord *a, const struct policyrecord *b)
{
	return a->p == b->p && a->sp == b->sp && a->np == b->np && a->pct == b->pct &&
	       a->strict_dkim == b->strict_dkim && a->strict_spf == b->strict_spf &&
	       a->psd == b->psd && a->testing == b->testing;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf more = BUF_MAX(1 << 17);
	struct str text = str_bytes(data, size);
	struct policyrecord r, again;
	int rc;

	if (size > 1 << 16 || !policyrecord_is(text))
		return 0;
	rc = policyrecord_parse(text, &r, NULL);
	if (rc == 0 && (r.p == POLICY_INVALID || r.sp == POLICY_INVALID || r.pct > 100))
		abort();
	buf_add(&more, text);
	buf_add(&more, STR(";x-y=z"));
	if (!policyrecord_is(buf_str(&more)) ||
	    policyrecord_parse(buf_str(&more), &again, NULL) != rc || !same(&r, &again))
		abort();
	buf_free(&more);
	return 0;
}
