/* SPDX-License-Identifier: ISC */
#include "keys/object.h"

#include <sodium.h>
#include <zstd.h>

#include "base/hex.h"
#include "base/limits.h"
#include "base/test.h"
#include "keys/dictionary.h"

static const uint8_t key[32] = "thirty-two bytes of a test key!";

static int
keep(void *who, struct str bytes, struct err *e)
{
	buf_add(who, bytes);
	return buf_check(who, "test", e);
}

static void
write_object(struct str values, struct str message, size_t piece, struct buf *out)
{
	struct object_sink sink = { keep, out };
	struct object_writer *w = object_writer_new(key, &sink);
	struct hash hash;
	uint64_t length;

	assert_int_equal(object_writer_values(w, values, message.n, NULL), 0);
	for (; message.n > 0; message = str_from(message, piece))
		assert_int_equal(object_writer_put(w, str_head(message, piece), NULL), 0);
	assert_int_equal(object_writer_end(w, &length, &hash, NULL), 0);
	object_writer_free(w);
	assert_int_equal(length, out->n);
	assert_true(hash_eq(hash, sha256(buf_str(out))));
}

static int
read_object(struct str object, const uint8_t k[32], size_t piece, uint64_t max, struct buf *values,
    struct buf *message, struct err *e)
{
	struct object_sink sink = { keep, message };
	struct object_reader *r = object_reader_new(k, values, max, &sink);
	int rc = 0;

	for (; rc == 0 && object.n > 0; object = str_from(object, piece))
		rc = object_reader_put(r, str_head(object, piece), e);
	if (rc == 0)
		rc = object_reader_end(r, e);
	object_reader_free(r);
	return rc;
}

static void
fill(struct buf *message, size_t n, bool random)
{
	char *room = buf_room(message, n);

	if (n > 0 && random)
		randombytes_buf(room, n);
	for (size_t i = 0; !random && i < n; i++)
		room[i] = (char)('a' + i / 1000 % 26);
}

static void
there_and_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 65535, 65536, 65537, 32730, 262144, 1000003 };
	static const size_t pieces[] = { 1000, 65536, 65553, 2000000 };

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(sizes); i++)
		for (size_t k = 0; k < TEST_ROWS(pieces); k++) {
			struct buf message = BUF_MAX(1 << 21), object = BUF_MAX(1 << 21);
			struct buf values = BUF_MAX(1000), back = BUF_MAX(1 << 21);
			struct err e = { 0 };

			fill(&message, sizes[i], k % 2 == 0);
			write_object(
			    STR("a YQ==\nb Yg==\n"), buf_str(&message), pieces[k], &object);
			if (read_object(
			        buf_str(&object), key, pieces[k], sizes[i], &values, &back, &e))
				fail_msg("%zu bytes: %s", sizes[i], e.text);
			test_str("values", buf_str(&values), "a YQ==\nb Yg==\n");
			assert_true(str_eq(buf_str(&message), buf_str(&back)));
			buf_free(&message);
			buf_free(&object);
			buf_free(&values);
			buf_free(&back);
		}
}

