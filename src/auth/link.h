/* SPDX-License-Identifier: ISC */
#ifndef AUTH_LINK_H
#define AUTH_LINK_H

#include "base/str.h"

/*
 * link: does a text lead to where files are kept, so that what is there is not in the mail?  Also
 * through what gateways and redirects put around a link: an address in the query of another, with
 * %XX for its bytes, as often as it was wrapped (RFC 3986 section 2.1), as Microsoft's Safe Links
 * and google.com/url have it; as it is, as in Proofpoint's version 3; and Proofpoint's version 2,
 * which writes - for % and _ for /.
 */
bool link_to_file(struct str text);

#endif
