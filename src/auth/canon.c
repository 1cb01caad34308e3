/* SPDX-License-Identifier: ISC */
#include "auth/canon.h"

#include <string.h>

/* How many bytes here are a blank or a fold (inside a field CR LF is always one): 0, 1 or 2. */
static size_t
gap_length(struct str s, size_t i)
{
	if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
		return 2;
	return char_is_blank(s.p[i]);
}

/* RFC 6376 3.4.2: name in lower case, unfolded, runs of blanks one SP, none at either end. */
static void
relaxed_field(struct buf *out, const struct header *h)
{
	size_t most = h->name.n + 1 + h->body.n;
	char *room = buf_room(out, most), *p = room, *value;
	bool blank = false;

	if (room == NULL)
		return;
	for (size_t i = 0; i < h->name.n; i++)
		*p++ = char_lower(h->name.p[i]);
	*p++ = ':';
	value = p;
	for (size_t i = 0; i < h->body.n; i++) {
		char c = h->body.p[i];
		size_t gap = (unsigned char)c > ' ' ? 0 : gap_length(h->body, i);

		if (gap == 0) {
			*p = ' ';
			p += blank;
			*p++ = c;
			blank = false;
		} else {
			blank = blank || (gap == 1 && p > value);
			i += gap - 1;
		}
	}
	out->n -= most - (size_t)(p - room);
}

static void
field(struct buf *out, const struct header *h, enum canon how)
{
	if (how == CANON_RELAXED)
		relaxed_field(out, h);
	else
		buf_add(out, str_head(h->raw, (size_t)(h->body.p - h->raw.p) + h->body.n));
}

void
canon_header(struct buf *out, const struct header *h, enum canon how)
{
	field(out, h, how);
	buf_add(out, STR("\r\n"));
}

/* What stands between the = of b= and the next ; or the end: blanks around it included. */
static struct str
signature_value(struct str body)
{
	struct str rest = body, part;

	while (str_cut(&rest, ';', &part)) {
		ptrdiff_t equals = str_chr(part, '=');

		if (equals != -1 && str_eq(str_trim(str_head(part, (size_t)equals)), STR("b")))
			return str_from(part, (size_t)equals + 1);
	}
	return str_from(body, body.n);
}

void
canon_signature(struct buf *out, const struct header *h, enum canon how)
{
	struct str value = signature_value(h->body);
	size_t before = (size_t)(value.p - h->raw.p), start = (size_t)(h->body.p - h->raw.p);
	struct buf cut = BUF_MAX(h->raw.n);
	struct header emptied;

	buf_add(&cut, str_head(h->raw, before));
	buf_add(&cut,
	    str_head(str_from(h->raw, before + value.n), start + h->body.n - before - value.n));
	emptied.raw = buf_str(&cut);
	emptied.name = h->name;
	emptied.body = str_from(emptied.raw, start);
	field(out, &emptied, how);
	buf_free(&cut);
}

static bool
is_blank(const struct canon_body *c, char b)
{
	return c->how == CANON_RELAXED && char_is_blank(b);
}

/* From s, whose first byte stands: what can be given out as it is.  Line ends at its end may yet turn
 * out to be the body's last. */
static size_t
run_length(const struct canon_body *c, struct str s)
{
	if (c->how == CANON_RELAXED)
		s.n = clean_blanks(s);
	if (s.n > 1 && s.p[s.n - 1] == '\r')
		s.n--;
	while (s.n > 1 && s.p[s.n - 1] == '\n' && s.p[s.n - 2] == '\r')
		s.n -= 2;
	return s.n;
}

/* Does its first byte stand, whatever comes?  Of a CR only the byte after it tells. */
static bool
stands(const struct canon_body *c, struct str s)
{
	if (s.p[0] == '\r')
		return c->cr || (s.n > 1 && s.p[1] != '\n');
	return c->cr || !is_blank(c, s.p[0]);
}

static bool
give(struct canon_body *c, struct str bytes, struct str *piece)
{
	*piece = bytes;
	c->some = true;
	return true;
}

/* One piece of what was held back, oldest first. */
static bool
held_back(struct canon_body *c, struct str *piece)
{
	static const char ends[] =
	    "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";
	uint64_t n = (sizeof ends - 1) / 2;

	if (c->lines > 0) {
		if (n > c->lines)
			n = c->lines;
		c->lines -= n;
		return give(c, str_bytes(ends, (size_t)n * 2), piece);
	}
	if (c->n > 0) {
		size_t length = c->n;

		c->n = 0;
		c->lines = c->behind;
		return give(c, str_bytes(c->block, length), piece);
	}
	if (c->blank) {
		c->blank = false;
		return give(c, STR(" "), piece);
	}
	if (c->cr) {
		c->cr = false;
		return give(c, STR("\r"), piece);
	}
	return false;
}

static struct str
take(struct str *chunk, size_t n)
{
	struct str taken = str_head(*chunk, n);

	*chunk = str_from(*chunk, n);
	return taken;
}

/* Are there blanks to reduce within a block? */
static bool
is_thick(const struct canon_body *c, struct str s)
{
	return c->how == CANON_RELAXED && !c->cr && s.n > CLEAN_BLOCK + 1 && clean_has_blanks(s.p);
}

/* Takes a block, or all but a CR at its end, off the chunk; line ends at its end are counted. */
static void
reduce(struct canon_body *c, struct str *chunk)
{
	struct str in = take(chunk, CLEAN_BLOCK - (chunk->p[CLEAN_BLOCK - 1] == '\r'));
	uint64_t lines = 0;

	c->n = 0;
	if (c->blank && !char_is_blank(in.p[0]))
		c->block[c->n++] = ' ';
	c->blank = false;
	c->n += clean_reduce(in.p, c->block + c->n) - (CLEAN_BLOCK - in.n);
	for (; c->n > 1 && c->block[c->n - 1] == '\n' && c->block[c->n - 2] == '\r'; c->n -= 2)
		lines++;
	if (c->n == 0)
		c->lines += lines;
	c->behind = lines;
}

/* Takes line ends off the chunk, or the LF of one whose CR was at the end of that before. */
static bool
take_ends(struct canon_body *c, struct str *chunk)
{
	const char *p = chunk->p;
	size_t n = 0;

	if (c->cr)
		n = p[0] == '\n';
	else
		while (n + 1 < chunk->n && p[n] == '\r' && p[n + 1] == '\n')
			n += 2;
	if (n == 0)
		return false;
	c->lines += (n + 1) / 2;
	c->cr = c->blank = false;
	take(chunk, n);
	return true;
}

bool
canon_body_next(struct canon_body *c, struct str *chunk, struct str *piece)
{
	while (c->n == 0 && chunk->n > 0) {
		if (take_ends(c, chunk))
			continue;
		if (is_thick(c, *chunk)) {
			reduce(c, chunk);
		} else if (stands(c, *chunk)) {
			return held_back(c, piece) ||
			       give(c, take(chunk, run_length(c, *chunk)), piece);
		} else {
			c->cr = chunk->p[0] == '\r';
			c->blank = c->blank || !c->cr;
			take(chunk, 1);
		}
	}
	return c->n > 0 && held_back(c, piece);
}

bool
canon_body_last(struct canon_body *c, struct str *piece)
{
	if (c->ended)
		return false;
	if (c->cr)
		return held_back(c, piece);
	c->ended = true;
	if (!c->some && c->how == CANON_RELAXED)
		return false;
	return give(c, STR("\r\n"), piece);
}
