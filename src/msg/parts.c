/* SPDX-License-Identifier: ISC */
#include "msg/parts.h"

#include "base/base64.h"
#include "msg/charset.h"
#include "msg/encoded.h"
#include "msg/header.h"
#include "msg/parameter.h"
#include "msg/split.h"

struct str
parts_field(struct str header, const char *name)
{
	struct header h;
	int rc;

	while ((rc = header_next(&header, &h, NULL)) != 0)
		if (rc == 1 && str_caseeq(h.name, str_of(name)))
			return h.body;
	return STR("");
}

void
parts_start(struct parts *p, struct str message)
{
	struct split split = split_start();
	struct str type;

	split_add(&split, message);
	*p = (struct parts){ .header = str_head(message, (size_t)split.header),
		.rest = str_from(message, (size_t)split.header) };
	type = parts_field(p->header, "Content-Type");
	p->chunk = p->rest;
	mime_start(&p->mime, type);
	p->single = p->mime.depth == 0;
}

void
parts_end(struct parts *p)
{
	mime_free(&p->mime);
}

/* What stands between the last delimiter line of the gap and its end. */
static struct str
header_in(struct str gap)
{
	struct str rest = gap, line, header = STR("");

	while (str_line(&rest, &line))
		if (str_starts(line, STR("--")) && rest.p != NULL)
			header = rest;
	return header;
}

static void
describe(struct part *part, struct str header, struct str content)
{
	*part = (struct part){ .header = header,
		.content = content,
		.type = parts_field(header, "Content-Type"),
		.encoding = str_trim(parts_field(header, "Content-Transfer-Encoding")),
		.disposition = str_trim(parts_field(header, "Content-Disposition")) };
}

bool
parts_next(struct parts *p, struct part *part)
{
	struct mime_part next;

	while (mime_next(&p->mime, &p->chunk, &next) || mime_last(&p->mime, &next)) {
		struct str bytes = str_head(p->rest, (size_t)next.n);

		p->rest = str_from(p->rest, bytes.n);
		if (next.leaf) {
			describe(part, p->single ? p->header : header_in(p->gap), bytes);
			p->gap = STR("");
			return true;
		}
		p->gap = bytes;
	}
	return false;
}

struct str
parts_media_type(const struct part *p)
{
	struct str rest = str_trim(p->type), type;

	if (rest.n == 0)
		return STR("text/plain");
	str_cut(&rest, ';', &type);
	return str_trim(type);
}

bool
parts_is_attachment(const struct part *p)
{
	return str_casestarts(p->disposition, STR("attachment"));
}

void
parts_name(const struct part *p, struct buf *out)
{
	char name[LIMIT_BOUNDARY];
	size_t n = parameter_get(p->disposition, "filename", name);

	if (n == 0)
		n = parameter_get(p->type, "name", name);
	encoded_field(out, str_bytes(name, n));
}

void
parts_text(const struct part *p, struct buf *out)
{
	struct buf plain = BUF_MAX(out->max);
	char charset[LIMIT_BOUNDARY];
	size_t n = parameter_get(p->type, "charset", charset);

	if (str_caseeq(p->encoding, STR("quoted-printable")))
		encoded_quoted_printable(&plain, p->content);
	else if (!str_caseeq(p->encoding, STR("base64")) ||
	         base64_decode(p->content, BASE64_LOOSE, &plain, NULL) == -1) {
		buf_clear(&plain);
		buf_add(&plain, p->content);
	}
	charset_add(out, str_bytes(charset, n), buf_str(&plain));
	buf_free(&plain);
}
