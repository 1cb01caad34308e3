/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_RETIRE_H
#define DAEMON_RETIRE_H

#include "conf/conf.h"

/*
 * retire: closes a mailbox when no daemon runs: its last record is sealed, and signed when one
 * runs again.  0, or -1: ERR_CONFIG when there is no such mailbox, ERR_RETRY when a daemon runs.
 */
int retire_alone(struct conf *conf, const char *mailbox, struct err *e);

#endif
