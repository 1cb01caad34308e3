/* SPDX-License-Identifier: ISC */
#ifndef AUTH_DELIVERY_H
#define AUTH_DELIVERY_H

#include "auth/arc.h"
#include "auth/spf.h"

/*
 * delivery: does the provider of the filing mailbox seem to have received the message by SMTP?
 * Who has the mailbox's password can put a message there without; then its trace (RFC 5321
 * section 4.4) is missing, or of another time than that of its arrival.
 */

/*
 * arrival: Unix seconds, when the provider says it received the message.  True when the topmost
 * Received, or the newest ARC seal, is of that time.  It is not proven by that: both can be written
 * by anybody.
 */
bool delivery_seen(const struct fields *f, const struct arc *arc, int64_t arrival);

/* Does Date say another time than that, by more than a queue or a clock explains? */
bool delivery_is_far_off(const struct fields *f, int64_t at);

/*
 * The SMTP session by which it came, as the provider's trace tells it: the client of the topmost
 * Received that is not one of its own hosts, and the Return-Path above that, which the last server
 * puts on top (RFC 5321 section 4.4).  Fields below are anybody's, also Received-SPF.  False when the
 * trace does not say, or is of another time.  Views into the fields.
 */
bool delivery_session(const struct fields *f, int64_t arrival, struct spf_session *s);

#endif
