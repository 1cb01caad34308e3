/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/buf.h"
#include "imap/inside.h"
#include "imap/uids.h"

/* "7", "5:7" or "7:5" (RFC 3501 section 9, seq-range). */
static int
take_range(struct uids *u, struct str text, struct err *e)
{
	uint64_t a, b;
	struct str word;

	if (!str_cut(&text, ':', &word) || str_u64(word, UINT32_MAX, &a) == -1 || a == 0)
		return err_set(e, ERR_SYNTAX, "UID SEARCH: RFC 3501 9: not a UID");
	b = a;
	if (text.p != NULL && (str_u64(text, UINT32_MAX, &b) == -1 || b == 0))
		return err_set(e, ERR_SYNTAX, "UID SEARCH: RFC 3501 9: not a UID");
	for (uint64_t uid = a < b ? a : b; uid <= (a < b ? b : a); uid++) {
		if (u->n == u->max)
			return err_set(e, ERR_SYNTAX,
			    "UID SEARCH: RFC 3501 6.4.4: more UIDs than messages asked for");
		u->uid[u->n++] = (uint32_t)uid;
	}
	return 0;
}

/* What follows "* SEARCH": numbers, and perhaps "(MODSEQ n)" (RFC 7162 section 3.1.5). */
static int
take_search(struct uids *u, struct str rest, struct err *e)
{
	struct str word;

	while (str_cut(&rest, ' ', &word) && !str_starts(word, STR("(")))
		if (word.n > 0 && take_range(u, word, e) == -1)
			return -1;
	return 0;
}

/* What follows "* ESEARCH": ' (TAG "a") UID ALL 1:5,7' (RFC 4731 section 3.2), ALL only when there
 * is any. */
static int
take_esearch(struct uids *u, struct str rest, struct err *e)
{
	struct str word;
	bool all = false;

	while (str_cut(&rest, ' ', &word)) {
		struct str one;

		while (all && str_cut(&word, ',', &one))
			if (take_range(u, one, e) == -1)
				return -1;
		all = str_caseeq(word, STR("ALL"));
	}
	return 0;
}

int
uids_line(struct uids *u, struct str line, struct err *e)
{
	if (str_casestarts(line, STR("* SEARCH"))) {
		u->answered = true;
		return take_search(u, str_from(line, sizeof "* SEARCH" - 1), e);
	}
	if (str_casestarts(line, STR("* ESEARCH"))) {
		u->answered = true;
		return take_esearch(u, str_from(line, sizeof "* ESEARCH" - 1), e);
	}
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void
uids_sort(struct uids *u)
{
	size_t n = 0;

	qsort(u->uid, u->n, sizeof u->uid[0], by_number);
	for (size_t i = 0; i < u->n; i++)
		if (n == 0 || u->uid[i] != u->uid[n - 1])
			u->uid[n++] = u->uid[i];
	u->n = n;
}

static int
ask(struct imap *s, uint32_t first, uint32_t last, struct err *e)
{
	struct buf command = BUF_MAX(128);
	int rc;

	buf_printf(
	    &command, "UID SEARCH %s%u:%u", s->has_esearch ? "RETURN (ALL) " : "", first, last);
	inside_expect(s, 0);
	rc = inside_send(s, buf_str(&command), e);
	buf_free(&command);
	return rc;
}

int
imap_uids(
    struct imap *s, uint32_t first, uint32_t last, uint32_t uid[static IMAP_SPAN], struct err *e)
{
	struct uids u = { .uid = uid, .max = last - first + 1 };
	struct str line;
	int rc;

	if (ask(s, first, last, e) == -1)
		return -1;
	while ((rc = inside_reply(s, &line, e)) == INSIDE_UNTAGGED)
		if (uids_line(&u, line, e) == -1)
			return -1;
	if (rc == -1)
		return -1;
	if (rc == INSIDE_NO)
		return err_set(e, ERR_RETRY, "UID SEARCH: the server says no");
	if (!u.answered) /* no answer is not the answer that there is nothing */
		return err_set(e, ERR_SYNTAX, "UID SEARCH: RFC 3501 6.4.4: OK without SEARCH");
	uids_sort(&u);
	return (int)u.n;
}
