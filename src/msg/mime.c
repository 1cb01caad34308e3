/* SPDX-License-Identifier: ISC */
#include "msg/mime.h"

#include <string.h>

#include "msg/clean.h"
#include "msg/header.h"
#include "msg/parameter.h"
#include "msg/token.h"

struct mime_type
mime_type(struct str field)
{
	struct mime_type t = { .type = token_word(&field, "/;") };

	if (token_char(&field, '/'))
		t.subtype = token_word(&field, ";");
	return t;
}

static bool
is_multipart(struct str content_type)
{
	struct mime_type t = mime_type(content_type);

	return str_caseeq(t.type, STR("multipart")) && t.subtype.n > 0;
}

bool
mime_is_encoded(const struct mime_about *about)
{
	struct str rest = about->encoding, word = token_word(&rest, ";");

	return is_multipart(about->type) &&
	       (str_caseeq(word, STR("base64")) || str_caseeq(word, STR("quoted-printable")));
}

size_t
mime_boundary(struct str content_type, char name[LIMIT_BOUNDARY])
{
	size_t n;

	if (!is_multipart(content_type))
		return 0;
	n = parameter_get(content_type, "boundary", name);
	while (n > 0 && char_is_blank(name[n - 1]))
		n--; /* a delimiter line may have blanks after it */
	return n;
}

/* Does the longer begin as the shorter? */
static bool
begin_alike(struct str a, struct str b)
{
	return str_eq(str_head(a, b.n), str_head(b, a.n));
}

/* Readers that compare only the beginning of a line take the one for the other. */
static bool
is_nested(const struct mime *m, struct str name)
{
	for (size_t level = 0; level < m->depth; level++)
		if (begin_alike(m->boundary[level], name))
			return true;
	return false;
}

static void
note_boundary(struct mime *m, struct str content_type, size_t n)
{
	bool in_pieces;

	if (!is_multipart(content_type))
		return;
	if (m->depth == LIMIT_MIME_DEPTH)
		m->odd[MIME_LIMIT] = true;
	else if (n == 0)
		m->odd[MIME_BOUNDARY_MISSING] = true;
	else if (is_nested(m, str_bytes(m->names[m->depth], n)))
		m->odd[MIME_BOUNDARY_NESTED] = true;
	if (parameter_count(content_type, "boundary", &in_pieces) > 1)
		m->odd[MIME_BOUNDARY_TWICE] = true;
	m->odd[MIME_BOUNDARY_IN_PIECES] = m->odd[MIME_BOUNDARY_IN_PIECES] || in_pieces;
}

/* Begin the content of a part, or of the message, of this type. */
static void
begin_content(struct mime *m, struct str content_type)
{
	size_t n = 0;

	if (m->depth < LIMIT_MIME_DEPTH)
		n = mime_boundary(content_type, m->names[m->depth]);
	note_boundary(m, content_type, n);
	m->mode = n == 0 ? MIME_LEAF : MIME_BETWEEN;
	if (n > 0) {
		m->boundary[m->depth] = str_bytes(m->names[m->depth], n);
		m->depth++;
	}
}

void
mime_start(struct mime *m, struct str content_type)
{
	memset(m, 0, sizeof *m);
	m->line = (struct buf)BUF_MAX(LIMIT_PART_LINE);
	m->header = (struct buf)BUF_MAX(LIMIT_PART_HEADER);
	begin_content(m, content_type);
}

void
mime_free(struct mime *m)
{
	buf_free(&m->line);
	buf_free(&m->header);
}

/* Which multipart does the line delimit?  The outermost that fits; depth when none does. */
static size_t
delimited(const struct mime *m, bool *closes)
{
	struct str line = buf_str(&m->line);
	size_t level;

	*closes = false;
	if (!str_starts(line, STR("--")))
		return m->depth;
	line = str_from(line, 2);
	if (str_ends(line, STR("\r\n")))
		line.n -= 2;
	while (line.n > 0 && char_is_blank(line.p[line.n - 1]))
		line.n--;
	for (level = 0; level < m->depth; level++) {
		struct str name = m->boundary[level];

		*closes = line.n == name.n + 2 && str_ends(line, STR("--"));
		if (str_starts(line, name) && (*closes || line.n == name.n))
			break;
	}
	return level;
}