static void
refused(void **state)
{
	static const uint8_t other[32] = "another key of thirty-two bytes";
	struct buf message = BUF_MAX(1 << 20), object = BUF_MAX(1 << 20);
	struct buf values = BUF_MAX(1000), back = BUF_MAX(1 << 20);
	struct str whole;
	struct err e = { 0 };

	(void)state;
	fill(&message, 200000, true);
	write_object(STR(""), buf_str(&message), 5000, &object);
	whole = buf_str(&object);
	assert_int_equal(read_object(whole, other, 9999, 200000, &values, &back, &e), -1);
	assert_int_equal(e.kind, ERR_DAMAGED);
	assert_int_equal(read_object(whole, key, 9999, 199999, &values, &back, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	for (size_t n = 0; n < whole.n; n += 4099) {
		assert_int_equal(
		    read_object(str_head(whole, n), key, 9999, 200000, &values, &back, NULL), -1);
		buf_clear(&back);
	}
	/* Cut at the border of two pieces: what is there is authentic, but not all of it. */
	assert_int_equal(
	    read_object(str_head(whole, 24 + 65553), key, 9999, 200000, &values, &back, NULL), -1);
	buf_clear(&back);
	for (size_t i = 0; i < whole.n; i += 7919) {
		object.p[i] ^= 1;
		assert_int_equal(read_object(whole, key, 9999, 200000, &values, &back, NULL), -1);
		buf_clear(&back);
		object.p[i] ^= 1;
	}
	buf_free(&message);
	buf_free(&object);
	buf_free(&values);
	buf_free(&back);
}

/* Objects name it; a released one never changes (its hash stands in mailseal-record(5), too). */
static void
dictionary(void **state)
{
	static const char sha256_1[] =
	    "7c2c35400840df1fdd43b8fd63a90af2315f9365f776b7fb74221d0f82ac2678";
	struct hash h = sha256(str_bytes(dictionary_1, dictionary_1_size));
	char hex[65];

	(void)state;
	test_str("SHA-256", str_of(hex_encode(hex, h.b, sizeof h.b)), sha256_1);
	assert_int_equal(ZSTD_getDictID_fromDict(dictionary_1, dictionary_1_size), DICTIONARY_ID);
}

/* ---- frames that our writer does not make, or does not make any more ---- */

static const char content[] = "\0\0\0\1a YQ==\nFrom: a@example.com\r\n\r\nbody\r\n";
enum {
	CONTENT = sizeof content - 1,
};

/* A frame of that content: with its size declared or not, with a dictionary or none. */
static size_t
frame(char out[1024], bool sized, unsigned dictionary)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	ZSTD_outBuffer to = { out, 1024, 0 };
	ZSTD_inBuffer from = { content, CONTENT, 0 };

	if (sized)
		ZSTD_CCtx_setPledgedSrcSize(c, CONTENT);
	if (dictionary != 0)
		ZSTD_CCtx_loadDictionary(c, dictionary_1, dictionary_1_size);
	ZSTD_compressStream2(c, &to, &from, ZSTD_e_continue);
	assert_int_equal(ZSTD_compressStream2(c, &to, &from, ZSTD_e_end), 0);
	ZSTD_freeCCtx(c);
	return to.pos;
}

static void
seal_frame(struct str bytes, struct buf *out)
{
	crypto_secretstream_xchacha20poly1305_state s;
	uint8_t header[24], piece[2048];
	unsigned long long n;

	crypto_secretstream_xchacha20poly1305_init_push(&s, header, key);
	crypto_secretstream_xchacha20poly1305_push(&s, piece, &n, (const uint8_t *)bytes.p, bytes.n,
	    NULL, 0, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
	buf_add(out, str_bytes(header, sizeof header));
	buf_add(out, str_bytes(piece, n));
}

/* The frame's header (RFC 8878 section 3.1.1.1): magic, descriptor, then dictionary and size. */
static void
frames(void **state)
{
	static const struct {
		const char *what;
		bool sized;
		unsigned dictionary;
		int place; /* of a byte that is altered; -1: none */
		char value;
		const char *complaint; /* NULL: it is read */
	} rows[] = {
		{ "as before there was a dictionary", false, 0, -1, 0, NULL },
		{ "declared", true, 0, -1, 0, NULL },
		{ "with the dictionary", true, DICTIONARY_ID, -1, 0, NULL },
		{ "with the dictionary, not declared", false, DICTIONARY_ID, -1, 0, NULL },
		{ "with another one", true, DICTIONARY_ID, 5, 2,
		    "object: compressed with dictionary 1836253186, which this program does not "
		    "have" },
		{ "declared larger", true, 0, 5, CONTENT + 1, "object: zstd: " },
		{ "declared smaller", true, 0, 5, CONTENT - 1, "object: zstd: " },
		{ "not zstd", true, 0, 0, 0, "object: not zstd (RFC 8878 section 3.1.1)" },
	};

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf object = BUF_MAX(4096), values = BUF_MAX(100), message = BUF_MAX(1000);
		char bytes[1024];
		size_t n = frame(bytes, rows[i].sized, rows[i].dictionary);
		struct err e = { 0 };
		int rc;

		if (rows[i].place != -1)
			bytes[rows[i].place] = rows[i].value;
		seal_frame(str_bytes(bytes, n), &object);
		rc = read_object(buf_str(&object), key, 100, 1000, &values, &message, &e);
		if (rows[i].complaint == NULL)
			test_str(
			    rows[i].what, buf_str(&message), "From: a@example.com\r\n\r\nbody\r\n");
		else if (rc == 0 || !str_starts(str_of(e.text), str_of(rows[i].complaint)))
			fail_msg("%s: %s", rows[i].what, rc == 0 ? "is read" : e.text);
		buf_free(&object);
		buf_free(&values);
		buf_free(&message);
	}
}

/* A frame that declares more than any message has is refused before it is expanded. */
static void
declared_too_large(void **state)
{
	/* Magic; one segment, a size of 8 bytes; an empty last block. */
	char bytes[] = "\x28\xb5\x2f\xfd\xe0SSSSSSSS\x01\0\0";
	struct buf object = BUF_MAX(4096), values = BUF_MAX(100), message = BUF_MAX(1000);
	struct err e = { 0 };
	uint64_t size = LIMIT_MESSAGE + LIMIT_VALUES + 1;

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		bytes[5 + i] = (char)(size >> 8 * i);
	seal_frame(str_bytes(bytes, sizeof bytes - 1), &object);
	assert_int_equal(read_object(buf_str(&object), key, 100, 1000, &values, &message, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	buf_free(&object);
}

/* A message of another size than was said is no object. */
static void
written_short(void **state)
{
	struct buf out = BUF_MAX(4096);
	struct object_sink sink = { keep, &out };
	struct hash hash;
	uint64_t length;

	(void)state;
	for (uint64_t size = 3; size <= 5; size++) {
		struct object_writer *w = object_writer_new(key, &sink);
		int rc = object_writer_values(w, STR(""), size, NULL);

		if (rc == 0)
			rc = object_writer_put(w, STR("four"), NULL);
		if (rc == 0)
			rc = object_writer_end(w, &length, &hash, NULL);
		assert_int_equal(rc, size == 4 ? 0 : -1);
		object_writer_free(w);
	}
	buf_free(&out);
}

/* What it is for: most of a small mail is what every mail has. */
static void
small(void **state)
{
	static const char mail[] =
	    "Delivered-To: anna@example.com\r\nReturn-Path: <berta@example.org>\r\n"
	    "Authentication-Results: mx.google.com; dkim=pass header.i=@example.org\r\n"
	    "MIME-Version: 1.0\r\nDate: Sat, 31 Jan 2026 12:00:00 +0100\r\n"
	    "Content-Type: text/plain; charset=\"UTF-8\"\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
	struct buf object = BUF_MAX(4096);

	(void)state;
	write_object(STR("account YQ==\n"), str_bytes(mail, sizeof mail - 1), 100, &object);
	assert_true(object.n < sizeof mail / 2);
	buf_free(&object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(refused),
		cmocka_unit_test(dictionary),
		cmocka_unit_test(frames),
		cmocka_unit_test(declared_too_large),
		cmocka_unit_test(written_short),
		cmocka_unit_test(small),
	};

	return cmocka_run_group_tests_name("keys/object", tests, NULL, NULL);
}
