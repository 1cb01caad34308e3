/* SPDX-License-Identifier: ISC */
#ifndef KEYS_PRIVATE_H
#define KEYS_PRIVATE_H

#include "base/buf.h"

/*
 * private: a file that an administrator wrote a secret into, and that nobody but its owner may
 * read.  It is read into secret, a buf with a ceiling that keyfile_wipe gives back.  0, or -1 on
 * ERR_SYSTEM or ERR_CONFIG.
 */
int private_line(const char *path, struct buf *secret, struct err *e); /* the first line */
int private_file(const char *path, struct buf *secret, struct err *e); /* all of it */

#endif
