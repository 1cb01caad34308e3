/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_KEEPER_HOUSE_H
#define DAEMON_KEEPER_HOUSE_H

#include "base/test.h"
#include "daemon/keeper.h"

/*
 * keeper_house: for the keeper's tests: a state directory with keeper and signer as processes of
 * their own, in their sandboxes; the test plays all the others: parent, fetcher, checker, asker,
 * and the command line afterwards.  What fails here fails the test.
 */
/* A house: a state directory with its keys, and who lives there at the moment. */
struct house {
	char home[64], state[80], published[96], secret[80];
	struct custodian custodian;
	pid_t keeper, signer;
	struct channel parent_of_keeper, parent_of_signer;
	struct channel fetcher, checker, asker; /* our ends: we are these */
};
extern struct house house;

int house_build(void **unused); /* for cmocka: with keys, and nobody in it */
int house_leave(void **unused); /* kills who is there, and removes it */
void house_must(int rc, const struct err *e);
int house_open(const char *name); /* a directory below the state directory */

void house_start_keeper(void); /* until it is ready */
void house_start_signer(void); /* until it is ready; introduced to the keeper */
/* A new channel to the keeper; *ours is our end. */
void house_introduce(struct channel *ours, const char *role, const char *name);
/* How it ended: the exit status, or the signal below zero. */
int house_wait(pid_t pid);
int house_kill(pid_t *pid, struct channel *parent);
void house_lose_workkeys(void);                     /* as after a power cut, or from a backup */
int house_stop(pid_t *pid, struct channel *parent); /* "stop", and it ends */

/* The next message, which must come; of that verb. */
void peer_next(struct channel *c, struct msg *m);
void peer_want(struct channel *c, const char *verb, struct msg *m);
uint64_t peer_number(const struct msg *m, const char *key);

/* As the fetcher: a message for each UID, always the same. */
const char *mail_text(uint64_t uid);
uint64_t mail_open(unsigned uidvalidity); /* returns the UID after which to go on */
void mail_bring(const char *verb, uint64_t uid, struct str bytes);
void mail_seal(uint64_t uid); /* until it is sealed */

/* What is in the store. */
struct store *filed_look(void);
uint64_t filed_count(const char *kind);
void filed_wait(const char *kind, uint64_t n);
void filed_wait_checkpoint(uint64_t size);
/* Every UID from 1 to n once, with its own bytes, by the custodian's secret. */
void filed_check(uint64_t n);

#endif
