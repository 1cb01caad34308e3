/* SPDX-License-Identifier: ISC */
#ifndef SEAL_WORDS_H
#define SEAL_WORDS_H

#include "base/buf.h"

/* words: everything a verifier says, in two languages, one row each. */
enum lang {
	LANG_EN,
	LANG_ES,
	LANGS,
};

enum word {
	WORD_NONE,
	/* verdicts */
	WORD_HOLDS,
	WORD_FAILS,
	WORD_NOT_PROVEN,
	/* what is verified */
	WORD_CONTAINER_HOLDS,
	WORD_CONTAINER_FAILS,
	WORD_RECORD_HOLDS,
	WORD_RECORD_FAILS,
	WORD_LEAF_HOLDS,
	WORD_LEAF_FAILS,
	WORD_INCLUSION_HOLDS,
	WORD_INCLUSION_FAILS,
	WORD_CHECKPOINT_HOLDS,
	WORD_CHECKPOINT_NAMED,
	WORD_CHECKPOINT_FAILS,
	WORD_T2_NOT_PROVEN,
	WORD_COMMITMENTS_HOLD,
	WORD_COMMITMENTS_FAIL,
	WORD_DKIM_HOLDS,
	WORD_DKIM_NONE,
	WORD_DKIM_FAILS,
	WORD_DKIM_LIMIT,
	WORD_DKIM_UNEXAMINED,
	WORD_FINDINGS_HOLD,
	WORD_FINDINGS_OTHER_RULES,
	WORD_KEY_OPERATOR,
	WORD_KEY_NONE,
	WORD_ARC_HOLDS,
	WORD_ARC_NONE,
	WORD_ARC_NOT_PROVEN,
	WORD_SPF_HOLDS,
	WORD_SPF_NONE,
	WORD_SPF_NOT_PROVEN,
	WORD_DMARC_HOLDS,
	WORD_DMARC_NOT_PROVEN,
	WORD_CLAIM_HOLDS,
	WORD_CLAIM_NOT_PROVEN,
	/* of the report */
	WORD_TITLE,
	WORD_LOG,
	WORD_ARRIVED,
	WORD_SEALED,
	WORD_BY,
	WORD_FINDING,
	WORD_REQUIRED,
	WORD_PROVEN,
	WORD_SOMETHING_FAILS,
	WORD_SOMETHING_NOT_PROVEN,
	/* what no bundle proves (FORMATS section 6) */
	WORD_FIXED_FIRST,
	WORD_FIXED_LAST = WORD_FIXED_FIRST + 4,
	WORDS,
};

const char *word(enum lang lang, enum word w);

/* Adds the sentence, {} in it replaced by detail, made safe for a terminal. */
void words_add(struct buf *out, enum lang lang, enum word w, struct str detail);

/* "en", "es": 0, or -1. */
int lang_named(struct str name, enum lang *lang);

#endif
