/* SPDX-License-Identifier: ISC */
#ifndef CONF_ACCOUNT_H
#define CONF_ACCOUNT_H

#include "conf/conf.h"

/*
 * account: whether what a [mailbox NAME] says of its server and its secret fits together.  Adds
 * Google's addresses where `oauth = google` leaves them out.  0, or -1 on ERR_CONFIG; file is for
 * the message.
 */
int account_check(struct conf_mailbox *m, const char *file, struct err *e);

#endif
