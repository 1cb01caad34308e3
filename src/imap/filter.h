/* SPDX-License-Identifier: ISC */
#ifndef IMAP_FILTER_H
#define IMAP_FILTER_H

#include "base/err.h"
#include "base/str.h"

/*
 * filter: looks at every byte a server sends before libetpan's parser does, and refuses what that
 * parser does not survive or reads as something else (RFC 3501 section 9).  Lines and literals are told apart as the parser
 * does: the only literal we ever ask for is BODY[], and a literal anywhere else is refused.
 */
enum {
	FILTER_TAIL = 32, /* how much of a line's end is kept: "BODY[] {" and ten digits and more */
	FILTER_HEAD = 160, /* and of its beginning: "* 4294967295 FETCH (", or why a server ends */
};

struct filter {
	/* What is still allowed until filter_command is called again. */
	uint64_t lines;    /* lines of the server */
	uint64_t literals; /* bytes of literals together */
	bool searched;     /* since then "* SEARCH" came, perhaps empty: the parser does not tell */
	uint64_t bytes;    /* of lines since then: LIMIT_IMAP_ANSWER at most */

	/* Where the bytes stand. */
	uint64_t literal; /* bytes of the literal still to come; 0: in a line */
	size_t n;         /* bytes of this line so far */
	size_t last;      /* bytes of the line before */
	size_t words;     /* blanks in it, outside of quotes */
	unsigned depth;   /* parentheses open in it */
	uint64_t number;  /* what the digits before make */
	bool is_uid;      /* a number here is one */
	bool greeted, quoted, escaped, cr, code;
	char head[FILTER_HEAD], tail[FILTER_TAIL];
};

/* Before a command is sent: what its answer may hold. */
void filter_command(struct filter *f, uint64_t lines, uint64_t literals);
/*
 * The next bytes that came.  0, or -1, and then none of them may reach the parser: ERR_LIMIT (a
 * line, a literal, parentheses, or all together too many), ERR_SYNTAX (a NUL, a bare CR or LF, a
 * literal where none belongs, a greeting that is none), ERR_RETRY (BYE).
 */
int filter_bytes(struct filter *f, struct str bytes, struct err *e);
/* The beginning of the line that came last, comes, or was refused. */
struct str filter_head(const struct filter *f);

#endif
