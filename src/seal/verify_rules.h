/* SPDX-License-Identifier: ISC */
#ifndef SEAL_VERIFY_RULES_H
#define SEAL_VERIFY_RULES_H

#include "auth/examine.h"
#include "seal/examination.h"
#include "seal/verify.h"

/* verify_rules: what the rules share, and nobody else. */
struct verifying {
	const struct verify_in *in;
	struct arena *arena;
	struct verification *out;
	const struct verify_rule *rule; /* the one at work */
	struct bundle b;
	struct hash *entry;    /* of each part, after the rule "leaf" */
	struct str checkpoint; /* the one all proofs lead to, and its tree's size */
	uint64_t size;
	const struct bundle_part *last;   /* the last examination; NULL when there is none */
	struct examine *x;                /* after the rule "dkim" */
	uint64_t work;                    /* done for it; up to LIMIT_VERIFY_WORK */
	const struct examination *result; /* of the last examination, done again */
};

struct verify_rule {
	const char *name, *section;
	/* Says one or more lines; false when there is no going on. */
	bool (*apply)(struct verifying *v);
};

/* A line for the rule at work.  detail and vouchers are copied; NULL for none. */
void verify_say(struct verifying *v, enum verdict verdict, enum word sentence, struct str detail,
    const char *vouchers);

/* verify_open.c */
bool rule_commitments(struct verifying *v);
/*
 * The value of that label, as its salt line says it, in the arena; .p NULL when there is none.
 * Begin with *rest = a part's salts: who asks in the order of the record reads them once.
 */
struct str verify_value(struct verifying *v, struct str *rest, const char *label);
/* The next segment of a part, in the same way; false at the end. */
bool verify_segment(struct str *rest, struct segment_line *line);

/* verify_again.c */
bool rule_dkim(struct verifying *v);
bool rule_findings(struct verifying *v);
bool rule_key(struct verifying *v);
bool rule_arc(struct verifying *v);
bool rule_spf(struct verifying *v);
bool rule_dmarc(struct verifying *v);
bool rule_claims(struct verifying *v);

#endif
