/* SPDX-License-Identifier: ISC */
#include "seal/bundle.h"

#include "base/hex.h"
#include "base/limits.h"
#include "seal/bundle_layout.h"

const struct place_row places[PLACES] = {
	[PLACE_MIMETYPE] = { "mimetype", "", MIDDLE_NONE },
	[PLACE_MESSAGE] = { "message.eml", "", MIDDLE_NONE },
	[PLACE_TEXT] = { "mailseal/bundle.txt", "", MIDDLE_NONE },
	[PLACE_RECORD] = { "mailseal/record-", ".txt", MIDDLE_SEQ },
	[PLACE_SALTS] = { "mailseal/salts", "", MIDDLE_NONE },
	[PLACE_PROOF] = { "mailseal/leaf-", ".proof", MIDDLE_SEQ },
	[PLACE_PACKET] = { "mailseal/dns/", ".pkt", MIDDLE_HASH },
};

void
bundle_put_text(struct buf *out, const struct bundle_part *part, size_t n)
{
	buf_add(out, STR("mailseal-bundle/1\nlog "));
	buf_add(out, part[0].r.head.origin);
	buf_byte(out, '\n');
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "record %llu %s\n", (unsigned long long)part[i].seq,
		    record_kind_word(part[i].r.head.kind));
	buf_add(out, STR("report -\n"));
}

static int
parse_part(struct bundle *b, struct bundle_part *p, struct err *e)
{
	if (record_parse(p->bytes, &p->r, e) == -1)
		return -1;
	if (p->r.head.seq != p->seq)
		return err_set(
		    e, ERR_SYNTAX, "it says that it is %llu", (unsigned long long)p->r.head.seq);
	if (!str_eq(p->r.head.origin, b->part[0].r.head.origin))
		return err_set(e, ERR_SYNTAX, "of another log");
	p->hash = record_hash(p->bytes);
	if (p->r.head.kind == RECORD_LOG) {
		if (p->seq != 0)
			return err_set(e, ERR_SYNTAX, "a log begins with record 0");
		b->start = p;
	} else if (p->r.head.kind == RECORD_MESSAGE) {
		if (b->letter != NULL)
			return err_set(e, ERR_SYNTAX, "a second message");
		b->letter = p;
	}
	return 0;
}

/* Is the key record named by an examination? */
static bool
is_named(const struct bundle *b, struct hash key)
{
	char hex[65];
	struct str name = str_of(hex_encode(hex, key.b, sizeof key.b));

	for (size_t i = 0; i < b->n_parts; i++)
		if (b->part[i].r.head.kind == RECORD_EXAMINATION &&
		    str_find(b->part[i].r.body, name) != -1)
			return true;
	return false;
}

/* The time of arrival: the server's, but not later than when it was sealed. */
static uint64_t
arrival(const struct bundle *b)
{
	uint64_t sealed = b->letter->r.head.time_ms / 1000;
	uint64_t said = grammar_number(record_value(&b->letter->r, "internaldate"));

	return said < sealed ? said : sealed;
}

static int
check_part(const struct bundle *b, const struct bundle_part *p, struct err *e)
{
	const struct record *r = &p->r;

	if (r->head.kind == RECORD_KEY && !is_named(b, p->hash))
		return err_set(e, ERR_SYNTAX, "a key that no examination names");
	if (r->head.kind != RECORD_EXAMINATION)
		return 0;
	if (grammar_number(record_value(r, "of")) != b->letter->seq ||
	    !hash_eq(grammar_hash(record_value(r, "message-record")), b->letter->hash))
		return err_set(e, ERR_SYNTAX, "an examination of another message");
	if (grammar_number(record_value(r, "as-of")) != arrival(b))
		return err_set(e, ERR_SYNTAX, "as-of: not the time of arrival");
	return 0;
}

/* Neighbours in the log hold each other: log-previous is the hash of the record before. */
static int
check_previous(const struct bundle *b, size_t i, struct err *e)
{
	static const struct hash zeros;
	const struct bundle_part *p = &b->part[i];

	if (p->seq == 0 && !hash_eq(p->r.head.log_previous, zeros))
		return err_set(e, ERR_SYNTAX, "log-previous: nothing is before the first");
	if (i > 0 && b->part[i - 1].seq + 1 == p->seq &&
	    !hash_eq(p->r.head.log_previous, b->part[i - 1].hash))
		return err_set(e, ERR_SYNTAX, "log-previous: not the record before");
	return 0;
}

static int
check_text(const struct bundle *b, struct err *e)
{
	struct buf text = BUF_MAX(LIMIT_BUNDLE_TEXT);
	bool same;

	bundle_put_text(&text, b->part, b->n_parts);
	same = str_eq(buf_str(&text), b->text);
	buf_free(&text);
	return same ? 0 : err_set(e, ERR_SYNTAX, "bundle.txt: not what is in the file");
}

static int
check_size(const struct bundle *b, struct err *e)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < b->n_parts; i++)
		bytes += b->part[i].bytes.n;
	if (bytes > LIMIT_BUNDLE_RECORDS)
		return err_set(e, ERR_LIMIT, "records of more than %u bytes", LIMIT_BUNDLE_RECORDS);
	return 0;
}

int
bundle_parse(struct bundle *b, struct err *e)
{
	if (check_size(b, e) == -1)
		return -1;
	for (size_t i = 0; i < b->n_parts; i++)
		if (parse_part(b, &b->part[i], e) == -1)
			return err_at(e, "record %llu", (unsigned long long)b->part[i].seq);
	if (b->start == NULL || b->letter == NULL)
		return err_set(e, ERR_SYNTAX, "the record of the %s is missing",
		    b->start == NULL ? "log" : "message");
	for (size_t i = 0; i < b->n_parts; i++)
		if (check_part(b, &b->part[i], e) == -1 || check_previous(b, i, e) == -1)
			return err_at(e, "record %llu", (unsigned long long)b->part[i].seq);
	return check_text(b, e);
}
