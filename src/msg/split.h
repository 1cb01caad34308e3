/* SPDX-License-Identifier: ISC */
#ifndef MSG_SPLIT_H
#define MSG_SPLIT_H

#include "base/str.h"

/*
 * split: where the header ends and the body begins (FORMATS section 2), by byte search, in
 * chunks: after the first CR LF CR LF; in a message that begins with CR LF, after those two;
 * without any, everything is header and the body is empty.
 */
struct split {
	uint64_t header; /* bytes of the header so far, its empty line included */
	unsigned seen;   /* how many of CR LF CR LF; the start of a message counts as CR LF */
};

struct split split_start(void);
bool split_done(const struct split *s); /* the empty line was seen: header is final */
/* How many bytes of the chunk, from its start, belong to the header. */
size_t split_add(struct split *s, struct str chunk);

#endif
