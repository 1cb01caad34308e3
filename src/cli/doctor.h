/* SPDX-License-Identifier: ISC */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/cli.h"
#include "base/arena.h"
#include "exam/ask.h"

/*
 * doctor: what can be wrong with an installation, one line a check and what mends it.
 *
 *	cmd_doctor.c     options, the order of the checks
 *	doctor_say.c     how a line looks
 *	doctor_host.c    this host: configuration, permissions, clock, disk, keys, published copy
 *	doctor_mailbox.c the filing mailbox: its server, its folder, whether bodies survive there
 *	doctor_domain.c  a sender's domain: SPF, DKIM keys, DMARC, DNSSEC
 *
 * A check never changes anything.  Mail, and what a sender publishes, is read by a worker
 * (cli/dns_worker.h).  Text that came from outside is made safe where it is printed.
 */
enum advice {
	ADVICE_GOOD,
	ADVICE_LOOK, /* works, and could be better */
	ADVICE_MEND, /* does not work, or will not for long */
	ADVICES,
};

struct doctor {
	struct cli *cli;
	const struct conf *conf;
	struct ask *ask;       /* NULL: no resolver could be set up, which was said */
	struct ask_client dns; /* when there is one: asks it */
	struct buf *told;      /* NULL; in a worker: where its lines go, for its parent to say */
	bool json;
	unsigned said[ADVICES];
};

/* One line: what was checked, of what (NULL: of the host), how it is, and what mends it (NULL:
 * nothing is to be done). */
void doctor_say(struct doctor *d, enum advice a, const char *check, const char *subject,
    const char *mend, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The lines that a worker told, said.  0, or -1 on ERR_SYNTAX. */
int doctor_hear(struct doctor *d, struct str told, struct err *e);

void doctor_host(struct doctor *d);
void doctor_dnssec(struct doctor *d);
void doctor_mailbox(struct doctor *d, const struct conf_mailbox *box);
/* selectors: names beside those of the key ledger and the usual ones.  0, or -1: what could be found
 * out was not said. */
int doctor_domain(struct doctor *d, const char *domain, char **selectors, size_t n, struct err *e);

/* The answer to a question, or NULL when there is none; valid until the next question. */
const struct dns_answer *doctor_ask(struct doctor *d, struct str name, enum dns_type type);
/* Its TXT values, in the arena: how many. */
size_t doctor_txt(struct doctor *d, struct arena *a, struct str name, struct str **values);

#endif
