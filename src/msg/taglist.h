/* SPDX-License-Identifier: ISC */
#ifndef MSG_TAGLIST_H
#define MSG_TAGLIST_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/*
 * taglist: the name=value pairs of DKIM and ARC (RFC 6376 section 3.2).  Names are
 * case-sensitive.  A value is a view: blanks and folds around it are gone, those inside are not.
 */
struct tag {
	struct str name, value;
};

struct taglist {
	struct tag tag[LIMIT_TAGS]; /* in the order written, unknown ones too */
	size_t n;
};

/*
 * Read a whole list.  0, or -1 with ERR_SYNTAX (a pair without `=` or name, an empty pair but
 * the last, a control character, a name twice: then nothing of the list counts), or ERR_LIMIT.
 */
int taglist_parse(struct str text, struct taglist *t, struct err *e);

/* The value of a tag; .p is NULL when the tag is absent, and is not when its value is empty. */
struct str taglist_get(const struct taglist *t, const char *name);

/* Take the next element off a colon-separated value, blanks and folds around it gone. */
bool taglist_item(struct str *rest, struct str *item);
/* Is this one of the elements (case-sensitive, as in h=sha1:sha256)? */
bool taglist_has(struct str value, struct str item);

#endif
