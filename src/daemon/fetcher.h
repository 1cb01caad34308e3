/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_FETCHER_H
#define DAEMON_FETCHER_H

#include "base/limits.h"
#include "base/ranges.h"
#include "daemon/budget.h"
#include "daemon/protocol.h"
#include "imap/session.h"
#include "proc/child.h"

/*
 * fetcher: what its files share.  fetcher.c has the sessions with the server, fetcher_count.c what
 * the keeper is told of the folder, fetcher_peers.c what the parent, the asker and the keeper say
 * meanwhile.
 */
enum {
	FETCHER_ANSWER_MS =
	    60000,              /* the parent's runner, the asker's dialling, the keeper's resume */
	FETCHER_AGAIN_MAX = 64, /* requests of the keeper that wait */
};

struct fetcher {
	struct child *child;
	const struct conf_mailbox *box;
	struct tls_config *tls;
	struct channel keeper, asker; /* fd -1: not there at the moment */
	struct imap *imap;            /* NULL between sessions */
	struct imap_folder folder;
	uint32_t after;     /* UIDs up to it were sent */
	uint64_t credit;    /* bytes the keeper still takes */
	uint64_t under_way; /* messages sent and not yet sealed */
	bool fruitful;      /* some message of this session was sealed */
	uint32_t again[FETCHER_AGAIN_MAX];
	size_t n_again;
	struct ranges missing; /* UIDs that are there, says the keeper, and not sealed */
	int64_t count_ms;      /* monotonic: when the folder is to be counted */
	bool wanted, resumed, stopping, keeper_changed;
	bool retired;    /* the mailbox is not to be watched any more */
	bool careful;    /* the last session ended at a message: one by one, and say before which */
	bool one_by_one; /* RFC822.SIZE was too small last time: trust it no more */
	bool logging_in; /* the session ended there, if it did */
	struct str secret;   /* valid until the next message of the parent */
	int socket;          /* dialled; -1 */
	bool unanswered;     /* by one of us: what fails then is not the server's doing */
	int64_t alive_by_ms; /* the word given to the parent */
	struct budget budget;
	int64_t opens_ms; /* it is used up until then; 0: it is not */
	bool up_to_date;  /* nothing waited when the server was asked last */
	int64_t renew_ms; /* when the session is to end and another to begin */
	int64_t quota_ms; /* when to ask for the quota again */
	uint64_t largest; /* bytes of the largest message that is being fetched */
	struct err why;   /* of what the parent or the asker refused */
};

/*
 * Waits for anybody, once, and hears everybody but the server.  *answered: what was asked of
 * parent, asker or keeper is here; *server: the server has something (NULL: it is not waited
 * for).  Returns 0, also at the deadline, or -1 with what ends the session.
 */
int fetcher_listen(
    struct fetcher *f, int64_t deadline_ms, bool *answered, bool *server, struct err *e);

/*
 * Waits until the answer to what was asked is here: 0, or -1 on ERR_RETRY, when it is late or a
 * refusal, or on "stop".
 */
int fetcher_await(struct fetcher *f, const char *what, struct err *e);

/* EXAMINE again, for what there is.  -1 also when UIDVALIDITY changed. */
int fetcher_look(struct fetcher *f, struct err *e);
/* Tells the keeper which messages there are. */
int fetcher_count(struct fetcher *f, struct err *e);

#endif
