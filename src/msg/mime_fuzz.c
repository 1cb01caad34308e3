/* SPDX-License-Identifier: ISC */
/* Leaves and gaps, put together, are the body, and with what is odd and what was looked at the same
 * however it was cut into chunks: of single bytes none is passed over unseen. */
#include "msg/mime.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PARTS = 10000,
};

struct found {
	struct mime_part part[PARTS];
	size_t n;
	bool odd[MIME_ODDITIES];
	uint64_t work;
};

static void
read_body(struct str type, struct str body, size_t step, struct found *f)
{
	struct mime_part part;
	struct mime m;

	f->n = 0;
	mime_start(&m, type);
	for (struct str rest = body; rest.n > 0; rest = str_from(rest, step)) {
		struct str chunk = str_head(rest, step);

		while (mime_next(&m, &chunk, &part))
			f->part[f->n++] = part;
	}
	while (mime_last(&m, &part))
		f->part[f->n++] = part;
	memcpy(f->odd, m.odd, sizeof f->odd);
	f->work = m.work;
	mime_free(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct found whole, cut;
	struct str body = str_bytes(data, size), type;
	uint64_t bytes = 0;

	if (size > PARTS / 2 || !str_cut(&body, '|', &type) || body.p == NULL)
		return 0;
	read_body(type, body, body.n + 1, &whole);
	read_body(type, body, 1 + type.n % 16, &cut);
	if (whole.n != cut.n || whole.work != cut.work ||
	    memcmp(whole.odd, cut.odd, sizeof whole.odd) != 0)
		abort();
	for (size_t i = 0; i < whole.n; i++) {
		const struct mime_part *w = &whole.part[i], *c = &cut.part[i];

		if (w->n != c->n || w->leaf != c->leaf || w->n > body.n)
			abort();
		bytes += w->n;
	}
	if (bytes != body.n)
		abort();
	return 0;
}
