/* SPDX-License-Identifier: ISC */
/*
 * Lines that are taken, as a record's values and as a bundle's salts, are put together again from
 * what was read of them; and salts made from values have a line for each.
 */
#include "seal/values.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_label(struct buf *out, const struct value *v)
{
	if (v->kind.p == NULL) {
		buf_add(out, v->label);
		return;
	}
	buf_printf(out, "seg %llu %llu %llu ", (unsigned long long)v->index,
	    (unsigned long long)v->offset, (unsigned long long)v->length);
	buf_add(out, v->kind);
}

static size_t
values_again(struct str text)
{
	struct buf again = BUF_MAX(LIMIT_VALUES);
	struct str rest = text;
	struct value v;
	size_t n = 0;

	for (; values_next(&rest, &v, NULL) == 1; n++) {
		add_label(&again, &v);
		buf_byte(&again, ' ');
		buf_add(&again, v.kind.p == NULL ? v.base64 : STR("-"));
		buf_byte(&again, '\n');
		if (!str_eq(buf_str(&again), str_head(text, text.n - rest.n)))
			abort();
	}
	buf_free(&again);
	return rest.n == 0 ? n : 0;
}

static size_t
salts_again(struct str text)
{
	struct buf again = BUF_MAX(LIMIT_VALUES);
	struct str rest = text;
	struct salt s;
	size_t n = 0;

	for (; salts_next(&rest, &s, NULL) == 1; n++) {
		buf_printf(&again, "%llu ", (unsigned long long)s.seq);
		add_label(&again, &s.value);
		buf_byte(&again, ' ');
		hex_add(&again, hash_str(&s.salt));
		if (s.value.base64.p != NULL)
			buf_byte(&again, ' ');
		buf_add(&again, s.value.base64);
		buf_byte(&again, '\n');
		if (!str_eq(buf_str(&again), str_head(text, text.n - rest.n)))
			abort();
	}
	buf_free(&again);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct seed seed = { { 1 } };
	struct str text = str_bytes(data, size);
	struct buf salts = BUF_MAX(LIMIT_BUNDLE_SALTS);
	size_t n = values_again(text);

	salts_again(text);
	if (salts_add(&salts, 7, (struct hash){ 0 }, &seed, true, text, NULL) == 0 &&
	    salts_again(buf_str(&salts)) != n + 2)
		abort();
	buf_free(&salts);
	return 0;
}
