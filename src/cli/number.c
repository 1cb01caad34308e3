/* SPDX-License-Identifier: ISC */
#include "cli/number.h"

#include "seal/record.h"

int
number_find(struct store *s, struct str number, struct store_record *r, struct err *e)
{
	struct str rest = number, year;
	char cited[RECORD_NUMBER_MAX];
	uint64_t seq;
	int rc = 0;

	str_cut(&rest, '-', &year);
	while (rest.n > 1 && rest.p[0] == '0')
		rest = str_from(rest, 1);
	if (rest.p != NULL && str_u64(rest, INT64_MAX, &seq) == 0)
		rc = store_get(s, seq, r, e);
	if (rc == 1 &&
	    (!str_eq(r->kind, STR("message")) ||
	        !str_eq(number, str_of(record_number(cited, (uint64_t)r->time_ms, r->seq)))))
		rc = 0;
	if (rc == 0)
		return err_set(e, ERR_INPUT,
		    "no message has the number \"%.*s\"; mailseal list shows them",
		    STR_FMT(str_head(number, 40)));
	return rc == -1 ? -1 : 0;
}
