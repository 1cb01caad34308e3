/* SPDX-License-Identifier: ISC */
#include "daemon/budget.h"

void
budget_spend(struct budget *b, uint64_t bytes, int64_t now_ms)
{
	if (b->used == 0 || now_ms - b->began_ms >= BUDGET_DAY_MS) {
		b->began_ms = now_ms;
		b->used = 0;
	}
	b->used += bytes;
}

int64_t
budget_opens_ms(const struct budget *b, bool up_to_date, int64_t now_ms)
{
	uint64_t limit = up_to_date ? b->daily + b->daily / 8 : b->daily;

	if (b->daily == 0 || b->used < limit || now_ms - b->began_ms >= BUDGET_DAY_MS)
		return 0;
	return b->began_ms + BUDGET_DAY_MS;
}
