/* SPDX-License-Identifier: ISC */
#ifndef MSG_ADDRESS_H
#define MSG_ADDRESS_H

#include "base/str.h"

/*
 * address: the mailboxes that From, To and their like name (RFC 5322 section 3.4), as the bytes
 * they are.  Nothing is refused: of what is no address, local and domain are empty.
 */
struct address {
	struct str
	    display;      /* what stands before the last `<`, quotes and encoded words as written */
	struct str local; /* before the last @, without comments around it */
	struct str domain; /* after it, the same */
};

/*
 * Take the next mailbox off *rest, the body of a field; the names of groups are passed over.
 * False at the end.  Views into the field; *rest only ever shrinks.
 */
bool address_next(struct str *rest, struct address *a);

#endif
