/* SPDX-License-Identifier: ISC */
#include "exam/evaluate.h"

int
evaluate(struct examine *x, int64_t now, const struct evidence_source *source,
    const struct examination **result, struct err *e)
{
	struct evidence evidence = { NULL, 0 };
	struct needs needs = { .n = 0 };

	*result = examine_run(x, &evidence, now, &needs);
	for (int round = 0; needs.n > 0 && round < EVALUATE_ROUNDS; round++) {
		if (source->fill(source->ctx, &needs, &evidence, e) == -1)
			return err_at(e, "evidence");
		*result = examine_run(x, &evidence, now, &needs);
	}
	return 0;
}

int
evaluate_spf(struct arena *a, const struct spf_session *session, int64_t now,
    const struct evidence_source *source, struct spf_result *result, struct err *e)
{
	struct evidence evidence = { NULL, 0 };
	struct needs needs = { .n = 0 };

	spf_check(a, session, &evidence, now, &needs, result);
	for (int round = 0; needs.n > 0 && round < SPF_ROUNDS; round++) {
		if (source->fill(source->ctx, &needs, &evidence, e) == -1)
			return err_at(e, "evidence");
		needs.n = 0;
		spf_check(a, session, &evidence, now, &needs, result);
	}
	return 0;
}
