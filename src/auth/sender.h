/* SPDX-License-Identifier: ISC */
#ifndef AUTH_SENDER_H
#define AUTH_SENDER_H

#include "auth/fields.h"

/*
 * sender: the domain of the one mailbox in the one From field (RFC 5322 section 3.6.2), in A-labels
 * (dns/alabel.h), in the arena.  Empty when there is none, or more than one of either, or it is no
 * name: nobody is the sender then.
 */
struct str sender_domain(struct arena *a, const struct fields *f);

/* Is one of these names the other, or below it?  Where no list of public suffixes is asked, that is
 * taken for one owner. */
bool sender_is_related(struct str a, struct str b);

#endif
