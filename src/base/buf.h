/* SPDX-License-Identifier: ISC */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

/*
 * buf: bytes we own, that grow up to a ceiling they are born with.  What would pass the ceiling
 * is not added and sets `over`, which stays: write freely, then ask buf_check once.  A process
 * without memory aborts.
 */
struct buf {
	char *p;
	size_t n, cap, max;
	bool over;
};

#define BUF_MAX(ceiling)         \
	{                        \
		.max = (ceiling) \
	}

void buf_add(struct buf *b, struct str s);
void buf_byte(struct buf *b, char c);
void buf_u16be(struct buf *b, uint16_t v);
void buf_u32be(struct buf *b, uint32_t v);
void buf_u64be(struct buf *b, uint64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds n bytes, zeroed, for the caller to fill; NULL past the ceiling.  Valid until the next add. */
char *buf_room(struct buf *b, size_t n);
struct str buf_str(const struct buf *b); /* valid until the next add */
/* 0, or -1 with ERR_LIMIT "<what>: more than <max> bytes" when something did not fit. */
int buf_check(const struct buf *b, const char *what, struct err *e);
void buf_clear(struct buf *b); /* empty again, `over` forgotten, the memory kept */
void buf_free(struct buf *b);  /* empty again, the memory given back, the ceiling kept */

#endif
