/* SPDX-License-Identifier: ISC */
#ifndef CLI_CHECK_TEXT_H
#define CLI_CHECK_TEXT_H

#include "auth/result.h"
#include "base/buf.h"

/* check_text: an examination for people: one compact block, safe for a terminal. */
void check_text(struct buf *out, struct str file, const struct examination *x);

#endif
