/* SPDX-License-Identifier: ISC */
#ifndef DNS_IDNA_H
#define DNS_IDNA_H

#include "base/err.h"
#include "base/str.h"

/*
 * idna: is that a U-label (RFC 5890 section 2.3.2.1)?  As who looks a name up must ask (RFC 5891
 * section 5.4): lower case and digits of any script, in NFC; whatever another program would map to
 * such a label first is refused, not mapped.  Of the rules for context (RFC 5892 appendix A) those
 * of joiners are held; the Bidi rule (RFC 5893 section 2) of each label for itself, not of those
 * without such letters that stand beside it in a name.
 *
 * The table is of Unicode 14: what a later one adds is refused.
 */

/* 0, or -1 with ERR_SYNTAX. */
int idna_check(const uint32_t *c, size_t n, struct err *e);

#endif
