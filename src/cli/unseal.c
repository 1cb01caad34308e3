/* SPDX-License-Identifier: ISC */
#include "cli/unseal.h"

enum {
	PIECE = 256 << 10, /* bytes of an object read at once: most mails, whole */
};

int
unseal_slot(const struct unseal *u, uint64_t seq, struct slot *slot, struct err *e)
{
	uint8_t sealed[SLOT_SIZE];
	int rc = store_slot(u->store, u->custodian->name, seq, sealed, e);

	if (rc == 0)
		return err_set(e, ERR_REFUSED, "\"%s\" has no slot for it", u->custodian->name);
	return rc == -1 ? -1 : slot_open(u->custodian, u->secret, sealed, slot, e);
}

static int
feed(const struct unseal *u, struct pack_place place, struct object_reader *reader,
    const bool *enough, struct err *e)
{
	struct buf piece = BUF_MAX(PIECE);
	int rc = 0;

	for (uint64_t at = 0; rc == 0 && at < place.length; at += PIECE) {
		uint64_t left = place.length - at;

		if (enough != NULL && *enough)
			break;
		buf_clear(&piece);
		rc = store_object(
		    u->store, place, at, left < PIECE ? (size_t)left : PIECE, &piece, e);
		if (rc == 0)
			rc = object_reader_put(reader, buf_str(&piece), e);
	}
	buf_free(&piece);
	return rc;
}

int
unseal_object(const struct unseal *u, struct pack_place place, const struct slot *slot,
    uint64_t max, struct buf *values, const struct object_sink *sink, const bool *enough,
    struct err *e)
{
	struct object_reader *reader = object_reader_new(slot->key, values, max, sink);
	int rc = feed(u, place, reader, enough, e);

	/* The last piece is decrypted only at the end, and a small mail is that piece. */
	if (rc == 0 && (enough == NULL || !*enough))
		rc = object_reader_end(reader, e);
	object_reader_free(reader);
	return rc;
}
