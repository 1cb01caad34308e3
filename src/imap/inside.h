/* SPDX-License-Identifier: ISC */
#ifndef IMAP_INSIDE_H
#define IMAP_INSIDE_H

/* inside: what the files of this folder share; nobody else includes it. */
#include <libetpan/libetpan.h>

#include "imap/filter.h"
#include "imap/session.h"

struct imap {
	struct tls tls;
	struct filter filter;
	mailimap *etpan;
	bool has_idle, has_plain, has_sasl_ir;
	unsigned tag;   /* of the commands that we write ourselves: "ms1" */
	struct err why; /* of a failure below libetpan, which knows only "stream error" */
};

enum {
	INSIDE_COMMAND_MS = 60000, /* for an answer that carries no messages */
	INSIDE_LINES = 20000, /* of it: flags, unsolicited EXISTS and EXPUNGE of a busy folder */
};

/* Before a command: its deadline, and what its answer may hold. */
void inside_expect(struct imap *s, int64_t ms, uint64_t literals);
/* What a libetpan command returned, as an error: `what` in words. */
int inside_fail(struct imap *s, int code, const char *what, struct err *e);

/* A command written by ourselves, its tag and CR LF added. */
int inside_send(struct imap *s, struct str command, struct err *e);
/* The next line, without CR LF; valid until the next. */
int inside_line(struct imap *s, struct str *line, struct err *e);
/* Lines until the answer to the last inside_send: 1 OK, 0 NO or BAD, -1. */
int inside_answer(struct imap *s, struct err *e);

#endif
