/* SPDX-License-Identifier: ISC */
/* However a body is cut into chunks, what comes is what the RFC's own words make of it; and of a
 * header field. */
#include "auth/canon.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A line without its end (RFC 6376 3.4.4): blanks at its end are dropped, other runs are one SP. */
static void
plain_line(struct buf *out, struct str line, enum canon how)
{
	bool blank = false;

	for (size_t i = 0; i < line.n; i++) {
		bool gathers = how == CANON_RELAXED && char_is_blank(line.p[i]);

		if (!gathers && blank)
			buf_byte(out, ' ');
		if (!gathers)
			buf_byte(out, line.p[i]);
		blank = gathers;
	}
}

/* The same as auth/canon.h in the order of the RFC, with no thought of cost. */
static void
plain(struct buf *out, struct str body, enum canon how)
{
	for (;;) {
		ptrdiff_t end = str_find(body, STR("\r\n"));

		plain_line(out, end == -1 ? body : str_head(body, (size_t)end), how);
		if (end == -1)
			break;
		buf_add(out, STR("\r\n"));
		body = str_from(body, (size_t)end + 2);
	}
	while (str_ends(buf_str(out), STR("\r\n")))
		out->n -= 2;
	if (out->n > 0 || how == CANON_SIMPLE)
		buf_add(out, STR("\r\n"));
}

/* Steps gives the lengths of the chunks, again and again. */
static void
canonical(struct buf *out, struct str body, enum canon how, struct str steps)
{
	struct canon_body c = { .how = how };
	struct str piece;

	for (size_t i = 0; body.n > 0; i++) {
		size_t step = 1u + (unsigned char)steps.p[i % steps.n];
		struct str chunk = str_head(body, step);

		while (canon_body_next(&c, &chunk, &piece))
			buf_add(out, piece);
		body = str_from(body, step);
	}
	while (canon_body_last(&c, &piece))
		buf_add(out, piece);
}

static void
check(struct str body, enum canon how, struct str steps)
{
	struct buf want = BUF_MAX(1 << 20), got = BUF_MAX(1 << 20);

	plain(&want, body, how);
	canonical(&got, body, how, steps);
	if (!str_eq(buf_str(&got), buf_str(&want)))
		abort();
	buf_free(&want);
	buf_free(&got);
}

/* RFC 6376 3.4.2 in its order: lower case; unfolded; runs of blanks one SP; none at either end. */
static void
plain_field(struct buf *out, const struct header *h)
{
	struct buf unfolded = BUF_MAX(1 << 17), value = BUF_MAX(1 << 17);
	struct str rest = h->body;
	ptrdiff_t fold;

	for (size_t i = 0; i < h->name.n; i++)
		buf_byte(out, char_lower(h->name.p[i]));
	buf_byte(out, ':');
	while ((fold = str_find(rest, STR("\r\n"))) != -1) {
		buf_add(&unfolded, str_head(rest, (size_t)fold));
		rest = str_from(rest, (size_t)fold + 2);
	}
	buf_add(&unfolded, rest);
	plain_line(&value, buf_str(&unfolded), CANON_RELAXED);
	rest = buf_str(&value);
	buf_add(out, str_starts(rest, STR(" ")) ? str_from(rest, 1) : rest);
	buf_add(out, STR("\r\n"));
	buf_free(&unfolded);
	buf_free(&value);
}

static void
check_fields(struct str header)
{
	struct buf want = BUF_MAX(1 << 20), got = BUF_MAX(1 << 20);
	struct header h;

	while (header_next(&header, &h, NULL) != 0) {
		plain_field(&want, &h);
		canon_header(&got, &h, CANON_RELAXED);
	}
	if (!str_eq(buf_str(&got), buf_str(&want)))
		abort();
	buf_free(&want);
	buf_free(&got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { STEPS = 3 };
	struct str steps = str_bytes(data, STEPS);

	if (size < STEPS || size > 1 << 16)
		return 0;
	check(str_bytes(data + STEPS, size - STEPS), CANON_SIMPLE, steps);
	check(str_bytes(data + STEPS, size - STEPS), CANON_RELAXED, steps);
	check_fields(str_bytes(data + STEPS, size - STEPS));
	return 0;
}
