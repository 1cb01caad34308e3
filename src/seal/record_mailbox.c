/* SPDX-License-Identifier: ISC */
#include "seal/record_mailbox.h"

#include <assert.h>

#include "base/hex.h"
#include "base/limits.h"

static const char *const events[MAILBOX_EVENTS] = { "connect", "heartbeat", "retire" };

const char *
mailbox_event_word(enum mailbox_event event)
{
	return events[event];
}

struct record_uids
record_uids(const struct ranges *r, struct buf *text)
{
	struct record_uids u = { .n = ranges_count(r) };

	u.more = ranges_put(r, text, LIMIT_RECORD_UIDS);
	u.text = buf_str(text);
	return u;
}

/* Writing. */

static void
put_number(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, "%s %llu\n", name, (unsigned long long)n);
}

/* n, or "-" for none. */
static void
put_maybe(struct buf *out, const char *name, bool has, uint64_t n)
{
	if (has)
		put_number(out, name, n);
	else
		buf_printf(out, "%s -\n", name);
}

static void
put_commit(struct buf *out, const char *label, struct hash h)
{
	char hex[65];

	buf_printf(out, "commit %s %s\n", label, hex_encode(hex, h.b, sizeof h.b));
}

static void
put_uids(struct buf *out, const char *name, const struct record_uids *u)
{
	buf_printf(out, "%s %llu ", name, (unsigned long long)u->n);
	buf_add(out, u->text.n > 0 ? u->text : STR("-"));
	buf_printf(out, " more=%llu\n", (unsigned long long)u->more);
}

int
record_mailbox_write(
    struct buf *out, const struct record_head *h, const struct record_mailbox *m, struct err *e)
{
	struct buf body = BUF_MAX(LIMIT_RECORD);
	int rc;

	buf_printf(&body, "event %s\n", events[m->event]);
	put_commit(&body, "account", m->account);
	put_commit(&body, "folder", m->folder);
	put_number(&body, "uidvalidity", m->uidvalidity);
	put_number(&body, "uidnext", m->uidnext);
	buf_printf(&body, "exists %llu listed=%llu\n", (unsigned long long)m->exists,
	    (unsigned long long)m->listed);
	put_maybe(&body, "highestmodseq", m->modseq > 0, m->modseq);
	put_uids(&body, "sealed", &m->sealed);
	put_uids(&body, "gone", &m->gone);
	put_uids(&body, "failed", &m->failed);
	put_maybe(&body, "watched-until", m->watched_until > 0, m->watched_until);
	put_maybe(&body, "previous", m->has_previous, m->previous);
	rc = record_write(out, h, buf_str(&body), e);
	buf_free(&body);
	return rc;
}

/* Reading. */

static struct record_uids
read_uids(const struct record *r, const char *name)
{
	struct grammar_line l = { 0 };

	grammar_find(r->body, name, &l);
	return (struct record_uids){ .n = grammar_number(l.arg[0]),
		.text = str_eq(l.arg[1], STR("-")) ? STR("") : l.arg[1],
		.more = grammar_number(l.arg[2]) };
}

static enum mailbox_event
event_named(struct str word)
{
	unsigned event = 0;

	while (!str_eq(word, str_of(events[event])))
		event++;
	return event;
}

static uint64_t
number(const struct record *r, const char *name)
{
	return grammar_number(record_value(r, name));
}

void
record_mailbox_read(const struct record *r, struct record_mailbox *m)
{
	struct grammar_line exists = { 0 };

	assert(r->head.kind == RECORD_MAILBOX);
	grammar_find(r->body, "exists", &exists);
	*m = (struct record_mailbox){
		.event = event_named(record_value(r, "event")),
		.account = record_commit(r, STR("account")),
		.folder = record_commit(r, STR("folder")),
		.uidvalidity = number(r, "uidvalidity"),
		.uidnext = number(r, "uidnext"),
		.exists = grammar_number(exists.arg[0]),
		.listed = grammar_number(exists.arg[1]),
		.modseq = number(r, "highestmodseq"),
		.sealed = read_uids(r, "sealed"),
		.gone = read_uids(r, "gone"),
		.failed = read_uids(r, "failed"),
		.watched_until = number(r, "watched-until"),
		.has_previous = !str_eq(record_value(r, "previous"), STR("-")),
		.previous = number(r, "previous"),
	};
}

/* A count that is not what is written, and sets that overlap or go past UIDNEXT, say nothing. */
static int
check_uids(const struct record_uids *u, struct ranges *all, struct err *e)
{
	struct ranges these = { 0 }, rest = { 0 }, join = { 0 };
	int rc = 0;

	if (ranges_parse(&these, u->text, e) == -1 ||
	    ranges_check(&these, "UIDs of a record", e) == -1)
		rc = -1;
	else if (u->n < u->more || u->n - u->more != ranges_count(&these))
		rc = err_set(e, ERR_SYNTAX, "the count is not that of the UIDs and more");
	ranges_minus(&rest, &these, all);
	if (rc == 0 && ranges_count(&rest) != ranges_count(&these))
		rc = err_set(e, ERR_SYNTAX, "a UID is of two kinds");
	ranges_join(&join, &these, all);
	ranges_free(all);
	*all = join;
	ranges_free(&these);
	ranges_free(&rest);
	return rc;
}

int
record_mailbox_check(const struct record *r, struct err *e)
{
	struct record_mailbox m;
	struct ranges all = { 0 };
	int rc;

	record_mailbox_read(r, &m);
	if (str_eq(record_value(r, "highestmodseq"), STR("0")) ||
	    str_eq(record_value(r, "watched-until"), STR("0")))
		return err_set(e, ERR_SYNTAX, "what is not known is written -");
	rc = check_uids(&m.sealed, &all, e) == -1 || check_uids(&m.gone, &all, e) == -1 ||
	             check_uids(&m.failed, &all, e) == -1
	         ? -1
	         : 0;
	if (rc == 0 && all.n > 0 && all.range[all.n - 1].last >= m.uidnext)
		rc = err_set(e, ERR_SYNTAX, "RFC 3501 2.3.1.1: a UID that is not below UIDNEXT");
	ranges_free(&all);
	return rc;
}