/* True when it is the first of its name. */
static bool
take_first(struct str *body, const struct header *h)
{
	if (body->p != NULL)
		return false;
	*body = h->body;
	return true;
}

/* What the header of the part says. */
static struct mime_about
read_about(struct mime *m)
{
	struct str rest = buf_str(&m->header);
	struct mime_about about = { 0 };
	bool twice = false;
	struct header h;

	while (!m->header.over && header_next(&rest, &h, NULL) != 0) {
		if (!str_casestarts(h.name, STR("Content-")))
			continue;
		if (str_caseeq(h.name, STR("Content-Type")))
			twice = !take_first(&about.type, &h) || twice;
		else if (str_caseeq(h.name, STR("Content-Transfer-Encoding")))
			twice = !take_first(&about.encoding, &h) || twice;
		else if (str_caseeq(h.name, STR("Content-Disposition")))
			take_first(&about.disposition, &h);
	}
	m->odd[MIME_FIELD_TWICE] = m->odd[MIME_FIELD_TWICE] || twice;
	m->odd[MIME_LIMIT] = m->odd[MIME_LIMIT] || m->header.over;
	return about;
}

/* The current line belongs to the part that goes on. */
static void
keep_line(struct mime *m)
{
	m->part_n += m->line_n;
}

/* A delimiter: the CR LF before it is part of it (RFC 2046 5.1.1).  True when a leaf has ended. */
static bool
end_part(struct mime *m, size_t level, bool closes, struct mime_part *part)
{
	bool leaf = m->mode == MIME_LEAF;
	uint64_t line_end = leaf && m->part_n >= 2 ? 2 : 0;

	m->odd[MIME_UNCLOSED] = m->odd[MIME_UNCLOSED] || level + 1 < m->depth;
	m->depth = closes ? level : level + 1;
	m->mode = closes ? MIME_BETWEEN : MIME_HEADER;
	buf_clear(&m->header);
	if (leaf) {
		*part = (struct mime_part){ m->part_n - line_end, true };
		m->part_n = line_end;
	}
	m->work += m->line_n;
	keep_line(m);
	return leaf;
}

/* A line of a part's header; the empty one ends it.  True when so a gap has ended. */
static bool
header_line(struct mime *m, struct mime_part *part)
{
	m->work += m->line_n;
	keep_line(m);
	buf_add(&m->header, buf_str(&m->line));
	if (m->line_n > m->line.n)
		m->header.over = true;
	if (!str_eq(buf_str(&m->line), STR("\r\n")))
		return false;
	m->about = read_about(m);
	begin_content(m, m->about.type);
	m->odd[MIME_ENCODED] = m->odd[MIME_ENCODED] || mime_is_encoded(&m->about);
	if (m->mode != MIME_LEAF)
		return false;
	*part = (struct mime_part){ m->part_n, false };
	m->part_n = 0;
	return true;
}

/* "Content-Type:", and with blanks before the colon (RFC 5322 section 4.5.8). */
static bool
is_content_type(struct str line)
{
	struct str name;

	return str_casestarts(line, STR("Content-Type")) && str_cut(&line, ':', &name) &&
	       str_caseeq(str_trim(name), STR("Content-Type"));
}

static void
other_line(struct mime *m)
{
	if (m->mode == MIME_BETWEEN && is_content_type(buf_str(&m->line)))
		m->odd[MIME_PART_HIDDEN] = true;
	keep_line(m);
}

static bool
end_line(struct mime *m, struct mime_part *part)
{
	bool closes, ended = false;
	size_t level = delimited(m, &closes);

	if (level < m->depth && m->line_n > m->line.n) { /* blanks after it, or more than these? */
		m->odd[MIME_LIMIT] = true;
		level = m->depth;
	}
	if (level < m->depth)
		ended = end_part(m, level, closes, part);
	else if (m->mode == MIME_HEADER)
		ended = header_line(m, part);
	else
		other_line(m);
	m->line_n = 0;
	buf_clear(&m->line);
	return ended;
}

