/* SPDX-License-Identifier: ISC */
#include "dns/evidence.h"

const struct dns_answer *
evidence_find(const struct evidence *ev, struct str name, enum dns_type type)
{
	for (size_t i = 0; i < ev->n; i++)
		if (ev->answers[i].type == type && str_caseeq(ev->answers[i].name, name))
			return &ev->answers[i];
	return NULL;
}

void
needs_add(struct needs *needs, struct str name, enum dns_type type)
{
	for (size_t i = 0; i < needs->n; i++)
		if (needs->need[i].type == type && str_caseeq(needs->need[i].name, name))
			return;
	if (needs->n < NEEDS_MAX)
		needs->need[needs->n++] = (struct need){ name, type };
}
