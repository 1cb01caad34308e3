/* SPDX-License-Identifier: ISC */
#ifndef SEAL_VERIFY_REPORT_H
#define SEAL_VERIFY_REPORT_H

#include "seal/verify.h"

/* verify_report: a verification as text for people, safe for a terminal, or as JSON. */
void verify_text(struct buf *out, const struct verification *v, struct str required, enum lang lang,
    bool colour);
/* One object on one line: exit, number, log, lines with name, verdict, sentence, vouchers. */
void verify_json(
    struct buf *out, const struct verification *v, struct str required, enum lang lang);

#endif
