/* SPDX-License-Identifier: ISC */
#ifndef IMAP_INSIDE_H
#define IMAP_INSIDE_H

/* inside: what the files of this folder share; nobody else includes it. */
#include <libetpan/libetpan.h>

#include "base/buf.h"
#include "imap/filter.h"
#include "imap/session.h"

struct imap {
	struct tls tls;
	struct filter filter;
	mailimap *etpan;
	bool has_esearch, has_idle, has_sasl_ir;
	bool has_plain, has_xoauth2, has_oauthbearer; /* AUTH= */
	bool has_special_use, has_xlist, has_id, has_quota, has_gmail;
	struct buf folder; /* its name as it goes over the line, in quotes; empty: not known yet */
	int64_t
	    patience_ms; /* that we still wait for the server, until the next INSIDE_PACE_BYTES */
	uint64_t paced;  /* bytes that came since */
	unsigned tag;    /* of the commands that we write ourselves: "ms1" */
	struct err why;  /* of a failure below libetpan, which knows only "stream error" */
};

enum {
	/* An answer, or the next so many bytes of it, must come in that time: at a speed that
	 * is slower than any line that still is one. */
	INSIDE_PACE_MS = 30000,
	INSIDE_PACE_BYTES = IMAP_SLOWEST_BYTES_S * INSIDE_PACE_MS / 1000,
	INSIDE_LINES = 20000, /* of it: flags, unsolicited EXISTS and EXPUNGE of a busy folder */
};

/* Before a command: its time begins; what its answer may hold. */
void inside_expect(struct imap *s, uint64_t literals);
/* What a libetpan command returned, as an error: `what` in words. */
int inside_fail(struct imap *s, int code, const char *what, struct err *e);

/* Ask for the capabilities: they may change with the login. */
int inside_capabilities(struct imap *s, struct err *e);

/* A command written by ourselves, its tag and CR LF added. */
int inside_send(struct imap *s, struct str command, struct err *e);
/* The next line, without CR LF; valid until the next. */
int inside_line(struct imap *s, struct str *line, struct err *e);
enum {
	INSIDE_NO, /* or BAD */
	INSIDE_OK,
	INSIDE_UNTAGGED,
};
/* The next line of the answer to the last inside_send: which of these it is, or -1. */
int inside_reply(struct imap *s, struct str *line, struct err *e);
/* Lines until the answer to the last inside_send: 1 OK, 0 NO or BAD, -1. */
int inside_answer(struct imap *s, struct err *e);

#endif
