/* SPDX-License-Identifier: ISC */
#include "imap/folder.h"
#include "imap/inside.h"
#include "imap/utf7.h"

/*
 * The folder's name as the server knows it, in quotes, into s->folder.  LIST tells special uses
 * also where it was not asked for them (RFC 6154 section 2); where it can be, it leaves out the
 * rest.
 */
static int
look_for(struct imap *s, struct str use, struct err *e)
{
	struct buf name = BUF_MAX(s->folder.max);
	struct str line;
	int rc, found = 0;

	inside_expect(s, 0);
	if (inside_send(s,
	        s->has_special_use ? STR("LIST (SPECIAL-USE) \"\" \"*\"")
	        : s->has_xlist     ? STR("XLIST \"\" \"*\"")
	                           : STR("LIST \"\" \"*\""),
	        e) == -1)
		return -1;
	while ((rc = inside_reply(s, &line, e)) == INSIDE_UNTAGGED)
		if (found == 0 && (found = folder_listed(&name, line, use, e)) == -1)
			break;
	if (rc == -1 || found == -1)
		goto out;
	if (rc == INSIDE_NO || found == 0) {
		found = err_set(e, ERR_CONFIG,
		    "LIST: the server shows no folder for the use %.*s (Gmail: Settings, Labels, "
		    "Show "
		    "in IMAP); name one in the configuration",
		    STR_FMT(use));
		goto out;
	}
	folder_quote(&s->folder, buf_str(&name));
out:
	buf_free(&name);
	return rc == -1 || found == -1 ? -1 : buf_check(&s->folder, "folder", e);
}

static int
name_folder(struct imap *s, const char *folder, struct err *e)
{
	struct buf name = BUF_MAX(s->folder.max);
	int rc;

	if (s->folder.n > 0)
		return 0;
	if (folder[0] == '\\')
		return look_for(s, str_of(folder), e);
	rc = utf7_add(&name, str_of(folder), e);
	if (rc == 0)
		folder_quote(&s->folder, buf_str(&name));
	buf_free(&name);
	return rc == -1 ? -1 : buf_check(&s->folder, "folder", e);
}

int
imap_examine(struct imap *s, const char *folder, struct imap_folder *f, struct err *e)
{
	struct buf command = BUF_MAX(s->folder.max + 20);
	struct str line;
	int rc;

	if (name_folder(s, folder, e) == -1)
		return -1;
	buf_add(&command, STR("EXAMINE "));
	buf_add(&command, buf_str(&s->folder));
	inside_expect(s, 0);
	*f = (struct imap_folder){ 0 };
	rc = inside_send(s, buf_str(&command), e) == -1 ? -1 : INSIDE_UNTAGGED;
	while (rc == INSIDE_UNTAGGED) {
		rc = inside_reply(s, &line, e);
		if (rc == INSIDE_UNTAGGED && folder_examined(f, line, e) == -1)
			rc = -1;
	}
	buf_free(&command);
	if (rc == -1)
		return -1;
	if (rc == INSIDE_NO)
		return err_set(e, ERR_CONFIG, "EXAMINE: the server has no such folder for us");
	if (f->uidvalidity == 0 || f->uidnext == 0)
		return err_set(e, ERR_SYNTAX,
		    "EXAMINE: RFC 3501 6.3.1: no UIDVALIDITY or UIDNEXT in the answer");
	s->etpan->imap_state = MAILIMAP_STATE_SELECTED;
	return 0;
}
