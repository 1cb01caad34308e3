/* SPDX-License-Identifier: ISC */
#ifndef CLI_PEEK_H
#define CLI_PEEK_H

#include "cli/unseal.h"

/*
 * peek: the header of a message, decrypted, and no more of it than that takes: to header, whose
 * ceiling bounds it (BUF_MAX(LIMIT_HEADER)); a larger one is cut.  0, or -1 as unseal.h.
 */
int peek_header(
    const struct unseal *u, const struct store_record *r, struct buf *header, struct err *e);

#endif
