/* SPDX-License-Identifier: ISC */
#ifndef IMAP_UTF7_H
#define IMAP_UTF7_H

#include "base/buf.h"

/*
 * utf7: a folder's name as it goes over the line (RFC 3501 section 5.1.3, "modified UTF-7").
 * -1 on ERR_CONFIG: it is not UTF-8, or has a control character.
 */
int utf7_add(struct buf *out, struct str name, struct err *e);

#endif
