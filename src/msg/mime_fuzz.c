/* SPDX-License-Identifier: ISC */
/* Leaves and gaps, put together, are the body, and are the same however it was cut into chunks. */
#include "msg/mime.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PARTS = 10000,
};

static size_t
parts(struct str type, struct str body, size_t step, struct mime_part *out)
{
	struct mime_part part;
	struct mime m;
	size_t n = 0;

	mime_start(&m, type);
	for (struct str rest = body; rest.n > 0; rest = str_from(rest, step)) {
		struct str chunk = str_head(rest, step);

		while (mime_next(&m, &chunk, &part))
			out[n++] = part;
	}
	while (mime_last(&m, &part))
		out[n++] = part;
	mime_free(&m);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mime_part whole[PARTS], cut[PARTS];
	struct str body = str_bytes(data, size), type;
	uint64_t bytes = 0;
	size_t n, n_cut;

	if (size > PARTS / 2 || !str_cut(&body, '|', &type) || body.p == NULL)
		return 0;
	n = parts(type, body, body.n + 1, whole);
	n_cut = parts(type, body, 1 + type.n % 16, cut);
	if (n != n_cut)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (whole[i].n != cut[i].n || whole[i].leaf != cut[i].leaf || whole[i].n > body.n)
			abort();
		bytes += whole[i].n;
	}
	if (bytes != body.n)
		abort();
	return 0;
}
