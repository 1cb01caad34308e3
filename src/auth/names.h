/* SPDX-License-Identifier: ISC */
#ifndef AUTH_NAMES_H
#define AUTH_NAMES_H

#include "auth/finding.h"

/*
 * names: what a message shows in the place of addresses: display names of From that are somebody
 * else's address or site (RFC 7489 section 12.4), a domain in it that is made to look like another
 * (dns/script.h), and characters that hide or turn others around.
 */
void names_read(const struct fields *f, struct findings *found);

/* Are there controls in the text, in UTF-8, or such as turn its order around? */
bool names_hide(struct str text);

#endif
