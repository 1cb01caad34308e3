/* SPDX-License-Identifier: ISC */
#ifndef MSG_ENCODED_H
#define MSG_ENCODED_H

#include "base/buf.h"

/*
 * encoded: what a reader sees of bytes that were dressed for transport; never for evidence.
 * Nothing fails: what is not well-formed stays as it stands.
 */

/*
 * A header field's body: unfolded (RFC 5322 section 2.2.3), its encoded words decoded (RFC 2047)
 * and joined, as UTF-8.  Words in a charset that is not known stay as they are.
 */
void encoded_field(struct buf *out, struct str body);
/* The same, but of such words what is ASCII, as a reader does who knows the charset. */
void encoded_field_ascii(struct buf *out, struct str body);

/* The bytes of quoted-printable (RFC 2045 section 6.7). */
void encoded_quoted_printable(struct buf *out, struct str text);

#endif
