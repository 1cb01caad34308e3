/* SPDX-License-Identifier: ISC */
#ifndef KEYS_OBJECT_H
#define KEYS_OBJECT_H

#include "base/buf.h"
#include "crypto/hash.h"

/*
 * object: what a record hides (FORMATS section 3): the plain values of its commitments, then the
 * message:
 *
 *	secretstream(zstd(u32 n || n value lines || message bytes))
 *
 * XChaCha20-Poly1305 (libsodium secretstream): its 24-byte header, then pieces of 65,536 bytes
 * of plaintext, each 17 longer when encrypted; the last, shorter or not, is tagged final.
 * The zstd frame declares its content size (RFC 8878 section 3.1.1.1.4); one of less than
 * OBJECT_SMALL is compressed with the dictionary that it names (keys/dictionary.h).
 * Everything streams; memory does not grow with the message.
 */
enum {
	OBJECT_SMALL = 32768, /* bytes; in more the message is its own dictionary */
};

struct object_sink {
	int (*put)(void *who, struct str bytes, struct err *e); /* 0 or -1 */
	void *who;
};

struct object_writer;

/* values: whole lines, each with its LF. */
struct object_writer *object_writer_new(const uint8_t key[32], const struct object_sink *sink);
void object_writer_free(struct object_writer *w);
/* The values first, once, then the message of `size` bytes in pieces: 0, or -1 with what the sink
 * said, or ERR_SYSTEM when it had another size. */
int object_writer_values(struct object_writer *w, struct str values, uint64_t size, struct err *e);
int object_writer_put(struct object_writer *w, struct str message, struct err *e);
/* Ends it: its length and SHA-256 as it lies on the disk. */
int object_writer_end(
    struct object_writer *w, uint64_t *length, struct hash *ciphertext, struct err *e);

struct object_reader;

/*
 * values takes the value lines (its ceiling bounds them), sink the message's bytes, of which no
 * more than max come.  What was given before an error is not to be used.
 */
struct object_reader *object_reader_new(
    const uint8_t key[32], struct buf *values, uint64_t max, const struct object_sink *sink);
void object_reader_free(struct object_reader *r);
/* The ciphertext in pieces of any size: 0, or -1 on ERR_DAMAGED (not this key's, altered, cut) or
 * ERR_LIMIT. */
int object_reader_put(struct object_reader *r, struct str ciphertext, struct err *e);
int object_reader_end(struct object_reader *r, struct err *e);

#endif
