/* SPDX-License-Identifier: ISC */
#include "cli/peek.h"

#include "base/limits.h"
#include "msg/split.h"

struct peek {
	struct buf *header;
	struct split split;
	bool enough;
};

static int
take(void *who, struct str bytes, struct err *e)
{
	struct peek *p = who;
	struct str mine;

	(void)e;
	if (p->enough)
		return 0;
	mine = str_head(bytes, split_add(&p->split, bytes));
	buf_add(p->header, str_head(mine, p->header->max - p->header->n));
	p->enough = split_done(&p->split) || p->header->n == p->header->max;
	return 0;
}

int
peek_header(const struct unseal *u, const struct store_record *r, struct buf *header, struct err *e)
{
	struct peek p = { header, split_start(), false };
	struct object_sink sink = { take, &p };
	struct buf values = BUF_MAX(LIMIT_VALUES);
	struct pack_place place = r->object; /* r's views may end */
	struct slot slot;
	int rc = unseal_slot(u, r->seq, &slot, e);

	if (rc == 0)
		rc = unseal_object(u, place, &slot, LIMIT_MESSAGE, &values, &sink, &p.enough, e);
	slot_wipe(&slot);
	buf_free(&values);
	return rc;
}
