/* SPDX-License-Identifier: ISC */
#ifndef SEAL_RECORD_MAILBOX_H
#define SEAL_RECORD_MAILBOX_H

#include "base/ranges.h"
#include "seal/record.h"

/*
 * record_mailbox: what a mailbox held at one time, and what became of it: the ledger.  Each UID
 * below UIDNEXT is sealed, was gone before it was seen, or failed and is tried again.
 */
enum mailbox_event {
	MAILBOX_CONNECT,   /* a session began */
	MAILBOX_HEARTBEAT, /* it goes on */
	MAILBOX_RETIRE,    /* the last: it is not watched any more */
	MAILBOX_EVENTS,
};

/* UIDs: how many, the lowest ranges of them as text ("" when there is none), and how many more
 * than the text says. */
struct record_uids {
	uint64_t n;
	struct str text;
	uint64_t more;
};

struct record_mailbox {
	enum mailbox_event event;
	struct hash account, folder; /* commitments */
	uint64_t uidvalidity, uidnext;
	uint64_t exists, listed; /* messages the server counts, and those it lists */
	uint64_t modseq;         /* HIGHESTMODSEQ (RFC 7162); 0: not known */
	struct record_uids sealed, gone, failed;
	uint64_t
	    watched_until; /* of a connect: when the session before was last known to live, Unix
	                           ms; 0: there was none */
	bool has_previous; /* of the same account and folder */
	uint64_t previous;
};

/* The set as a record holds it; text is added to the empty buf (BUF_MAX(LIMIT_RECORD_UIDS)). */
struct record_uids record_uids(const struct ranges *r, struct buf *text);

const char *mailbox_event_word(enum mailbox_event event);
/* As record_message_write and record_message_read. */
int record_mailbox_write(
    struct buf *out, const struct record_head *h, const struct record_mailbox *m, struct err *e);
void record_mailbox_read(const struct record *r, struct record_mailbox *m);
/* For record_parse: what its table cannot say. */
int record_mailbox_check(const struct record *r, struct err *e);

#endif
