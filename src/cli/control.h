/* SPDX-License-Identifier: ISC */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include "proc/channel.h"

/* control: the running daemon, asked over its control socket (daemon/protocol.h). */

/* Connects: 0, or -1 with ERR_RETRY when nobody listens there, ERR_CONFIG, ERR_SYSTEM. */
int control_open(const char *path, struct channel *c, struct err *e);
/*
 * The answer to what was sent: 0, or -1 with ERR_REFUSED and its words when it is "failed",
 * ERR_RETRY when the daemon hung up.
 */
int control_answer(struct channel *c, struct msg *m, struct err *e);

#endif
