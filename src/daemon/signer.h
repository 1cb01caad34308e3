/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_SIGNER_H
#define DAEMON_SIGNER_H

#include "tlog/check.h"

/*
 * signer: what may be signed after `last`: the same size with the same root again, or a larger
 * size of which last is shown to be a beginning; after size 0 anything.  0, or -1 with
 * ERR_REFUSED.
 */
int signer_allows(struct tlog_head last, struct tlog_head asked, const struct hash *proof, size_t n,
    struct err *e);

#endif
