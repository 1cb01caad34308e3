/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <string.h>

#include "base/limits.h"
#include "cli/audit.h"
#include "seal/opening.h"

enum {
	PIECE = 256 << 10, /* bytes of a pack read at once */
};

/* ---- the ciphertext ---- */

static int
hash_object(struct audit *a, struct pack_place place, struct hash *sum, struct err *e)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	struct buf piece = BUF_MAX(PIECE);
	uint8_t out[64];
	int rc = 0;

	for (uint64_t at = 0; rc == 0 && at < place.length; at += PIECE) {
		uint64_t left = place.length - at;

		buf_clear(&piece);
		rc = store_object(
		    a->store, place, at, left < PIECE ? (size_t)left : PIECE, &piece, e);
		digest_add(d, buf_str(&piece));
	}
	digest_end(d, out);
	digest_free(d);
	buf_free(&piece);
	memcpy(sum->b, out, sizeof sum->b);
	return rc;
}

/* A pack that is not there is damage like any other. */
static void
check_ciphertext(struct audit *a, const struct store_record *r, const struct record *parsed)
{
	struct err why = { 0 };
	struct hash sum;

	a->objects++;
	a->bytes += r->object.length;
	if (hash_object(a, r->object, &sum, &why) == -1)
		audit_say_record(a, AUDIT_OBJECT, r->seq, why.text);
	else if (!hash_eq(sum, parsed->head.object))
		audit_say_record(a, AUDIT_OBJECT, r->seq, NULL);
}

/* ---- slots ---- */

/* Each custodian has one, somebody at least.  Whether it opens, only he can tell. */
static int
check_slots(struct audit *a, uint64_t seq, struct err *e)
{
	uint8_t slot[SLOT_SIZE];
	bool any = false;

	for (size_t i = 0; i < a->n_custodians; i++) {
		const char *name = a->custodian[i].name;
		struct err why = { 0 };
		int rc = store_slot(a->store, name, seq, slot, &why);

		if (rc == -1 && audit_error(a, AUDIT_SLOT, name, &why) == -1)
			return err_set(e, why.kind, "%s", why.text);
		if (rc == 0 && a->custodian[i].began)
			audit_say_record(a, AUDIT_SLOT, seq, name);
		any = any || rc == 1 || a->custodian[i].began;
		a->custodian[i].began = a->custodian[i].began || rc == 1;
	}
	if (!any)
		audit_say_record(a, AUDIT_SLOT, seq, "nobody has one");
	return 0;
}

/* ---- what they hide ---- */

/* The message streams through the opening of a record: its own, or its examination's. */
struct content {
	struct audit *a;
	const struct record *record;
	const struct seed *seed;
	const struct buf *values;
	struct opening *opening; /* begun when the values are all there */
};

static int
begin(struct content *c, struct err *e)
{
	if (c->opening == NULL)
		c->opening = opening_new(c->record, c->seed, buf_str(c->values), e);
	return c->opening == NULL ? -1 : 0;
}

static int
put(void *who, struct str bytes, struct err *e)
{
	struct content *c = who;

	return begin(c, e) == -1 ? -1 : opening_put(c->opening, bytes, e);
}

/* The message that an examination is of. */
static int
put_message(struct content *c, struct err *e)
{
	struct object_sink sink = { put, c };
	struct buf values = BUF_MAX(LIMIT_VALUES);
	struct store_record r;
	struct slot slot;
	uint64_t of = grammar_number(record_value(c->record, "of"));
	int rc = store_get(c->a->store, of, &r, e);

	if (rc != 1)
		return rc == -1 ? -1 : err_set(e, ERR_DAMAGED, "its message is not there");
	rc = unseal_slot(c->a->unseal, of, &slot, e);
	if (rc == 0)
		rc = unseal_object(
		    c->a->unseal, r.object, &slot, LIMIT_MESSAGE, &values, &sink, NULL, e);
	slot_wipe(&slot);
	buf_free(&values);
	return rc;
}

static int
open_object(struct content *c, const struct store_record *r, const struct slot *slot,
    struct buf *values, struct err *e)
{
	enum record_kind kind = c->record->head.kind;
	struct object_sink sink = { put, c };
	uint64_t max = kind == RECORD_MESSAGE ? LIMIT_MESSAGE : 0;

	if (unseal_object(c->a->unseal, r->object, slot, max, values, &sink, NULL, e) == -1 ||
	    begin(c, e) == -1)
		return -1;
	if (kind == RECORD_EXAMINATION && put_message(c, e) == -1)
		return -1;
	return opening_end(c->opening, e);
}

static int
check_content(
    struct audit *a, const struct store_record *r, const struct record *parsed, struct err *e)
{
	struct buf values = BUF_MAX(LIMIT_VALUES);
	struct seed seed;
	struct slot slot;
	struct hash key;
	struct content c = { .a = a, .record = parsed, .seed = &seed, .values = &values };
	int rc;

	if (unseal_slot(a->unseal, r->seq, &slot, e) == -1)
		return audit_error(a, AUDIT_SLOT, a->unseal->custodian->name, e);
	memcpy(seed.b, slot.seed, sizeof seed.b);
	memcpy(key.b, slot.key, sizeof key.b);
	if (!hash_eq(record_key_check(key), parsed->head.key_check))
		audit_say_record(a, AUDIT_SLOT, r->seq, "the key in it is another record's");
	rc = open_object(&c, r, &slot, &values, e);
	slot_wipe(&slot);
	sodium_memzero(&seed, sizeof seed);
	sodium_memzero(&key, sizeof key);
	opening_free(c.opening);
	buf_free(&values);
	a->opened++;
	return rc;
}

int
audit_object(
    struct audit *a, const struct store_record *r, const struct record *parsed, struct err *e)
{
	struct err why = { 0 };

	if (r->object.pack == 0)
		return 0;
	check_ciphertext(a, r, parsed);
	if (check_slots(a, r->seq, e) == -1)
		return -1;
	if (a->unseal == NULL || check_content(a, r, parsed, &why) == 0)
		return 0;
	audit_say_record(a, AUDIT_CONTENT, r->seq, why.text);
	return 0;
}
