/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_ERRAND_H
#define DAEMON_ERRAND_H

#include "conf/conf.h"

/*
 * errand: runs alarm_command or publish_command, each a process of its own, which the parent forks
 * before it closes its sandbox.  One run at a time; a run that hangs is ended.
 *
 * parent → errand	run id=I        payload: the standard input of the command
 *			reload          read the configuration anew: it is good, the parent tried
 * errand → parent	done id=I
 *			failed id=I     payload: why
 */
enum errand {
	ERRAND_ALARM,
	ERRAND_PUBLISH,
	ERRANDS,
};
extern const char *const errand_names[ERRANDS];

/* Its channel's descriptor, or -1 on ERR_SYSTEM.  path: of the configuration. */
int errand_start(enum errand what, const char *path, struct err *e);

#endif
