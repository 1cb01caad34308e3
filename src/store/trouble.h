/* SPDX-License-Identifier: ISC */
#ifndef STORE_TROUBLE_H
#define STORE_TROUBLE_H

#include "base/buf.h"
#include "store/db.h"

/*
 * trouble: what keeps the daemon from doing its work, or soon will: errors, not findings.  Kept in
 * the database, so that a restart does not raise the same alarm again, and so that `mailseal status`
 * can tell of it when the daemon does not run.  mailseal-codes(7) lists the codes.
 */
enum trouble_severity {
	TROUBLE_NOTE,      /* is told in `status`; nobody is called for it */
	TROUBLE_ATTENTION, /* `status` begins with ATTENTION; the alarm command is run */
};

/* Who may say so, beside the keeper and the parent. */
enum trouble_origin {
	TROUBLE_OURS,
	TROUBLE_FETCHER, /* of its own mailbox; its next "open" clears it */
};

struct trouble_code {
	const char *code;
	enum trouble_severity severity;
	enum trouble_origin origin;
	const char *sentence;
};
extern const struct trouble_code trouble_codes[]; /* ends with a NULL code */
/* NULL when there is no such code. */
const struct trouble_code *trouble_code(struct str code);

enum {
	TROUBLE_SUBJECT_MAX = 256, /* a domain, with its NUL */
	TROUBLE_TEXT_MAX = 400,
	TROUBLE_MEND_MAX = 160,
};

struct trouble {
	int64_t id; /* 0: not in the database yet */
	const struct trouble_code *code;
	char subject[TROUBLE_SUBJECT_MAX]; /* a mailbox, a domain, or empty */
	char text[TROUBLE_TEXT_MAX];       /* in words; perhaps a server's: to be made safe */
	char mend[TROUBLE_MEND_MAX];       /* a command */
	int64_t since_ms, cleared_ms;      /* Unix; cleared_ms 0: it is so now */
	int told; /* to the alarm command: 1 that it is, 2 that it is over */
};

/* In a batch or outside.  Sets t->id of a new one. */
int trouble_put(struct db *d, struct trouble *t, struct err *e);
/*
 * The next one after *t, by id, that is there or was cleared after that time: 1, 0, -1.  Begin with
 * *t zeroed.  Codes that a newer program wrote are passed over.
 */
int trouble_next(struct db *d, int64_t cleared_after_ms, struct trouble *t, struct err *e);
/* Removes those that were cleared before. */
int trouble_forget(struct db *d, int64_t cleared_before_ms, struct err *e);

/* When something was done last, Unix; 0: never. */
#define MARK_COPIED     "copied"     /* an off-host copy (mailseal backup) */
#define MARK_SUMMARISED "summarised" /* the weekly summary */
int mark_get(struct db *d, const char *name, int64_t *time_ms, struct err *e);
int mark_set(struct db *d, const char *name, int64_t time_ms, struct err *e);

#endif
