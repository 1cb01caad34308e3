/* SPDX-License-Identifier: ISC */
#ifndef AUTH_TESTIMONY_H
#define AUTH_TESTIMONY_H

#include "auth/authres.h"
#include "auth/fields.h"
#include "auth/finding.h"
#include "auth/result.h"

/*
 * testimony: what Authentication-Results fields say (RFC 8601), held against what was found.  They
 * are never believed; but one that says what cannot have been is told.
 */

/*
 * A finding when one says that
 *	dkim=pass for a domain (header.d, or header.i) of which there is no signature, or only such
 *	that mathematics refuses;
 *	dmarc=pass for another domain than that of From (header.from);
 *	arc=pass, and there is no ARC set;
 * and another when they say so much that not all was looked at.
 * A relay that changed the message, or took a signature off, makes a true field look so, too.
 */
void testimony_read(const struct fields *f, const struct examination *x, struct findings *found);

#endif
