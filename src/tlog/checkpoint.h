/* SPDX-License-Identifier: ISC */
#ifndef TLOG_CHECKPOINT_H
#define TLOG_CHECKPOINT_H

#include "tlog/check.h"
#include "tlog/note.h"

/*
 * checkpoint: a log's statement of its size and root (C2SP tlog-checkpoint): the text of a note,
 * origin LF size LF base64(root) LF.
 */
struct checkpoint {
	struct str origin;
	struct tlog_head head;
	struct str extra; /* extension lines, with their LFs: signed, and not ours to understand */
};

/* Views into text, or -1 on ERR_SYNTAX. */
int checkpoint_parse(struct str text, struct checkpoint *c, struct err *e);
void checkpoint_add(struct buf *b, const struct checkpoint *c);

/*
 * A note that is a checkpoint of the log that this key signs for, its origin the key's name: 0,
 * or -1: ERR_SYNTAX, ERR_LIMIT as note_parse; ERR_REFUSED when the signature is false or
 * missing, or the origin is another's; ERR_RETRY as note_signed_by.
 */
int checkpoint_open(struct str bytes, const struct vkey *log, const struct crypto *crypto,
    struct checkpoint *c, struct note *n, struct err *e);

/*
 * What a log of ours may be called: a name for keys, in printable ASCII, like a URL without
 * scheme and without trailing slash: 0, or -1 with ERR_CONFIG that says what is wrong.
 */
int checkpoint_origin_ok(struct str origin, struct err *e);

#endif
