/* SPDX-License-Identifier: ISC */
#ifndef KEYS_SHEET_H
#define KEYS_SHEET_H

#include "keys/custodian.h"

/*
 * sheet: a custodian's secret on paper, to be typed again in ten years.  The 32 bytes are printed
 * as SHEET_LINES numbered lines of four groups of four characters:
 *
 *	1   4T7K 90QX 2M5D W8ZB
 *
 * Each line is base32 (0-9 and A-Z without I, L, O, U, most significant bit first) of 8 bytes of
 * the secret and 2 of a check, so that a mistyped, missing or exchanged line is named:
 *
 *	SHA-256("mailseal/sheet/v1\0" || u8 line's number || 8 bytes)[0:2]
 */
enum {
	SHEET_LINES = 4,
};

struct sheet_about {
	struct str origin; /* of the log */
	uint64_t made;     /* Unix seconds */
};

/* The whole sheet, printable on one A4 page: ASCII, 60 lines of at most 79 characters.  out is what
 * keyfile_reserve made; keyfile_wipe gives it back. */
void sheet_write(struct buf *out, const struct custodian *c, const struct custodian_secret *secret,
    const struct sheet_about *about);

/* A line as it is typed, without its number: case, blanks and dashes do not matter, O is read as
 * 0, I and L as 1.  0, or -1 on ERR_SYNTAX, which says what is wrong with it. */
int sheet_line(unsigned number, struct str typed, struct custodian_secret *secret, struct err *e);
/* All of a sheet, or only its numbered lines, each once, in any order; other lines are passed
 * over.  0, or -1 on ERR_SYNTAX. */
int sheet_read(struct str text, struct custodian_secret *secret, struct err *e);

#endif
