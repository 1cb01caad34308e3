/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

/*
 * notify: telling the service manager how we are (sd_notify(3)'s protocol, a datagram to the
 * socket named by $NOTIFY_SOCKET).  Without a service manager all of it does nothing.
 */
void notify_open(void);         /* before the sandbox; takes the variable out of the environment */
void notify(const char *state); /* "READY=1", "STATUS=…", "STOPPING=1" */

#endif
