/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_ROLES_H
#define DAEMON_ROLES_H

#include "proc/child.h"

/*
 * roles: the main of each process, one file each.  Called once with *c started; each calls
 * child_ready when it has opened what it needs, and returns the exit status: 0 after "stop",
 * 78 (EX_CONFIG) when only a person can mend it, else 1, upon which it is started anew.
 */
int fetcher_main(struct child *c);
int keeper_main(struct child *c);
int checker_main(struct child *c);
int asker_main(struct child *c);
int signer_main(struct child *c);

#endif
