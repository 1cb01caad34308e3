/* SPDX-License-Identifier: ISC */
#ifndef CLI_CHECK_TEXT_H
#define CLI_CHECK_TEXT_H

#include "auth/result.h"
#include "base/buf.h"

/* check_text: an examination for people: one compact block, safe for a terminal. */
void check_text(struct buf *out, struct str file, const struct examination *x);
/* The block of a message whose examination died of it. */
void check_text_unexaminable(struct buf *out, struct str file);

#endif
