/* SPDX-License-Identifier: ISC */
#include "imap/server.h"

#include "config.h"
#include "imap/inside.h"

int
server_id(struct buf *words, struct str line)
{
	if (!str_casestarts(line, STR("* ID ")))
		return 0;
	line = str_trim(str_from(line, 5));
	if (str_starts(line, STR("(")) && str_ends(line, STR(")")))
		line = str_head(str_from(line, 1), line.n - 2);
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] >= ' ' && line.p[i] <= '~' && line.p[i] != '"' && line.p[i] != '\\')
			buf_byte(words, line.p[i]);
	return 1;
}

/* "root (STORAGE 10 512 MESSAGE 3 100)": after STORAGE, used and limit, in units of 1,024 bytes. */
static bool
storage(struct str s, struct imap_quota *q)
{
	struct str word, used, limit;
	ptrdiff_t at = str_chr(s, '(');

	if (at == -1)
		return false;
	s = str_from(s, (size_t)at + 1);
	str_cut(&s, ')', &word);
	s = word;
	while (str_cut(&s, ' ', &word))
		if (str_caseeq(word, STR("STORAGE")))
			return str_cut(&s, ' ', &used) && str_cut(&s, ' ', &limit) &&
			       str_u64(used, INT64_MAX / 1024, &q->used_kb) == 0 &&
			       str_u64(limit, INT64_MAX / 1024, &q->limit_kb) == 0;
	return false;
}

static uint64_t
room(const struct imap_quota *q)
{
	return q->limit_kb > q->used_kb ? q->limit_kb - q->used_kb : 0;
}

void
server_quota(struct imap_quota *q, struct str line)
{
	struct imap_quota other = { 0 };

	if (!str_casestarts(line, STR("* QUOTA ")) || !storage(str_from(line, 8), &other))
		return;
	if (other.limit_kb > 0 && (q->limit_kb == 0 || room(&other) < room(q)))
		*q = other;
}

/* ---- asking ---- */

int
imap_identify(struct imap *s, struct buf *words, struct err *e)
{
	struct str line;
	int rc;

	if (!s->has_id)
		return 0;
	inside_expect(s, 0);
	if (inside_send(
	        s, STR("ID (\"name\" \"mailseal\" \"version\" \"" PACKAGE_VERSION "\")"), e) == -1)
		return -1;
	while ((rc = inside_reply(s, &line, e)) == INSIDE_UNTAGGED)
		server_id(words, line);
	return rc == -1 ? -1 : 0; /* a NO is no reason to go without the mail */
}

int
imap_quota(struct imap *s, struct imap_quota *q, struct err *e)
{
	struct buf command = BUF_MAX(s->folder.max + 20);
	struct str line;
	int rc;

	*q = (struct imap_quota){ 0 };
	if (!s->has_quota)
		return 0;
	buf_add(&command, STR("GETQUOTAROOT "));
	buf_add(&command, buf_str(&s->folder));
	inside_expect(s, 0);
	rc = inside_send(s, buf_str(&command), e) == -1 ? -1 : INSIDE_UNTAGGED;
	while (rc == INSIDE_UNTAGGED) {
		rc = inside_reply(s, &line, e);
		if (rc == INSIDE_UNTAGGED)
			server_quota(q, line);
	}
	buf_free(&command);
	return rc == -1 ? -1 : 0;
}
