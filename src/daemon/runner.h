/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_RUNNER_H
#define DAEMON_RUNNER_H

#include "conf/conf.h"

/*
 * runner: executes the commands of the configuration, and `mailseal token`, and nothing else, for the parent, which
 * forks it before it closes its own sandbox.
 *
 * parent → runner	run mailbox=N
 *			reload                  read the configuration anew: it is good
 * runner → parent	output mailbox=N        payload: the first line the command printed
 *			failed mailbox=N        payload: why
 */

/* Its channel's descriptor, or -1 on ERR_SYSTEM. */
int runner_start(const struct conf *conf, const char *conf_path, struct err *e);
/* Does this mailbox's secret come from a command: password_command, token_command, or `mailseal
 * token` where oauth is configured? */
bool runner_has(const struct conf_mailbox *box);

#endif
