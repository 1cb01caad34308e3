/* SPDX-License-Identifier: ISC */
#ifndef AUTH_SPF_MACRO_H
#define AUTH_SPF_MACRO_H

#include "base/buf.h"

/* spf_macro: the text with macros in an SPF record and in its explanation (RFC 7208 section 7). */
enum spf_macro_place {
	SPF_MACRO_STRING, /* of a modifier that nobody knows */
	SPF_MACRO_DOMAIN, /* a domain-spec: it ends with a macro or a label that is no number */
	SPF_MACRO_EXPLANATION, /* may have spaces, and the letters c, r and t */
};

/* Is it one, by RFC 7208 section 7.1? */
bool spf_macro_valid(struct str text, enum spf_macro_place place);

/* Does the text use that letter, in either case? */
bool spf_macro_uses(struct str text, char letter);

/* What the letters stand for. */
struct spf_macros {
	struct str value[26]; /* of 'a' + i */
};
struct str *spf_macro_value(struct spf_macros *m, char letter);

/*
 * The text, which is valid, with its macros expanded.  Past the ceiling, out->over is set; a text
 * that is longer itself is past it: thousands of macros could all come to nothing.
 */
void spf_macro_expand(struct str text, const struct spf_macros *m, struct buf *out);

#endif
