/* SPDX-License-Identifier: ISC */
#ifndef CLI_GATHER_H
#define CLI_GATHER_H

#include "keys/custodian.h"
#include "seal/bundle.h"
#include "store/store.h"

/*
 * gather: all that the store has about one message, opened with a custodian's secret: the records
 * with their salts, values and proofs, the message, the DNS packets.  Views into memory of its own.
 */
struct gather;

/*
 * number: as people cite it, "2026-000123".  NULL on ERR_CONFIG (no such message), ERR_RETRY
 * (not in a checkpoint yet), ERR_REFUSED (not this custodian's), ERR_DAMAGED, ERR_SYSTEM.
 */
struct gather *gather_message(struct store *s, struct str number, const struct custodian *c,
    const struct custodian_secret *secret, struct err *e);
void gather_free(struct gather *g); /* wipes what opens anything */
const struct bundle_in *gather_bundle(const struct gather *g);

#endif
