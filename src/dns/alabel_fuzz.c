/* SPDX-License-Identifier: ISC */
/*
 * A name that was taken is ASCII, no longer than a name may be, stays what it is when it is taken
 * again, and its A-labels are those of the code points that they say.
 */
#include "dns/alabel.h"

#include <stdlib.h>

#include "dns/punycode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What Punycode says, it would say itself. */
static void
decode(struct str label)
{
	struct buf again = BUF_MAX(1000);
	uint32_t c[PUNYCODE_MAX];
	size_t n;

	if (punycode_decode(label, c, &n, NULL) == -1)
		return;
	if (n > PUNYCODE_MAX || punycode_encode(c, n, &again, NULL) == -1)
		abort();
	/* A hyphen with nothing before it says nothing. */
	if (str_starts(label, STR("-")) && again.n + 1 == label.n)
		label = str_from(label, 1);
	if (!str_caseeq(buf_str(&again), label))
		abort();
	buf_free(&again);
}

static void
is_alabel(struct str label)
{
	struct buf again = BUF_MAX(1000);
	uint32_t c[PUNYCODE_MAX];
	size_t n;

	if (label.n > 63 || !str_starts(label, STR("xn--")) ||
	    punycode_decode(str_from(label, 4), c, &n, NULL) == -1 ||
	    punycode_encode(c, n, &again, NULL) == -1 ||
	    !str_eq(buf_str(&again), str_from(label, 4)))
		abort();
	buf_free(&again);
}

static void
was_taken(struct str name, struct str taken)
{
	struct buf again = BUF_MAX(ALABEL_NAME_MAX);
	struct str rest = taken, label, given;

	if (alabel_name(taken, &again, NULL) == -1 || !str_eq(buf_str(&again), taken) ||
	    (taken.n > 0 && !alabel_same(name, taken)))
		abort();
	for (size_t i = 0; i < taken.n; i++)
		if ((unsigned char)taken.p[i] > 127)
			abort();
	while (str_cut(&rest, '.', &label) && str_cut(&name, '.', &given))
		if (!str_caseeq(label, given))
			is_alabel(label);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str name = str_bytes(data, size);
	struct buf out = BUF_MAX(ALABEL_NAME_MAX);

	decode(name);
	if (alabel_name(name, &out, NULL) == 0)
		was_taken(name, buf_str(&out));
	else if (out.n > 0 || alabel_same(name, STR("a.example")))
		abort();
	buf_free(&out);
	return 0;
}
