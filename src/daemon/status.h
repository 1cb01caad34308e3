/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_STATUS_H
#define DAEMON_STATUS_H

#include "base/json.h"
#include "store/overview.h"
#include "store/trouble.h"

/*
 * status: how all is, in words.  The keeper says it while it runs; when it does not, `mailseal
 * status` says from the database what is left to say.  Times are UTC.
 */
struct status_mailbox {
	const char *name;
	bool watched, retired;
	uint64_t uidvalidity, last_uid;         /* when watched */
	uint64_t quota_used_kb, quota_limit_kb; /* as the server said; limit 0: it did not */
};

struct status {
	bool running;
	const char *start; /* the command that would start it, when it does not run */
	struct overview overview;
	const struct status_mailbox *mailbox;
	size_t n_mailboxes;
	const struct trouble *trouble; /* those that are there now */
	size_t n_troubles;
};

/* Does somebody have to do something?  Then the first line begins with ATTENTION, else with OK. */
bool status_attention(const struct status *s);
/* "watching 2 of 2; last filed 2026-11-25 10:31Z (2026-000123)": what a service manager shows. */
void status_brief(struct buf *out, const struct status *s);
/* Lines: the first as above; one a trouble, with what mends it; then details. */
void status_text(struct buf *out, const struct status *s);
void status_json(struct buf *out, const struct status *s);

#endif
