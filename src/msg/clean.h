/* SPDX-License-Identifier: ISC */
#ifndef MSG_CLEAN_H
#define MSG_CLEAN_H

#include "base/str.h"

/*
 * clean: how much of a message is as usual, and needs no look at its single bytes.  Most of it:
 * so whole blocks are looked at, with the compiler's vectors where the machine has some.
 */
enum {
	CLEAN_BLOCK = 64,
};

/*
 * How many bytes relaxed canonicalisation leaves as they are, blanks considered (RFC 6376
 * section 3.4.4): up to a TAB, or an SP before SP, TAB, CR or the end.
 */
size_t clean_blanks(struct str s);

/* May there be less than CLEAN_BLOCK of them?  One byte more is looked at. */
bool clean_has_blanks(const char *p);

/* Of CLEAN_BLOCK bytes what it makes of blanks, to out; returns how many.  Two bytes more are looked
 * at. */
size_t clean_reduce(const char *in, char out[CLEAN_BLOCK]);

/*
 * How many bytes, from the second on, are in order: no NUL, an LF after each CR and a CR before
 * each LF; of a header, no byte above 127.  A multiple of CLEAN_BLOCK; what comes then may be in
 * order too.
 */
size_t clean_lines(struct str s, bool header);

/* What is out of order in all of it, from the second byte on. */
struct clean_odd {
	bool cr; /* one without LF after it; of the last byte nothing is known */
	bool lf; /* one without CR before it */
	bool nul;
};
struct clean_odd clean_odd(struct str s);

/* How many bytes, from the second on, until a CR LF is followed by one of these three. */
size_t clean_starts(struct str s, const char first[3]);

#endif
