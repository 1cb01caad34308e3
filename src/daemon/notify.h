/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdint.h>

/*
 * notify: telling the service manager how we are (sd_notify(3)'s protocol, a datagram to the
 * socket named by $NOTIFY_SOCKET).  Without a service manager all of it does nothing.
 */
void notify_open(void);         /* before the sandbox; takes its variables out of the environment */
void notify(const char *state); /* "READY=1", "STATUS=…", "STOPPING=1" */
/* How often the service manager wants "WATCHDOG=1", halved, in ms; -1: it does not watch us. */
int64_t notify_watchdog_ms(void);

#endif
