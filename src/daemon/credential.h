/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_CREDENTIAL_H
#define DAEMON_CREDENTIAL_H

#include "conf/conf.h"

/*
 * credential: a mailbox's secret, read anew each time it is wanted, so that a changed password
 * needs no restart.  Adds the first line of password_file, or of the file that systemd made of
 * password_credential (systemd.exec(5)), to secret.  0, or -1 on ERR_SYSTEM or
 * ERR_CONFIG.  The caller wipes it.
 */
int credential_read(const struct conf_mailbox *box, struct buf *secret, struct err *e);

#endif
