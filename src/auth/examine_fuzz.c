/* SPDX-License-Identifier: ISC */
/*
 * Segments tile the message, and what is said of it does not depend on how it was cut into
 * chunks, nor on how often it is asked.  Every question is answered with the key of RFC 8463.
 * The last byte says how large the chunks are: a seed is a message as it is.
 */
#include "auth/examine.h"

#include <stdlib.h>

#include "auth/report.h"
#include "base/limits.h"
#include "dns/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct examine *
pass(const struct crypto *crypto, struct str message, size_t step)
{
	struct examine *x = examine_new(crypto);

	for (struct str rest = message; rest.n > 0; rest = str_from(rest, step))
		examine_add(x, str_head(rest, step));
	examine_end(x);
	return x;
}

static const struct dns_answer *
answer(const struct zone *z, struct arena *a, const struct need *need)
{
	struct dns_answer *out = arena_array(a, 1, sizeof *out);

	if (zone_answer(z, a, STR("s.example"), DNS_TXT, out, NULL) == -1)
		abort();
	out->name = arena_str(a, need->name); /* of a run, and the next one frees it */
	out->type = need->type;
	return out;
}

static void
report(struct buf *out, struct examine *x, const struct zone *z, struct arena *a)
{
	struct dns_answer answers[LIMIT_QUESTIONS];
	struct evidence ev = { answers, 0 };
	struct json j = json_to(out);
	const struct examination *r;
	struct needs needs;
	uint64_t end = 0;

	r = examine_run(x, &ev, 0, &needs);
	while (needs.n > 0) {
		for (size_t i = 0; i < needs.n; i++)
			answers[ev.n++] = *answer(z, a, &needs.need[i]);
		r = examine_run(x, &ev, 0, &needs);
	}
	for (size_t i = 0; i < r->n_segments; i++) {
		if (r->segments[i].offset != end || r->segments[i].length == 0)
			abort();
		end += r->segments[i].length;
	}
	if (end != r->size || r->n_segments > LIMIT_SEGMENTS)
		abort();
	report_json(&j, STR("-"), r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char text[] =
	    "s.example. TXT \"k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n";
	struct buf one = BUF_MAX(1 << 24), other = BUF_MAX(1 << 24);
	struct crypto *crypto = crypto_native_new();
	struct arena *a = arena_new(1 << 26);
	struct zone *z = zone_parse(STR(text), "zone", NULL);
	struct str message;
	struct examine *x, *y;

	if (z == NULL)
		abort();
	if (size < 1)
		goto out;
	message = str_bytes(data, size - 1);
	x = pass(crypto, message, message.n + 1);
	y = pass(crypto, message, 1u + data[size - 1] % 32);
	report(&one, x, z, a);
	report(&other, y, z, a);
	if (!str_eq(buf_str(&one), buf_str(&other)))
		abort();
	examine_free(x);
	examine_free(y);
out:
	buf_free(&one);
	buf_free(&other);
	zone_free(z);
	arena_free(a);
	crypto_native_free(crypto);
	return 0;
}