/* What a line begins with that may matter: a delimiter, or a Content-Type where no part is. */
static const char *
begins(const struct mime *m)
{
	return m->mode == MIME_BETWEEN ? "-Cc" : "---";
}

/* As much of the line as is in the chunk. */
static bool
may_delimit(const struct mime *m, struct str line)
{
	if (!begin_alike(line, STR("--")))
		return false;
	for (size_t level = 0; level < m->depth; level++)
		if (begin_alike(str_from(line, 2), m->boundary[level]))
			return true;
	return false;
}

/* What is counted must not depend on where the chunk ends. */
static void
begin_line(struct mime *m, struct str line)
{
	if (m->mode == MIME_HEADER)
		return;
	m->dull = memchr(begins(m), line.p[0], 3) == NULL;
	if (m->dull)
		return;
	m->work += m->depth + 1;
	m->dull = line.p[0] == '-' && !may_delimit(m, line);
}

/* Takes lines off the chunk, until one begins that may matter. */
static void
skip_lines(struct mime *m, struct str *chunk)
{
	bool ends = m->cr && chunk->p[0] == '\n';
	size_t n = ends ? 1 : clean_starts(*chunk, begins(m));

	ends = ends || str_ends(str_head(*chunk, n), STR("\r\n"));
	m->cr = chunk->p[n - 1] == '\r';
	m->dull = !ends;
	m->part_n += n;
	*chunk = str_from(*chunk, n);
}

/* Takes what belongs to the current line off the chunk; true when it ends there. */
static bool
take_line(struct mime *m, struct str *chunk)
{
	bool ends = m->cr && chunk->p[0] == '\n';
	ptrdiff_t end = ends ? -1 : str_find(*chunk, STR("\r\n"));
	struct str some = str_head(*chunk, ends ? 1 : end == -1 ? chunk->n : (size_t)end + 2);

	buf_add(&m->line, str_head(some, LIMIT_PART_LINE - m->line.n));
	m->line_n += some.n;
	m->cr = some.p[some.n - 1] == '\r';
	*chunk = str_from(*chunk, some.n);
	return ends || end != -1;
}

/* What is left is one leaf, of which nothing is known.  True when so a gap has ended. */
static bool
give_up(struct mime *m, struct mime_part *part)
{
	bool leaf = m->mode == MIME_LEAF;

	m->odd[MIME_LIMIT] = true;
	m->depth = 0;
	m->mode = MIME_LEAF;
	if (leaf)
		return false;
	m->about = (struct mime_about){ 0 };
	*part = (struct mime_part){ m->part_n, false };
	m->part_n = 0;
	return true;
}

/* Takes some of the chunk; true when a leaf or gap has ended. */
static bool
take(struct mime *m, struct str *chunk, struct mime_part *part)
{
	if (m->depth == 0 && m->mode == MIME_LEAF) { /* no multipart, nothing to look for */
		m->part_n += chunk->n;
		*chunk = str_from(*chunk, chunk->n);
		return false;
	}
	if (m->line_n == 0 && !m->dull) {
		if (m->work > LIMIT_MIME_WORK)
			return give_up(m, part);
		begin_line(m, *chunk);
	}
	if (!m->dull)
		return take_line(m, chunk) && end_line(m, part);
	skip_lines(m, chunk);
	return false;
}

bool
mime_next(struct mime *m, struct str *chunk, struct mime_part *part)
{
	while (chunk->n > 0)
		if (take(m, chunk, part))
			return true;
	return false;
}

bool
mime_last(struct mime *m, struct mime_part *part)
{
	if (m->line_n > 0 && end_line(m, part))
		return true;
	m->odd[MIME_UNCLOSED] = m->odd[MIME_UNCLOSED] || m->depth > 0;
	*part = (struct mime_part){ m->part_n, m->mode == MIME_LEAF };
	m->part_n = 0;
	m->mode = MIME_BETWEEN;
	return part->n > 0;
}
