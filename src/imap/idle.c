/* SPDX-License-Identifier: ISC */
#include "imap/inside.h"

/*
 * libetpan's own IDLE fails when news comes before "+ idling"; this one reads lines (RFC 2177).
 */
int
imap_idle_begin(struct imap *s, struct err *e)
{
	inside_expect(s, 0);
	return inside_send(s, STR("IDLE"), e);
}

int
imap_idle_read(struct imap *s, bool *news, struct err *e)
{
	struct str line;

	inside_expect(s, 0);
	*news = false;
	do {
		if (inside_line(s, &line, e) == -1)
			return -1;
		if (str_starts(line, STR("ms")))
			return err_set(e, ERR_RETRY, "IDLE: the server ended it");
		*news = *news || (str_starts(line, STR("* ")) && str_ends(line, STR(" EXISTS")));
	} while (imap_pending(s));
	return 0;
}

int
imap_idle_end(struct imap *s, struct err *e)
{
	mailstream *stream = s->etpan->imap_stream;
	int rc;

	inside_expect(s, 0);
	if (mailstream_write(stream, "DONE\r\n", 6) != 6 || mailstream_flush(stream) != 0)
		return inside_fail(s, MAILIMAP_ERROR_STREAM, "IDLE", e);
	rc = inside_answer(s, e);
	if (rc == 0)
		return err_set(e, ERR_RETRY, "IDLE: the server says no");
	return rc == -1 ? -1 : 0;
}
