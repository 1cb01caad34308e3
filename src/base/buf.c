/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
grow(struct buf *b, size_t n)
{
	size_t cap = b->cap == 0 ? 256 : b->cap;

	if (b->over || n > b->max - b->n) {
		b->over = true;
		return false;
	}
	while (cap < b->n + n)
		cap *= 2;
	if (cap > b->max)
		cap = b->max;
	if (cap != b->cap) {
		b->p = realloc(b->p, cap);
		if (b->p == NULL)
			abort();
		b->cap = cap;
	}
	return true;
}

/* n bytes more, as they are. */
static char *
extend(struct buf *b, size_t n)
{
	if (n > b->cap - b->n && !grow(b, n))
		return NULL;
	b->n += n;
	return b->p + b->n - n;
}

char *
buf_room(struct buf *b, size_t n)
{
	char *room = n == 0 ? b->p : extend(b, n);

	if (n > 0 && room != NULL)
		memset(room, 0, n);
	return room;
}

void
buf_add(struct buf *b, struct str s)
{
	char *room = s.n == 0 ? NULL : extend(b, s.n);

	if (room != NULL)
		memcpy(room, s.p, s.n);
}

void
buf_byte(struct buf *b, char c)
{
	char *room = extend(b, 1);

	if (room != NULL)
		*room = c;
}

static void
big_endian(struct buf *b, uint64_t v, unsigned bytes)
{
	while (bytes-- > 0)
		buf_byte(b, (char)(v >> (8 * bytes)));
}

void
buf_u16be(struct buf *b, uint16_t v)
{
	big_endian(b, v, 2);
}

void
buf_u32be(struct buf *b, uint32_t v)
{
	big_endian(b, v, 4);
}

void
buf_u64be(struct buf *b, uint64_t v)
{
	big_endian(b, v, 8);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[512], *text = small;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->over = true;
		return;
	}
	if ((size_t)n >= sizeof small) {
		text = malloc((size_t)n + 1);
		if (text == NULL)
			abort();
		va_start(ap, fmt);
		vsnprintf(text, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	buf_add(b, (struct str){ text, (size_t)n });
	if (text != small)
		free(text);
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->n == 0 ? "" : b->p, b->n };
}

int
buf_check(const struct buf *b, const char *what, struct err *e)
{
	if (b->over)
		return err_set(e, ERR_LIMIT, "%s: more than %zu bytes", what, b->max);
	return 0;
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->over = false;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf)BUF_MAX(b->max);
}
