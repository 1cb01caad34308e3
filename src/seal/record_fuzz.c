/* SPDX-License-Identifier: ISC */
/*
 * A record that is taken is a head and a body, both of whole lines; its head, written anew from
 * what was read of it, is the head; and so is a message's body.
 */
#include "seal/record.h"

#include <stdlib.h>

#include "base/limits.h"
#include "seal/record_mailbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines and their names, put together, are the text. */
static void
check_lines(struct str text)
{
	struct buf again = BUF_MAX(LIMIT_RECORD);
	struct str rest = text;
	struct grammar_line l;

	while (grammar_next(&rest, &l)) {
		buf_add(&again, l.name);
		if (l.args.p != NULL)
			buf_byte(&again, ' ');
		buf_add(&again, l.args);
		buf_byte(&again, '\n');
	}
	if (!str_eq(buf_str(&again), text))
		abort();
	buf_free(&again);
}

static int
write_again(struct buf *out, const struct record *r)
{
	struct record_message m;
	struct record_mailbox box;
	struct record_key k;

	if (r->head.kind == RECORD_MESSAGE) {
		record_message_read(r, &m);
		return record_message_write(out, &r->head, &m, NULL);
	}
	if (r->head.kind == RECORD_KEY) {
		record_key_read(r, &k);
		return record_key_write(out, &r->head, &k, NULL);
	}
	if (r->head.kind == RECORD_MAILBOX) {
		record_mailbox_read(r, &box);
		return record_mailbox_write(out, &r->head, &box, NULL);
	}
	return record_write(out, &r->head, r->body, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_MAX(LIMIT_RECORD);
	struct record r;
	bool same;

	if (record_parse(str_bytes(data, size), &r, NULL) == -1)
		return 0;
	check_lines(r.head_text);
	check_lines(r.body);
	if (write_again(&again, &r) == -1)
		abort();
	same = str_eq(buf_str(&again), r.bytes);
	/* Unknown lines are not read, and the observers not counted yet. */
	if (!same && str_find(r.body, STR("x-")) == -1 && r.head.kind != RECORD_KEY)
		abort();
	if (!str_starts(buf_str(&again), r.head_text))
		abort();
	buf_free(&again);
	return 0;
}
