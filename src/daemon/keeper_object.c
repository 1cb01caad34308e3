/* SPDX-License-Identifier: ISC */
/* keeper_object: what a record hides, encrypted under a key of its own that only the custodians
 * can have back. */
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "daemon/keeper.h"
#include "keys/object.h"
#include "proc/program.h"

_Static_assert(
    (int)SLOT_SIZE == (int)CUSTODIAN_SLOT, "a slot of the key file is what slot_seal makes");

void
sealing_begin(struct sealing *s)
{
	*s = (struct sealing){ .values = BUF_MAX(LIMIT_VALUES) };
	randombytes_buf(s->seed.b, sizeof s->seed.b);
	randombytes_buf(s->key, sizeof s->key);
}

void
sealing_end(struct sealing *s)
{
	if (s->values.p != NULL)
		sodium_memzero(s->values.p, s->values.cap);
	buf_free(&s->values);
	sodium_memzero(s, sizeof *s);
}

ssize_t
keeper_read(int fd, char chunk[KEEPER_CHUNK], uint64_t offset, uint64_t end, struct err *e)
{
	size_t want = end - offset < KEEPER_CHUNK ? (size_t)(end - offset) : KEEPER_CHUNK;
	ssize_t got;

	do
		got = pread(fd, chunk, want, (off_t)offset);
	while (got == -1 && errno == EINTR);
	/* It is sealed against shrinking: there is no end before the end. */
	return got > 0 || want == 0 ? got : err_sys(e, "read a message");
}

int
keeper_hash_segment(
    struct seghash *s, int fd, uint64_t from, uint64_t to, struct str kind, struct err *e)
{
	char chunk[KEEPER_CHUNK];
	ssize_t got;

	if (seghash_begin(s, to - from, kind, e) == -1)
		return -1;
	for (; from < to; from += (uint64_t)got) {
		got = keeper_read(fd, chunk, from, to, e);
		if (got == -1)
			return -1;
		seghash_add(s, str_bytes(chunk, (size_t)got));
	}
	return 0;
}

static int
to_pack(void *pack, struct str bytes, struct err *e)
{
	return pack_add(pack, bytes, e);
}

static int
write_object(struct object_writer *w, struct sealing *s, int fd, uint64_t size, struct err *e)
{
	char chunk[KEEPER_CHUNK];
	ssize_t got = 0;
	uint64_t length;

	if (buf_check(&s->values, "values of a record", e) == -1 ||
	    object_writer_values(w, buf_str(&s->values), size, e) == -1)
		return -1;
	for (uint64_t at = 0; at < size; at += (uint64_t)got) {
		got = keeper_read(fd, chunk, at, size, e);
		if (got == -1 || object_writer_put(w, str_bytes(chunk, (size_t)got), e) == -1)
			return -1;
	}
	return object_writer_end(w, &length, &s->ciphertext, e);
}

int
sealing_object(struct keeper *k, struct sealing *s, int fd, uint64_t size, struct err *e)
{
	struct pack *pack = store_pack(k->store);
	struct object_sink sink = { to_pack, pack };
	struct object_writer *w;
	int rc;

	if (pack_begin(pack, e) == -1)
		return -1;
	w = object_writer_new(s->key, &sink);
	rc = write_object(w, s, fd, size, e);
	object_writer_free(w);
	s->object = pack_end(pack);
	return rc;
}

struct record_head
sealing_head(struct keeper *k, const struct sealing *s, enum record_kind kind, int64_t now_ms)
{
	struct record_head h = { .kind = kind,
		.origin = store_identity(k->store)->origin,
		.seq = store_size(k->store),
		.log_previous = store_last(k->store),
		.time_ms = (uint64_t)now_ms,
		.version = STR(PACKAGE_VERSION),
		.binary = k->binary,
		.has_object = s != NULL };
	struct hash key;

	if (s != NULL) {
		h.object = s->ciphertext;
		memcpy(key.b, s->key, sizeof key.b);
		h.key_check = record_key_check(key);
		sodium_memzero(&key, sizeof key);
	}
	program_clock(&h.sync, &h.error_ms);
	randombytes_buf(h.nonce.b, sizeof h.nonce.b);
	return h;
}

static int
put_slots(struct keeper *k, const struct sealing *s, uint64_t seq, struct err *e)
{
	uint8_t sealed[SLOT_SIZE];
	struct slot plain;
	int rc = 0;

	memcpy(plain.key, s->key, sizeof plain.key);
	memcpy(plain.seed, s->seed.b, sizeof plain.seed);
	for (size_t i = 0; rc == 0 && i < store_custodians(k->store); i++) {
		slot_seal(&k->custodian[i], &plain, sealed);
		rc = store_put_slot(k->store, i, seq, sealed, e);
	}
	slot_wipe(&plain);
	return rc;
}

int
sealing_add(struct keeper *k, const struct sealing *s, const struct record_head *h,
    struct str bytes, int64_t of, struct err *e)
{
	static const char *const kinds[] = {
		[RECORD_LOG] = "log",
		[RECORD_MESSAGE] = "message",
		[RECORD_EXAMINATION] = "examination",
		[RECORD_KEY] = "key",
		[RECORD_MAILBOX] = "mailbox",
	};
	struct store_new n = { kinds[h->kind], bytes, (int64_t)h->time_ms, of, s->object };

	if (put_slots(k, s, h->seq, e) == -1)
		return -1;
	return store_add(k->store, &n, e);
}
