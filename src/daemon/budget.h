/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_BUDGET_H
#define DAEMON_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * budget: the bytes of messages that a mailbox may be asked for in 24 hours, which begin with the
 * first.  A provider that counts, too (Gmail: 2,500 MB), locks the account for a day when its own
 * limit is passed, and then no mail is filed at all.  Catching up stops at the budget; what comes
 * while the mailbox is up to date may take an eighth more.
 *
 * What an earlier process took is not known.  Times are monotonic, in ms.
 */
struct budget {
	uint64_t daily; /* bytes; 0: no limit */
	uint64_t used;
	int64_t began_ms; /* of these 24 hours */
};

enum {
	BUDGET_DAY_MS = 86400000,
};

void budget_spend(struct budget *b, uint64_t bytes, int64_t now_ms);
/* When more may be fetched: 0, now; else when the next 24 hours begin. */
int64_t budget_opens_ms(const struct budget *b, bool up_to_date, int64_t now_ms);

#endif
