/* SPDX-License-Identifier: ISC */
#ifndef CLI_LOOPBACK_H
#define CLI_LOOPBACK_H

#include "base/buf.h"

/*
 * loopback: the browser comes back with the code of a consent, to a port of this host alone (RFC
 * 8252 section 7.3); or, from a browser elsewhere, a person pastes it.
 */

/* Listens on 127.0.0.1, at a port the system chooses: the descriptor, or -1 on ERR_SYSTEM. */
int loopback_open(uint16_t *port, struct err *e);
/*
 * Waits, ten minutes at most, for what net/oauth.h's oauth_redirect takes, from the port and from
 * standard input, whichever is first; adds the code to code.  What fits not is said and passed
 * over.  0, or -1: ERR_CONFIG, no consent; ERR_RETRY, nothing came; ERR_SYSTEM.
 */
int loopback_wait(int fd, const char *state, struct buf *code, struct err *e);

#endif
