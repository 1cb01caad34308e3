/* SPDX-License-Identifier: ISC */
#ifndef AUTH_FINDING_WORDS_H
#define AUTH_FINDING_WORDS_H

#include "base/buf.h"

/* finding_words: what a finding means, in one sentence for people; nothing for a code not known. */
void finding_say(struct buf *out, const char *code);

#endif
