/* SPDX-License-Identifier: ISC */
#ifndef SEAL_GRAMMAR_H
#define SEAL_GRAMMAR_H

#include "base/err.h"
#include "crypto/hash.h"

/*
 * grammar: texts of lines `name SP argument SP argument … LF`, printable ASCII, described by one
 * table; what the table does not allow is refused.  Every text format of ours is such a table.
 *
 * A row's `args` are words with one space between, each a type, or key=type, or a literal:
 *	'word         this very word
 *	{a,b,c}       one of these
 *	n             a decimal number below 2^63, without leading zeros
 *	hash hash512  64 or 128 lower-case hex digits
 *	word          1 to 64 of letters, digits and . _ - + : /
 *	graph         1 to 512 printable characters without space, "=" only at the end
 *	base64        strict, perhaps empty
 *	kind          a segment's kind: 1 to 16 of a-z, 0-9 and -
 *	uids          UIDs as base/ranges.h writes them, at least one
 *	text          all that is left of the line, 1 to 200 characters (last)
 *	words         all that is left of the line, or nothing (last)
 * A type followed by |- may be "-".
 */
enum grammar_count {
	GRAMMAR_ONCE,
	GRAMMAR_MAYBE, /* at most once */
	GRAMMAR_ANY,
};

struct grammar_row {
	const char *name, *args; /* args NULL: none */
	enum grammar_count count;
};

enum {
	GRAMMAR_ARGS = 12,
};

struct grammar_line {
	struct str name;
	struct str args;              /* all that follows the name */
	struct str arg[GRAMMAR_ARGS]; /* the first of them, without their keys */
	size_t n;
};

/*
 * Do all lines of text follow the rows, in their order?  (Two rows after each other may have the
 * same name: the first that takes the line has it.)  Lines whose name begins with "x-" may stand
 * anywhere and are only looked at for being printable.  The table ends with a NULL name.
 * 0, or -1 with ERR_SYNTAX "line 12: dkim: …".
 */
int grammar_check(const struct grammar_row *rows, struct str text, struct err *e);

/* Takes the next line off *rest, of a text that was checked.  False at the end. */
bool grammar_next(struct str *rest, struct grammar_line *l);

/* What follows the first n arguments, as it stands: of type text or words. */
struct str grammar_tail(const struct grammar_line *l, size_t n);

/* The first line of that name, or of that name and first argument; false when there is none. */
bool grammar_find(struct str text, const char *name, struct grammar_line *l);
bool grammar_find_arg(struct str text, const char *name, struct str first, struct grammar_line *l);

bool grammar_is_kind(struct str s);       /* of type kind */
uint64_t grammar_number(struct str arg);  /* of type n */
struct hash grammar_hash(struct str arg); /* of type hash; all zeros for "-" */

#endif
